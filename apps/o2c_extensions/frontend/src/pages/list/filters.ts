/** The filters of a list as the address holds them: a list can be bookmarked, sent, and gone back to. */

import type { LocationQuery } from "vue-router";

import type { Filter } from "@/server/documents";
import type { Field } from "@/server/meta";

export interface Wanted {
	field: string;
	operator: string;
	value: string;
}

export const OPERATORS: Record<string, string> = {
	"=": "is",
	"!=": "is not",
	like: "contains",
	"not like": "does not contain",
	">": "more than",
	"<": "less than",
	">=": "at least",
	"<=": "at most",
	in: "is one of",
	is: "is set or not",
};

export interface View {
	filters: Wanted[];
	text: string;
	sort: string;
	descending: boolean;
}

export function viewOf(query: LocationQuery, sort: string, descending: boolean): View {
	const filters: Wanted[] = [];
	for (const [key, value] of Object.entries(query)) {
		if (!key.startsWith("f.")) continue;
		for (const item of Array.isArray(value) ? value : [value]) {
			const found = /^([^:]*):(.*)$/s.exec(item ?? "");
			if (found && found[1] in OPERATORS) filters.push({ field: key.slice(2), operator: found[1], value: found[2] });
		}
	}
	const order = String(query.sort ?? "");
	return {
		filters,
		text: String(query.q ?? ""),
		sort: order ? order.replace(/^-/, "") : sort,
		descending: order ? order.startsWith("-") : descending,
	};
}

export function queryOf(view: View): Record<string, string | string[]> {
	const query: Record<string, string | string[]> = {};
	for (const { field, operator, value } of view.filters) {
		const key = `f.${field}`;
		const item = `${operator}:${value}`;
		query[key] = query[key] ? [...[query[key]].flat(), item] : item;
	}
	if (view.text) query.q = view.text;
	if (view.sort) query.sort = (view.descending ? "-" : "") + view.sort;
	return query;
}

/** As the server takes them. A text without a wildcard is looked for anywhere in the field. */
export function serverFilters(doctype: string, wanted: Wanted[]): Filter[] {
	return wanted
		.filter(({ operator, value }) => value !== "" || operator === "is")
		.map(({ field, operator, value }) => {
			if (operator.endsWith("like")) return [doctype, field, operator, value.includes("%") ? value : `%${value}%`];
			if (operator === "in") return [doctype, field, "in", value.split(",").map((part) => part.trim())];
			if (operator === "is") return [doctype, field, "is", value || "set"];
			return [doctype, field, operator, value];
		});
}

export function operatorFor(field: Field): string {
	return ["Select", "Link", "Check", "Date", "Dynamic Link"].includes(field.fieldtype) ? "=" : "like";
}
