/** Keyboard shortcuts: "mod+k", "?", or two keys one after the other as "g o". Registered while their component lives. */

import { onBeforeUnmount, shallowReactive } from "vue";

export interface Shortcut {
	keys: string;
	label: string;
	run: (event: KeyboardEvent) => void;
}

export const shortcuts = shallowReactive<Shortcut[]>([]);
const PAUSE = 900;
let previous = "";
let pressedAt = 0;

export function shortcut(keys: string, label: string, run: (event: KeyboardEvent) => void): void {
	const entry = { keys, label, run };
	shortcuts.push(entry);
	onBeforeUnmount(() => void shortcuts.splice(shortcuts.indexOf(entry), 1));
}

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

window.addEventListener("keydown", (event) => {
	const modified = event.ctrlKey || event.metaKey;
	const key = `${modified ? "mod+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
	if (!modified && isTyping(event.target)) return;
	if (event.altKey) return;
	const sequence = Date.now() - pressedAt < PAUSE ? `${previous} ${key}` : "";
	previous = key;
	pressedAt = Date.now();
	// The youngest first: a page's shortcut goes before the shell's.
	const found = [...shortcuts].reverse().find(({ keys }) => keys === sequence || keys === key);
	if (!found) return;
	event.preventDefault();
	previous = "";
	found.run(event);
});
