import { createApp } from "vue";

import { loadTexts } from "@/server/texts";
import App from "@/shell/App.vue";
import { apply } from "@/shell/theme";
import { router } from "@/router";
import "@/main.css";

apply();
createApp(App).use(router).mount("#app");
void loadTexts();
