/** The rows of a long list: fetched in pages as they come into view, drawn only where the user looks. */

import { computed, onBeforeUnmount, ref, shallowRef, triggerRef } from "vue";

export type Row = Record<string, unknown> & { name: string };

const PAGE = 100;
const AROUND = 12;

export interface Source {
	count: (signal: AbortSignal) => Promise<number>;
	rows: (start: number, limit: number, signal: AbortSignal) => Promise<Row[]>;
}

export function useRows(rowHeight: number) {
	const total = ref<number | null>(null);
	const error = ref<unknown>(null);
	const slots = shallowRef<(Row | undefined)[]>([]);
	const scrollTop = ref(0);
	const height = ref(600);
	const asked = new Set<number>();
	let source: Source | undefined;
	let request = new AbortController();

	const first = computed(() => Math.max(0, Math.floor(scrollTop.value / rowHeight) - AROUND));
	const last = computed(() => Math.min(total.value ?? 0, Math.ceil((scrollTop.value + height.value) / rowHeight) + AROUND));
	const shown = computed(() => {
		const window: { index: number; row: Row | undefined }[] = [];
		for (let index = first.value; index < last.value; index++) window.push({ index, row: slots.value[index] });
		return window;
	});

	async function show(from: Source): Promise<void> {
		request.abort();
		request = new AbortController();
		source = from;
		asked.clear();
		slots.value = [];
		total.value = null;
		error.value = null;
		scrollTop.value = 0;
		const { signal } = request;
		try {
			asked.add(0);
			const [count, rows] = await Promise.all([from.count(signal), from.rows(0, PAGE, signal)]);
			slots.value = rows;
			total.value = Math.max(count, rows.length);
		} catch (failure) {
			if (!signal.aborted) error.value = failure;
		}
	}

	/** Fetch what the user looks at and is not there yet. */
	function fill(): void {
		if (!source || total.value === null) return;
		const from = Math.floor(first.value / PAGE);
		const to = Math.floor(Math.max(first.value, last.value - 1) / PAGE);
		for (let page = from; page <= to; page++) if (!asked.has(page)) void fetchPage(page);
	}

	async function fetchPage(page: number): Promise<void> {
		const { signal } = request;
		asked.add(page);
		try {
			const rows = await source!.rows(page * PAGE, PAGE, signal);
			rows.forEach((row, index) => (slots.value[page * PAGE + index] = row));
			triggerRef(slots);
		} catch (failure) {
			asked.delete(page);
			if (!signal.aborted) error.value = failure;
		}
	}

	function onScroll(event: Event): void {
		const element = event.target as HTMLElement;
		scrollTop.value = element.scrollTop;
		height.value = element.clientHeight;
		fill();
	}

	onBeforeUnmount(() => request.abort());
	return { total, error, slots, shown, first, show, onScroll, height };
}
