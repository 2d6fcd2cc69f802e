/** Documents over the REST API, and what is known of their DocTypes. */

import { call, get, send, type Params } from "./client";

export interface Doc extends Record<string, unknown> {
	doctype: string;
	name: string;
	docstatus: number;
	modified: string;
}

export type Filter = [field: string, operator: string, value: unknown] | [doctype: string, field: string, operator: string, value: unknown];

export interface ListQuery {
	fields: string[];
	filters?: Filter[];
	orFilters?: Filter[];
	orderBy?: string;
	start?: number;
	limit?: number;
}

export async function list<T = Record<string, unknown>>(
	doctype: string,
	query: ListQuery,
	signal?: AbortSignal,
): Promise<T[]> {
	const params: Params = {
		doctype,
		fields: query.fields,
		filters: query.filters ?? [],
		or_filters: query.orFilters,
		order_by: query.orderBy,
		limit_start: query.start ?? 0,
		limit_page_length: query.limit ?? 20,
	};
	return await get<T[]>("frappe.client.get_list", params, signal);
}

export async function count(doctype: string, filters: Filter[] = [], signal?: AbortSignal): Promise<number> {
	return await get<number>("frappe.client.get_count", { doctype, filters }, signal);
}

export interface DocInfo {
	permissions: Record<string, number>;
	comments: Record<string, unknown>[];
	versions: { creation: string; owner: string; data: string; name: string }[];
	attachments: { name: string; file_name: string; file_url: string; is_private: number }[];
	assignments?: { name: string; owner: string }[];
	[key: string]: unknown;
}

/** A document with what the desk knows about it: permissions, comments, versions, attachments. */
export async function load(doctype: string, name: string): Promise<{ doc: Doc; info: DocInfo }> {
	const data = await send("/api/method/frappe.desk.form.load.getdoc", "GET", { doctype, name });
	const docs = data.docs as Doc[];
	return { doc: docs[0], info: data.docinfo as DocInfo };
}

export type SaveAction = "Save" | "Submit" | "Update" | "Cancel";

export async function save(doc: Doc, action: SaveAction): Promise<Doc> {
	if (action === "Cancel") {
		const data = await send("/api/method/frappe.desk.form.save.cancel", "POST", { doctype: doc.doctype, name: doc.name });
		return (data.docs as Doc[])[0];
	}
	const data = await send("/api/method/frappe.desk.form.save.savedocs", "POST", { doc: JSON.stringify(doc), action });
	return (data.docs as Doc[])[0];
}

export async function remove(doctype: string, name: string): Promise<void> {
	await call("frappe.client.delete", { doctype, name });
}

export async function transitions(doc: Doc): Promise<{ action: string; next_state: string }[]> {
	return await call("frappe.model.workflow.get_transitions", { doc: JSON.stringify(doc) });
}

export async function applyWorkflow(doc: Doc, action: string): Promise<Doc> {
	return await call<Doc>("frappe.model.workflow.apply_workflow", { doc: JSON.stringify(doc), action });
}

export async function searchLink(doctype: string, txt: string, filters?: unknown, signal?: AbortSignal) {
	const params = { doctype, txt, filters, page_length: 12 };
	const found = await get<unknown>("frappe.desk.search.search_link", params, signal);
	return found as { value: string; description: string; label?: string }[];
}
