/** The address of a list that shows exactly the documents behind a figure. */

import { queryOf } from "@/pages/list/filters";

export type Condition = [field: string, operator: string, value: string | number | string[]];

export function linkTo(doctype: string, conditions: Condition[]): { path: string; query: Record<string, string | string[]> } {
	const filters = conditions.map(([field, operator, value]) => ({ field, operator, value: Array.isArray(value) ? value.join(",") : String(value) }));
	return { path: `/list/${encodeURIComponent(doctype)}`, query: queryOf({ filters, text: "", sort: "", descending: true }) };
}
