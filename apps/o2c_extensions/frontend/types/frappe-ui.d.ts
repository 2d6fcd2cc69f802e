/** What we use of frappe-ui. The package ships its sources, which do not pass a strict check of ours. */
import type { DefineComponent } from "vue";

type Component = DefineComponent<Record<string, unknown>, object, unknown>;
export const Autocomplete: Component;
export const Badge: Component;
export const Button: Component;
export const Checkbox: Component;
export const DatePicker: Component;
export const Dialog: Component;
export const Dropdown: Component;
export const FormControl: Component;
export const FrappeUIProvider: Component;
export const Popover: Component;
export const Tabs: Component;
export const TextInput: Component;
export const Tooltip: Component;
export const AxisChart: Component;
export const DonutChart: Component;
export const ECharts: Component;

interface ToastOptions {
	duration?: number;
	action?: { label: string; onClick: () => void };
}
export const toast: {
	success(text: string, options?: ToastOptions): void;
	error(text: string, options?: ToastOptions): void;
	info(text: string, options?: ToastOptions): void;
};
