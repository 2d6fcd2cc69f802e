/** What a version of a document changed, in the words of its form. */

import { day, moment, number } from "@/server/format";
import { tableMeta, type Field, type Meta } from "@/server/meta";
import { __ } from "@/server/session";

type Change = [field: string, from: unknown, to: unknown];

interface Version {
	changed?: Change[];
	added?: [table: string, row: unknown][];
	removed?: [table: string, row: unknown][];
	row_changed?: [table: string, index: number, name: string, changes: Change[]][];
}

const MOST = 80;

export function changesOf(data: string, meta: Meta): string[] {
	let version: Version;
	try {
		version = JSON.parse(data) as Version;
	} catch {
		return [];
	}
	const lines = (version.changed ?? []).filter(isSeen).map((change) => lineOf(change, meta));
	lines.push(...tablesOf(version.added, meta, (label, rows) => __("{0}: rows added ({1})", label, rows)));
	lines.push(...tablesOf(version.removed, meta, (label, rows) => __("{0}: rows removed ({1})", label, rows)));
	for (const [table, index, , changes] of version.row_changed ?? []) {
		const field = fieldOf(meta, table);
		const rows = tableMeta(field?.options ?? "");
		const place = __("{0}, row {1}", labelOf(field, table), index + 1);
		lines.push(...changes.filter(isSeen).map((change) => `${place}: ${lineOf(change, rows)}`));
	}
	return lines;
}

/** Between nothing, an empty text and zero a reader sees no change. */
function isSeen([, from, to]: Change): boolean {
	return Boolean(from) || Boolean(to);
}

function lineOf([fieldname, from, to]: Change, meta: Meta | undefined): string {
	const field = fieldOf(meta, fieldname);
	if (fieldname === "docstatus") return to === 1 ? __("Submitted") : to === 2 ? __("Cancelled") : __("Draft");
	return `${labelOf(field, fieldname)}: ${shown(from, field)} → ${shown(to, field)}`;
}

function tablesOf(rows: [string, unknown][] | undefined, meta: Meta, tell: (label: string, rows: number) => string): string[] {
	const counts = new Map<string, number>();
	for (const [table] of rows ?? []) counts.set(table, (counts.get(table) ?? 0) + 1);
	return [...counts].map(([table, count]) => tell(labelOf(fieldOf(meta, table), table), count));
}

function fieldOf(meta: Meta | undefined, fieldname: string): Field | undefined {
	return meta?.fields.find((field) => field.fieldname === fieldname);
}

function labelOf(field: Field | undefined, fieldname: string): string {
	return field?.label ? __(field.label) : fieldname;
}

/** A version holds values as the desk formats them, or as they were stored. */
function shown(value: unknown, field: Field | undefined): string {
	if (value === null || value === undefined || value === "") return "–";
	if (typeof value === "number" && field?.fieldtype !== "Check") return number(value, Number.isInteger(value) ? 0 : 2);
	const text = plain(String(value));
	switch (field?.fieldtype) {
		case "Check":
			return Number(value) ? __("Yes") : __("No");
		case "Date":
			return day(text) || text;
		case "Datetime":
			return moment(text) || text;
		case "Select":
			return __(text);
		default:
			return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
	}
}

export function plain(html: string): string {
	return new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";
}
