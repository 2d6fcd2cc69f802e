/** Light or dark: as the system says, until the user chooses. */

import { computed, ref } from "vue";

export type Theme = "light" | "dark" | "system";

const KEY = "o2c-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = ref(system.matches);
system.addEventListener("change", (event) => {
	systemIsDark.value = event.matches;
	apply();
});

export const theme = ref<Theme>((localStorage.getItem(KEY) as Theme) || "system");
export const isDark = computed(() => (theme.value === "system" ? systemIsDark.value : theme.value === "dark"));

export function setTheme(chosen: Theme): void {
	theme.value = chosen;
	localStorage.setItem(KEY, chosen);
	apply();
}

export function apply(): void {
	document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
}
