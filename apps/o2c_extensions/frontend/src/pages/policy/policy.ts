/** A policy being worked on: its rows in order, what is wrong with them, and what the server knows of it. */

import { computed, onBeforeUnmount, ref, shallowRef, toRaw, watch } from "vue";

import type { PolicyInfo, Problem, Row, Table, Vocabulary } from "@/pages/policy/types";
import { call, get } from "@/server/client";
import { load, save, type Doc } from "@/server/documents";
import { holdsValue, meta as metaOf, tableMeta, type Field } from "@/server/meta";

const API = "o2c_extensions.credit_control.api";
const DOCTYPE = "Credit Policy";
const ROWS: Record<Table, string> = { rules: "Credit Policy Rule", exclusions: "Credit Policy Exclusion" };
const PAUSE = 350;

export interface Working {
	for_company: string | null;
	currency: string | null;
	description: string | null;
	rules: Row[];
	exclusions: Row[];
}

export function usePolicy(name: string) {
	const stored = shallowRef<Doc | null>(null);
	const info = shallowRef<PolicyInfo | null>(null);
	const vocabulary = shallowRef<Vocabulary | null>(null);
	const fields = shallowRef<Record<Table, Field[]>>({ rules: [], exclusions: [] });
	const working = ref<Working | null>(null);
	const saved = ref("");
	const failure = shallowRef<unknown>(null);
	const problems = shallowRef<Problem[]>([]);
	const checking = ref(false);
	const unchecked = shallowRef<unknown>(null);
	const restored = ref(false);
	const draft = `o2c-draft policy ${name}`;
	let timer = 0;
	let turn = 0;

	const isDirty = computed(() => Boolean(working.value) && written(working.value!) !== saved.value);

	async function open(): Promise<void> {
		failure.value = null;
		try {
			const [found, known, words] = await Promise.all([load(DOCTYPE, name), get<PolicyInfo>(`${API}.policy`, { name }), get<Vocabulary>(`${API}.policy_vocabulary`), metaOf(DOCTYPE)]);
			for (const table of ["rules", "exclusions"] as const) fields.value[table] = (tableMeta(ROWS[table])?.fields ?? []).filter(holdsValue);
			vocabulary.value = words;
			info.value = known;
			take(found.doc);
			restore();
		} catch (error) {
			failure.value = error;
		}
	}

	function take(doc: Doc): void {
		stored.value = doc;
		const rows = (table: Table) => ((doc[table] as Record<string, unknown>[] | undefined) ?? []).map((row) => ({ ...row, title: String(row.title ?? ""), key: String(row.name) }) as Row);
		working.value = { for_company: (doc.for_company as string) ?? null, currency: (doc.currency as string) ?? null, description: (doc.description as string) ?? null, rules: rows("rules"), exclusions: rows("exclusions") };
		saved.value = written(working.value);
	}

	/** What is typed is kept beside the page: neither a reload nor a failed request loses it. */
	function remember(): void {
		if (isDirty.value) sessionStorage.setItem(draft, JSON.stringify({ modified: stored.value?.modified, working: toRaw(working.value) }));
		else sessionStorage.removeItem(draft);
	}

	function restore(): void {
		const kept = sessionStorage.getItem(draft);
		if (!kept) return;
		const typed = JSON.parse(kept) as { modified: string; working: Working };
		if (typed.modified === stored.value?.modified) {
			working.value = typed.working;
			restored.value = true;
		} else sessionStorage.removeItem(draft);
	}

	function discard(): void {
		sessionStorage.removeItem(draft);
		restored.value = false;
		if (stored.value) take(stored.value);
	}

	function payload(): Record<string, unknown> {
		const rows = (table: Table) => working.value![table].map((row, index) => ({ ...without(row), idx: index + 1 }));
		const { for_company, currency, description } = working.value!;
		return { for_company, currency, description, rules: rows("rules"), exclusions: rows("exclusions") };
	}

	/** Ask what is wrong with it, a moment after the last key. Only the answer to the last question counts. */
	function check(): void {
		window.clearTimeout(timer);
		timer = window.setTimeout(async () => {
			const own = ++turn;
			checking.value = true;
			try {
				const found = await call<Problem[]>(`${API}.validate_policy`, { policy: payload() });
				if (own !== turn) return;
				problems.value = found;
				unchecked.value = null;
			} catch (error) {
				if (own === turn) unchecked.value = error;
			}
			if (own === turn) checking.value = false;
		}, PAUSE);
	}

	async function store(): Promise<void> {
		const rows = (table: Table) => working.value![table].map((row, index) => ({ ...without(row), doctype: ROWS[table], parenttype: DOCTYPE, parent: name, parentfield: table, idx: index + 1, ...(row.name ? {} : { __islocal: 1, name: row.key }) }));
		await save({ ...stored.value!, ...payload(), rules: rows("rules"), exclusions: rows("exclusions") } as Doc, "Save");
		sessionStorage.removeItem(draft);
		restored.value = false;
		await reload();
	}

	async function activate(): Promise<string> {
		const { version } = await call<{ version: string }>(`${API}.activate_policy`, { name });
		await reload();
		return version;
	}

	async function reload(): Promise<void> {
		const [found, known] = await Promise.all([load(DOCTYPE, name), get<PolicyInfo>(`${API}.policy`, { name })]);
		info.value = known;
		take(found.doc);
	}

	watch(
		working,
		(now, before) => {
			if (!now) return;
			if (before) remember();
			check();
		},
		{ deep: true },
	);
	onBeforeUnmount(() => window.clearTimeout(timer));
	void open();
	return { name, stored, info, vocabulary, fields, working, failure, problems, checking, unchecked, restored, isDirty, open, check, payload, discard, store, activate, reload };
}

export type PolicyForm = ReturnType<typeof usePolicy>;

function without({ key: _key, ...row }: Row): Record<string, unknown> {
	return row;
}

function written(working: Working): string {
	return JSON.stringify({ ...working, rules: working.rules.map(without), exclusions: working.exclusions.map(without) });
}

export function freshRow(table: Table, fields: Field[]): Row {
	const values: Record<string, unknown> = {};
	for (const field of fields) if (field.default) values[field.fieldname] = field.fieldtype === "Check" || field.fieldtype === "Int" ? Number(field.default) : field.default;
	if (table === "rules") Object.assign(values, { test: "Exposure Over Limit", outcome: "Hold" });
	return { ...values, title: "", key: newKey(table) } as Row;
}

export function copyOf(row: Row, table: Table): Row {
	const { name: _name, creation: _creation, modified: _modified, owner: _owner, ...rest } = JSON.parse(JSON.stringify(row)) as Row;
	return { ...rest, title: `${row.title} (2)`, key: newKey(table) } as Row;
}

function newKey(table: Table): string {
	return `new-${table}-${Math.random().toString(36).slice(2, 10)}`;
}
