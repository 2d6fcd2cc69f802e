/** A document being worked on: what was typed, what is wrong with it, and what may be done with it. */

import { computed, reactive, ref, shallowRef, toRaw } from "vue";

import { ServerError } from "@/server/client";
import { applyWorkflow, load, remove, save, transitions, type Doc, type DocInfo, type SaveAction } from "@/server/documents";
import { holdsValue, isTable, meta as metaOf, tableMeta, type Field, type Meta } from "@/server/meta";
import { boot, __ } from "@/server/session";
import { holds } from "@/pages/form/condition";

export interface Transition {
	action: string;
	next_state: string;
}

const STANDARD = ["owner", "creation", "modified", "modified_by", "idx"];

export function useForm(doctype: string, name: string, wishes: Record<string, string> = {}) {
	const meta = shallowRef<Meta | null>(null);
	const doc = ref<Doc | null>(null);
	const info = shallowRef<DocInfo | null>(null);
	const steps = shallowRef<Transition[]>([]);
	const failure = shallowRef<unknown>(null);
	const busy = ref(false);
	const saved = ref("");
	const wrong = reactive(new Map<string, string>());
	const key = `o2c-draft ${doctype} ${name}`;

	const isNew = computed(() => Boolean(doc.value?.__islocal));
	const isDirty = computed(() => Boolean(doc.value) && (isNew.value || JSON.stringify(doc.value) !== saved.value));
	const may = computed(() => info.value?.permissions ?? {});
	const restored = ref(false);

	async function open(): Promise<void> {
		failure.value = null;
		try {
			meta.value = await metaOf(doctype);
			if (name === "new") {
				doc.value = blank(meta.value, wishes);
				info.value = { permissions: { read: 1, write: 1, create: 1 }, comments: [], versions: [], attachments: [] };
				saved.value = "";
			} else {
				await reload();
			}
			restore();
		} catch (error) {
			failure.value = error;
		}
	}

	async function reload(): Promise<void> {
		const found = await load(doctype, name === "new" ? doc.value!.name : name);
		take(found.doc);
		info.value = found.info;
		await loadSteps();
	}

	/** What stands beside the document, anew; what is typed into it stays. */
	async function refreshInfo(): Promise<void> {
		const found = await load(doctype, doc.value!.name);
		info.value = found.info;
		if (!isDirty.value) take(found.doc);
	}

	function take(fresh: Doc): void {
		doc.value = fresh;
		saved.value = JSON.stringify(fresh);
		sessionStorage.removeItem(key);
		wrong.clear();
	}

	async function loadSteps(): Promise<void> {
		const found = meta.value?.workflow && doc.value ? await transitions(toRaw(doc.value)) : [];
		// Who has two roles is offered an action twice.
		steps.value = [...new Map(found.map((step) => [step.action, step])).values()];
	}

	/** Keep what is typed beside the page, so that neither a reload nor a failed request loses it. */
	function remember(): void {
		if (isDirty.value) sessionStorage.setItem(key, JSON.stringify(toRaw(doc.value)));
	}

	function restore(): void {
		const draft = sessionStorage.getItem(key);
		if (!draft || !doc.value) return;
		const typed = JSON.parse(draft) as Doc;
		if (typed.modified !== doc.value.modified) {
			sessionStorage.removeItem(key);
			return;
		}
		doc.value = typed;
		restored.value = true;
	}

	function discard(): void {
		sessionStorage.removeItem(key);
		restored.value = false;
		void open();
	}

	/**
	 * The fields that must be filled and are not: said before the server has to.
	 * What stands in a folded section the server mostly fills itself (currency, rates, accounts); if it does not, it says so.
	 */
	function check(folded = false): boolean {
		wrong.clear();
		if (!meta.value || !doc.value) return false;
		let isFolded = false;
		for (const field of meta.value.fields) {
			if (field.fieldtype === "Section Break" || field.fieldtype === "Tab Break") isFolded = Boolean(field.collapsible);
			if (isFolded && !folded) continue;
			if (isTable(field)) {
				const rows = (doc.value[field.fieldname] as Record<string, unknown>[] | undefined) ?? [];
				if (field.reqd && !rows.length) wrong.set(field.fieldname, __("At least one row is needed."));
			} else if (holdsValue(field) && isRequired(field, doc.value) && isEmpty(doc.value[field.fieldname]) && !field.read_only && !field.hidden) {
				wrong.set(field.fieldname, __("{0} is missing.", __(field.label ?? field.fieldname)));
			}
		}
		return wrong.size === 0;
	}

	async function act(work: () => Promise<void>): Promise<void> {
		if (busy.value) return;
		busy.value = true;
		try {
			await work();
		} catch (error) {
			remember();
			if (error instanceof ServerError && error.type === "MandatoryError") check(true);
			throw error;
		} finally {
			busy.value = false;
		}
	}

	async function store(action: SaveAction): Promise<Doc | null> {
		if (action !== "Cancel" && !check()) return null;
		await act(async () => {
			take(await save(toRaw(doc.value!), action));
			const found = await load(doctype, doc.value!.name);
			take(found.doc);
			info.value = found.info;
			await loadSteps();
		});
		return doc.value;
	}

	async function follow(action: string): Promise<void> {
		await act(async () => {
			if (isDirty.value) take(await save(toRaw(doc.value!), doc.value!.docstatus === 1 ? "Update" : "Save"));
			await applyWorkflow(toRaw(doc.value!), action);
			await reload();
		});
	}

	async function erase(): Promise<void> {
		await act(async () => {
			await remove(doctype, doc.value!.name);
			sessionStorage.removeItem(key);
		});
	}

	/** A copy of a cancelled document that takes its place. */
	function amend(): Doc {
		return { ...copy(doc.value!, meta.value!), amended_from: doc.value!.name };
	}

	function isEditable(field: Field): boolean {
		const current = doc.value;
		if (!current || field.read_only || field.fieldtype === "Read Only" || current.docstatus === 2) return false;
		if (field.read_only_depends_on && holds(field.read_only_depends_on, current)) return false;
		if (!isNew.value && !may.value.write) return false;
		if (field.set_only_once && !isNew.value) return false;
		return current.docstatus === 0 || Boolean(field.allow_on_submit);
	}

	void open();
	return { meta, doc, info, steps, failure, busy, wrong, isNew, isDirty, may, restored, open, reload, refreshInfo, store, follow, erase, amend, discard, remember, isEditable };
}

