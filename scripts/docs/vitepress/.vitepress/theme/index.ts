import { type Theme, useData, useRoute } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { h, nextTick, onMounted, watch } from "vue";
import CopyPage from "./CopyPage.vue";
import LandingPage from "./LandingPage.vue";
import NotFound from "./NotFound.vue";
import { keepPlace, markTarget, rememberTabs, showChosenTabs } from "./place.js";
import SearchBox from "./SearchBox.vue";
import "./style.css";
import "./operation.css";

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      "nav-bar-content-before": () => h(SearchBox),
      "doc-before": () => h(CopyPage),
      "not-found": () => h(NotFound),
    }),
  enhanceApp: ({ app }) => void app.component("landing", LandingPage),
  setup() {
    const route = useRoute();
    const { lang } = useData();
    const arrive = () => {
      try {
        localStorage.setItem("language", lang.value); // where a link without a language leads: see errors.ts
      } catch {
        // Storage is forbidden: the browser's language decides.
      }
      void nextTick(() => {
        showChosenTabs();
        markTarget();
      });
    };
    onMounted(() => {
      rememberTabs();
      keepPlace();
      arrive();
      watch(() => route.path, arrive);
      addEventListener("hashchange", markTarget);
    });
  },
} satisfies Theme;
