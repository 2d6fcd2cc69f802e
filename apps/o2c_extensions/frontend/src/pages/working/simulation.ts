/** A working copy tried on the past: started, watched while it runs, and its result read page by page. */

import { computed, onBeforeUnmount, ref } from "vue";

import { call, get } from "@/server/client";
import { useAttempt } from "@/ui/attempt";
import { loaded } from "@/ui/loaded";

const EVERY = 1200;
export const PAGE = 200;

/** What every simulation tells of itself. */
export interface Tried {
	name: string;
	run: string | null;
	/** Of its run. */
	status: string;
	progress: number;
	error: string | null;
	rows: unknown[];
	total_rows: number;
}

/** The figures of one side: how many, and of which amount. */
export type Figures<K extends string> = Record<K | `${K}_amount`, number>;

export interface Earlier {
	name: string;
	creation: string;
}

export function isLive(simulation: Tried): boolean {
	return ["Queued", "Running"].includes(simulation.status);
}

interface Asked {
	start: string;
	read: string;
	list: string;
	/** Whose simulations the list is of. */
	of: Record<string, string>;
	/** What the result is asked with, beside its name and page. */
	shown?: () => Record<string, unknown>;
}

export function useSimulation<T extends Tried, E extends Earlier>(asked: Asked) {
	const name = ref("");
	const { busy, problem, attempt } = useAttempt();
	const query = (start: number) => ({ name: name.value, start, limit: PAGE, ...asked.shown?.() });

	const earlier = loaded(async (signal) => {
		const rows = await get<E[]>(asked.list, asked.of, signal);
		if (!name.value && rows.length) name.value = rows[0].name;
		return rows;
	});
	const result = loaded<T | "none">(async (signal) => (name.value ? await get<T>(asked.read, query(0), signal) : "none"), [name, () => JSON.stringify(asked.shown?.())]);
	const found = computed(() => (result.data && result.data !== "none" ? result.data : null));
	const live = computed(() => Boolean(found.value && isLive(found.value)));

	const timer = window.setInterval(() => live.value && !result.busy && !document.hidden && void result.reload(), EVERY);
	onBeforeUnmount(() => window.clearInterval(timer));

	async function start(wish: Record<string, unknown>): Promise<void> {
		if (live.value) return;
		await attempt(async () => {
			name.value = (await call<{ simulation: string }>(asked.start, wish)).simulation;
			await earlier.reload();
		});
	}

	async function more(): Promise<void> {
		const shown = found.value;
		if (!shown) return;
		await attempt(async () => {
			const next = await get<T>(asked.read, query(shown.rows.length));
			result.data = { ...shown, rows: [...shown.rows, ...next.rows] };
		});
	}

	return { name, busy, problem, earlier, result, found, live, start, more };
}

/** What the shared frame needs to know of a simulation, whatever is tried. */
export type Simulating<T extends Tried, E extends Earlier> = ReturnType<typeof useSimulation<T, E>>;
