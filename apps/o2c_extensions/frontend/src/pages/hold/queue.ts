/** The queue of holds as one person works through it: filtered, walked, and some of it chosen. */

import { computed, nextTick, ref, watch } from "vue";

import type { HoldQueue, HoldRow } from "@/pages/credit/types";
import { daysBetween } from "@/server/format";
import { boot, __ } from "@/server/session";
import type { Loaded } from "@/ui/loaded";

export function useQueue(queue: Loaded<HoldQueue>) {
	const text = ref("");
	const onlyMine = ref(false);
	const chosen = ref(new Set<string>());
	const cursor = ref(0);

	const shown = computed<HoldRow[]>(() => {
		const words = text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
		return (queue.data?.holds ?? []).filter((row) => (!onlyMine.value || row.turn.mine) && words.every((word) => haystack(row).includes(word)));
	});
	const current = computed<HoldRow | undefined>(() => shown.value[Math.min(cursor.value, shown.value.length - 1)]);
	const chosenRows = computed(() => shown.value.filter((row) => chosen.value.has(row.name)));

	watch(shown, (rows, before) => {
		// The cursor stays with its row; where that has gone, with what came after it.
		const name = before?.[cursor.value]?.name;
		const place = rows.findIndex((row) => row.name === name);
		cursor.value = place >= 0 ? place : Math.max(0, Math.min(cursor.value, rows.length - 1));
	});

	function move(step: number): void {
		if (!shown.value.length) return;
		cursor.value = Math.max(0, Math.min(cursor.value + step, shown.value.length - 1));
		void nextTick(() => document.getElementById(`hold-${current.value?.name}`)?.scrollIntoView({ block: "nearest" }));
	}

	function toggle(name: string): void {
		const next = new Set(chosen.value);
		if (!next.delete(name)) next.add(name);
		chosen.value = next;
	}

	function toggleAll(): void {
		chosen.value = chosenRows.value.length === shown.value.length ? new Set() : new Set(shown.value.map((row) => row.name));
	}

	function goTo(name: string): void {
		const place = shown.value.findIndex((row) => row.name === name);
		if (place >= 0) cursor.value = place;
	}

	return { text, onlyMine, chosen, cursor, shown, current, chosenRows, move, toggle, toggleAll, goTo };
}

function haystack(row: HoldRow): string {
	return [row.name, row.customer, row.customer_name, row.held_document, row.sales_order, ...causesOf(row), ...causesOf(row).map((cause) => __(cause))].join(" ").toLowerCase();
}

export function causesOf(row: { causes: string | null }): string[] {
	return (row.causes ?? "").split("\n").filter(Boolean);
}

export function ageOf(row: { creation: string }): string {
	const days = Math.max(0, daysBetween(row.creation, boot.today));
	return days === 0 ? __("today") : days === 1 ? __("1 day") : __("{0} days", days);
}

/** Whose turn it is, in a few words. */
export function turnOf({ turn }: Pick<HoldRow, "turn">): string {
	if (turn.mine) return turn.verdict === "not_approved" ? __("You: approve") : __("You");
	if (turn.verdict === "same_person") return __("A second person");
	return turn.roles.length ? __(turn.roles[0]) : __("Nobody has the authority");
}
