/** Data from the server as the page sees it: there, on its way, or failed; and how to ask again. */

import { onBeforeUnmount, shallowReactive, watch, type WatchSource } from "vue";

export interface Loaded<T> {
	data: T | null;
	error: unknown;
	busy: boolean;
	reload: () => Promise<void>;
}

/** Ask now, and again whenever one of `sources` changes. A later question cancels the earlier one. */
export function loaded<T>(ask: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []): Loaded<T> {
	let request: AbortController | undefined;
	const state: Loaded<T> = shallowReactive({ data: null, error: null, busy: false, reload });

	async function reload(): Promise<void> {
		request?.abort();
		const own = (request = new AbortController());
		state.busy = true;
		try {
			const data = await ask(own.signal);
			if (own.signal.aborted) return;
			state.data = data;
			state.error = null;
		} catch (error) {
			if (own.signal.aborted) return;
			state.error = error;
		}
		state.busy = false;
	}

	if (sources.length) {
		// What was there answers another question.
		watch(sources, () => {
			state.data = null;
			void reload();
		});
	}
	onBeforeUnmount(() => request?.abort());
	void reload();
	return state;
}
