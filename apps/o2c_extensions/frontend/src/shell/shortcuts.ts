/** Keyboard shortcuts: "mod+k", "?", "shift+c", or two keys one after the other as "g o". Registered while their component lives. */

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

/** What a button or a link does with Enter and Space is its own, and arrows where they scroll; in a dialog only what is in it is meant. */
function isMeantElsewhere(key: string, target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (target.closest("dialog")) return true;
	if (key.startsWith("Arrow")) return Boolean(target.closest("[data-scrolls]"));
	if (key === "Enter") return Boolean(target.closest("a, button, summary, [role=button]"));
	return key === "Space" && Boolean(target.closest("button, summary, [role=button]"));
}

function nameOf(event: KeyboardEvent): string {
	if (event.key === " ") return "Space";
	return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

window.addEventListener("keydown", (event) => {
	const modified = event.ctrlKey || event.metaKey;
	const key = `${modified ? "mod+" : ""}${nameOf(event)}`;
	if (!modified && (isTyping(event.target) || isMeantElsewhere(key, event.target))) return;
	if (event.altKey) return;
	const sequence = Date.now() - pressedAt < PAUSE ? `${previous} ${key}` : "";
	previous = key;
	pressedAt = Date.now();
	// The youngest first: a page's shortcut goes before the shell's.
	const youngest = [...shortcuts].reverse();
	const shifted = event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : "";
	const found = youngest.find(({ keys }) => keys === shifted) ?? youngest.find(({ keys }) => keys === sequence || keys === key);
	if (!found) return;
	event.preventDefault();
	previous = "";
	found.run(event);
});
