/** The queue of holds as one person works through it: filtered, walked, and some of it chosen. */

import { computed, ref } from "vue";

import type { HoldQueue, HoldRow } from "@/pages/credit/types";
import { daysBetween } from "@/server/format";
import { boot, __ } from "@/server/session";
import { useCursor } from "@/ui/cursor";
import type { Loaded } from "@/ui/loaded";

export function useQueue(queue: Loaded<HoldQueue>) {
	const text = ref("");
	const onlyMine = ref(false);
	const shown = computed<HoldRow[]>(() => {
		const words = text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
		return (queue.data?.holds ?? []).filter((row) => (!onlyMine.value || row.turn.mine) && words.every((word) => haystack(row).includes(word)));
	});
	return { text, onlyMine, shown, ...useCursor(shown, "hold") };
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
