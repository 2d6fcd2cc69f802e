/** What Frappe and ERPNext call things, in the user's language: many texts, so they come after the first screen and are kept. */

import { get } from "./client";
import { addTexts, boot } from "./session";

const KEEP = "o2c-texts";
const FRESH = 3_600_000;

/** Without them labels stay English: nobody is told, nothing fails. */
export async function loadTexts(): Promise<void> {
	if (boot.language === "en") return;
	const key = `/o2c/texts/${encodeURIComponent(boot.language)}`;
	const kept = await recall(key);
	if (kept) addTexts(kept.texts);
	if (kept && Date.now() - kept.at < FRESH) return;
	try {
		const texts = await get<Record<string, string>>("o2c_extensions.o2c_workspace.api.texts");
		addTexts(texts);
		await keep(key, { at: Date.now(), texts });
	} catch (error) {
		console.warn("The labels could not be translated", error);
	}
}

interface Kept {
	at: number;
	texts: Record<string, string>;
}

/** Browsers have this cache on https and on one's own machine only; elsewhere the texts are asked for each time. */
async function recall(key: string): Promise<Kept | null> {
	try {
		const found = await (await window.caches?.open(KEEP))?.match(key);
		return found ? ((await found.json()) as Kept) : null;
	} catch {
		return null;
	}
}

async function keep(key: string, what: Kept): Promise<void> {
	try {
		await (await window.caches?.open(KEEP))?.put(key, new Response(JSON.stringify(what)));
	} catch {
		// A full or forbidden cache: the texts are asked for again the next time.
	}
}
