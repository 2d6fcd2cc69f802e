/** What differs between two working copies, row by row. Rows are known by what they are called. */

import { isSet } from "@/pages/working/workingCopy";

type Values = Record<string, unknown>;

export interface Change {
	kind: "added" | "removed" | "changed" | "moved";
	title: string;
	/** The row as it is, or was. */
	row: Values;
	fields: { field: string; before: string; after: string }[];
	from: number;
	to: number;
}

/** A value as a version keeps it: 0, nothing and an empty text are the same. */
export function plain(value: unknown): string {
	if (!isSet(value)) return "";
	return typeof value === "number" ? String(value) : String(value).trim();
}

export function differences(before: Values[], after: Values[], fields: string[], called: (row: Values) => string): Change[] {
	const old = new Map(before.map((row, place) => [called(row), { row, place }]));
	const fresh = new Map(after.map((row, place) => [called(row), { row, place }]));
	const found: Change[] = [];
	for (const [title, { row, place }] of old) {
		if (!fresh.has(title)) found.push({ kind: "removed", title, row, fields: [], from: place + 1, to: 0 });
	}
	const shared = [...fresh.keys()].filter((title) => old.has(title));
	const earlier = [...old.keys()].filter((title) => fresh.has(title));
	for (const [title, { row, place }] of fresh) {
		const was = old.get(title);
		if (!was) {
			found.push({ kind: "added", title, row, fields: [], from: 0, to: place + 1 });
			continue;
		}
		const changed = fields.map((field) => ({ field, before: plain(was.row[field]), after: plain(row[field]) })).filter((each) => each.before !== each.after);
		if (changed.length) found.push({ kind: "changed", title, row, fields: changed, from: was.place + 1, to: place + 1 });
		if (shared.indexOf(title) !== earlier.indexOf(title)) found.push({ kind: "moved", title, row, fields: [], from: was.place + 1, to: place + 1 });
	}
	return found;
}
