import { useLocalStorage } from "@vueuse/core";
import { Content, type Theme, useData, useRoute, withBase } from "vitepress";
import NotFound from "vitepress/dist/client/theme-default/NotFound.vue";
import DefaultTheme, { VPHomeContent, VPHomeFeatures, VPHomeHero } from "vitepress/theme-without-fonts";
import { defineAsyncComponent, h, nextTick, onMounted, watch } from "vue";
import CopyPage from "./CopyPage.vue";
import "./style.css";

// The framework's front page and its page for what is missing have no landmark of their own.
const landing = () => h("main", [h(VPHomeHero), h(VPHomeFeatures), h(VPHomeContent, () => h(Content))]);
const missing = () => h("main", h(NotFound));

/** Pages with a policy of their own are loaded, and left, as a browser does it: the policy is that of the first page. */
const hasPolicy = (path: string) => /\/(try-it|reference)\b/.test(path);

/** Marks where the address leads: the router changes it in a way that `:target` does not see. */
function markTarget(): void {
  document.querySelector(".here")?.classList.remove("here");
  document.getElementById(location.hash.slice(1))?.classList.add("here");
}

/** The other language opens at the same place; the framework's links do not know the one that a visit began with. */
function keepPlace({ target }: Event): void {
  const link = (target as Element).closest?.<HTMLAnchorElement>(
    ':is([class*="Translations"], .translations) a',
  );
  if (link) link.hash = location.hash;
}

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "doc-before": () => h(CopyPage), "not-found": missing }),
  enhanceApp({ app, router }) {
    app.component("landing", landing);
    const parts = { TryIt: () => import("./TryIt.vue"), WholeDocument: () => import("./WholeDocument.vue") };
    for (const [name, load] of Object.entries(parts)) app.component(name, defineAsyncComponent(load));
    router.onBeforeRouteChange = (to) => {
      if (!router.route.component || ![to, location.pathname].some(hasPolicy)) return true;
      location.assign(to);
      return false;
    };
  },
  setup() {
    const route = useRoute();
    const { lang, isDark } = useData();
    const language = useLocalStorage("language", "");
    const sample = useLocalStorage("samples", ""); // the language of samples is one choice for the whole site
    const arrive = async () => {
      // Errors of the client link to errors/: on to the language that was read last, or else to the browser's.
      if (route.path.endsWith("/errors/")) {
        const known = lang.value === "en" ? language.value : lang.value;
        const wanted = known || navigator.languages.find((each) => /^(zh|en)\b/.test(each));
        const folder = wanted?.startsWith("zh") ? "zh-CN/" : "";
        return location.replace(withBase(`/${folder}guides/errors.html${location.hash}`));
      }
      language.value = lang.value;
      await nextTick();
      for (const label of document.querySelectorAll<HTMLElement>(".samples label"))
        if (label.textContent === sample.value) label.click();
      markTarget();
    };
    onMounted(() => {
      addEventListener("hashchange", markTarget);
      addEventListener("beforeprint", () => document.documentElement.classList.remove("dark"));
      addEventListener("afterprint", () => document.documentElement.classList.toggle("dark", isDark.value));
      addEventListener("change", ({ target }) => {
        const label = document.querySelector(`.samples label[for="${(target as Element).id}"]`);
        if (label) sample.value = label.textContent;
      });
      for (const type of ["pointerdown", "keydown"]) addEventListener(type, keepPlace); // before the router sees the click
      watch(() => route.path, arrive, { immediate: true });
    });
  },
} satisfies Theme;
