/** Rows that a person works through: walked with a cursor, and some of them chosen. */

import { computed, nextTick, ref, watch, type Ref } from "vue";

/** `prefix`: of the ids that the rows have on the page. */
export function useCursor<T extends { name: string }>(rows: Ref<T[]>, prefix: string) {
	const chosen = ref(new Set<string>());
	const cursor = ref(0);
	const current = computed<T | undefined>(() => rows.value[Math.min(cursor.value, rows.value.length - 1)]);
	const chosenRows = computed(() => rows.value.filter((row) => chosen.value.has(row.name)));

	watch(rows, (now, before) => {
		// The cursor stays with its row; where that has gone, with what came after it.
		const name = before?.[cursor.value]?.name;
		const place = now.findIndex((row) => row.name === name);
		cursor.value = place >= 0 ? place : Math.max(0, Math.min(cursor.value, now.length - 1));
	});

	function move(step: number): void {
		if (!rows.value.length) return;
		cursor.value = Math.max(0, Math.min(cursor.value + step, rows.value.length - 1));
		void nextTick(() => document.getElementById(`${prefix}-${current.value?.name}`)?.scrollIntoView({ block: "nearest" }));
	}

	function toggle(name: string): void {
		const next = new Set(chosen.value);
		if (!next.delete(name)) next.add(name);
		chosen.value = next;
	}

	function toggleAll(): void {
		chosen.value = chosenRows.value.length === rows.value.length ? new Set() : new Set(rows.value.map((row) => row.name));
	}

	function goTo(name: string): void {
		const place = rows.value.findIndex((row) => row.name === name);
		if (place >= 0) cursor.value = place;
	}

	return { chosen, cursor, current, chosenRows, move, toggle, toggleAll, goTo };
}
