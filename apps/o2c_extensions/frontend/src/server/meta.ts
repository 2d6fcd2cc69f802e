/** DocTypes as forms and lists draw them. Loaded once a page view and kept. */

import { send } from "./client";

export interface Field {
	fieldname: string;
	fieldtype: string;
	label: string | null;
	options: string | null;
	reqd: 0 | 1;
	hidden: 0 | 1;
	read_only: 0 | 1;
	in_list_view: 0 | 1;
	in_standard_filter: 0 | 1;
	allow_on_submit: 0 | 1;
	permlevel: number;
	default: string | null;
	description: string | null;
	depends_on: string | null;
	mandatory_depends_on: string | null;
	read_only_depends_on: string | null;
	collapsible: 0 | 1;
	precision: string | null;
	bold: 0 | 1;
	columns: number;
	set_only_once: 0 | 1;
	[key: string]: unknown;
}

export interface Workflow {
	name: string;
	workflow_state_field: string;
	states: { state: string; doc_status: string; allow_edit: string; style?: string }[];
	transitions: { state: string; action: string; next_state: string; allowed: string; condition: string | null }[];
}

export interface Meta {
	name: string;
	module: string;
	fields: Field[];
	permissions: Record<string, unknown>[];
	is_submittable: 0 | 1;
	issingle: 0 | 1;
	istable: 0 | 1;
	title_field: string | null;
	search_fields: string | null;
	sort_field: string | null;
	sort_order: string | null;
	image_field: string | null;
	quick_entry: 0 | 1;
	track_changes: 0 | 1;
	in_create: 0 | 1;
	autoname: string | null;
	states: { title: string; color: string }[];
	workflow: Workflow | null;
	default_print_format?: string | null;
	__print_formats?: { name: string }[];
}

const LAYOUT = new Set(["Section Break", "Column Break", "Tab Break", "HTML", "Heading", "Button", "Fold"]);

const known = new Map<string, Promise<Meta>>();
const tables = new Map<string, Meta>();

export function meta(doctype: string): Promise<Meta> {
	let found = known.get(doctype);
	if (!found) {
		found = fetchMeta(doctype);
		known.set(doctype, found);
		found.catch(() => known.delete(doctype));
	}
	return found;
}

/** The DocType of a child table, which comes with its parent's. */
export function tableMeta(doctype: string): Meta | undefined {
	return tables.get(doctype);
}

export function forgetMeta(doctype: string): void {
	known.delete(doctype);
}

async function fetchMeta(doctype: string): Promise<Meta> {
	const data = await send("/api/method/frappe.desk.form.load.getdoctype", "GET", { doctype });
	const docs = data.docs as (Meta & { __workflow_docs?: Record<string, unknown>[] })[];
	for (const doc of docs) if (doc.istable) tables.set(doc.name, doc);
	const main = docs.find((doc) => doc.name === doctype);
	if (!main) throw new Error(`No DocType ${doctype}`);
	const flow = (main.__workflow_docs ?? []).find((doc) => doc.doctype === "Workflow" && doc.is_active);
	return { ...main, workflow: (flow as unknown as Workflow) ?? null };
}

export function holdsValue(field: Field): boolean {
	return !LAYOUT.has(field.fieldtype);
}

export function isTable(field: Field): boolean {
	return field.fieldtype === "Table" || field.fieldtype === "Table MultiSelect";
}