export type Form = ReturnType<typeof useForm>;

export function isRequired(field: Field, doc: Record<string, unknown>): boolean {
	return Boolean(field.reqd) || Boolean(field.mandatory_depends_on && holds(field.mandatory_depends_on, doc));
}

function isEmpty(value: unknown): boolean {
	return value === null || value === undefined || value === "";
}

function blank(meta: Meta, wishes: Record<string, string>): Doc {
	const stored = sessionStorage.getItem(`o2c-copy ${meta.name}`);
	if (stored) {
		sessionStorage.removeItem(`o2c-copy ${meta.name}`);
		return JSON.parse(stored) as Doc;
	}
	return { ...defaults(meta), ...wishes, doctype: meta.name, name: localName(meta.name), docstatus: 0, modified: "", __islocal: 1, __unsaved: 1 } as Doc;
}

function localName(doctype: string): string {
	return `new-${doctype.toLowerCase().replace(/\s+/g, "-")}-${Math.random().toString(36).slice(2, 10)}`;
}

/** The values that a new document starts with: "Today", ":Company" and the like worked out. */
export function defaults(meta: Meta): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const field of meta.fields) {
		if (isTable(field)) values[field.fieldname] = [];
		else if (field.fieldtype === "Link" && field.options === "Company" && !field.default) values[field.fieldname] = boot.company;
		else if (field.default) values[field.fieldname] = startValue(field);
		else if (field.fieldtype === "Select" && field.reqd) values[field.fieldname] = (field.options ?? "").split("\n")[0];
	}
	return values;
}

function startValue(field: Field): unknown {
	const wish = field.default ?? "";
	if (field.fieldtype === "Date" && wish.toLowerCase() === "today") return boot.today;
	if (field.fieldtype === "Datetime" && wish.toLowerCase() === "now") return `${boot.today} ${new Date().toTimeString().slice(0, 8)}`;
	if (field.fieldtype === "Time" && wish.toLowerCase() === "now") return new Date().toTimeString().slice(0, 8);
	if (wish === "__user") return boot.user.name;
	// ":Company" at another field means the company's own value of it, which the server fills in.
	if (wish.startsWith(":")) return wish === ":Company" && field.options === "Company" ? boot.company : "";
	return ["Check", "Int", "Float", "Currency", "Percent"].includes(field.fieldtype) ? Number(wish) : wish;
}

/** The document again, as one that was never saved: without what must not be copied. */
export function copy(doc: Doc, meta: Meta): Doc {
	const fresh = strip(clone(doc), meta);
	for (const field of meta.fields.filter(isTable)) {
		const rowMeta = tableMeta(field.options ?? "");
		const rows = (doc[field.fieldname] as Record<string, unknown>[] | undefined) ?? [];
		fresh[field.fieldname] = rows.map((row) => {
			const clean = rowMeta ? strip(clone(row), rowMeta) : clone(row);
			return { ...clean, name: localName(field.options ?? "row"), parent: undefined, __islocal: 1 };
		});
	}
	return { ...fresh, doctype: doc.doctype, name: localName(doc.doctype), docstatus: 0, modified: "", __islocal: 1, __unsaved: 1 } as Doc;
}

/** Not structuredClone, which refuses the proxies that rows become by being edited. */
function clone<T>(value: T): T {
	return JSON.parse(JSON.stringify(value)) as T;
}

function strip(values: Record<string, unknown>, meta: Meta): Record<string, unknown> {
	for (const field of meta.fields) if (field.no_copy) delete values[field.fieldname];
	for (const standard of STANDARD) delete values[standard];
	delete values.docstatus;
	return values;
}
