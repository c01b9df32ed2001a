import { useLocalStorage } from "@vueuse/core";
import { Content, type Theme, useData, useRoute } from "vitepress";
import NotFound from "vitepress/dist/client/theme-default/NotFound.vue";
import DefaultTheme, { VPHomeContent, VPHomeFeatures, VPHomeHero } from "vitepress/theme-without-fonts";
import { h, nextTick, onMounted, watch } from "vue";
import CopyPage from "./CopyPage.vue";
import SearchBox from "./SearchBox.vue";
import "./style.css";

// The framework's front page and its page for what is missing have no landmark of their own.
const landing = () => h("main", [h(VPHomeHero), h(VPHomeFeatures), h(VPHomeContent, () => h(Content))]);
const missing = () => h("main", h(NotFound));

/** Marks where the address leads: the router changes it in a way that `:target` does not see. */
function markTarget(): void {
  document.querySelector(".here")?.classList.remove("here");
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.classList.add("here");
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
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      "nav-bar-content-before": () => h(SearchBox),
      "doc-before": () => h(CopyPage),
      "not-found": missing,
    }),
  enhanceApp: ({ app }) => void app.component("landing", landing),
  setup() {
    const route = useRoute();
    const { lang } = useData();
    const language = useLocalStorage("language", ""); // where a link without a language leads: see browser/errors.ts
    const sample = useLocalStorage("samples", ""); // the language of samples is one choice for the whole site
    const arrive = async () => {
      language.value = lang.value;
      await nextTick();
      for (const label of document.querySelectorAll<HTMLElement>(".samples label"))
        if (label.textContent === sample.value) label.click();
      markTarget();
    };
    onMounted(() => {
      addEventListener("hashchange", markTarget);
      addEventListener("change", ({ target }) => {
        const label = document.querySelector(`.samples label[for="${(target as Element).id}"]`);
        if (label) sample.value = label.textContent;
      });
      for (const type of ["pointerdown", "keydown"]) addEventListener(type, keepPlace); // before the router sees the click
      watch(() => route.path, arrive, { immediate: true });
    });
  },
} satisfies Theme;
