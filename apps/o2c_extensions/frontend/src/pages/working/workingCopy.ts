/** Something being worked on that is activated later: its rows in order, what is wrong with them, and what the server knows of it. */

import { computed, onBeforeUnmount, ref, shallowRef, toRaw, watch } from "vue";

import type { Info, Kind, Problem, Row, Words } from "@/pages/working/types";
import { call, get } from "@/server/client";
import { load, save, type Doc } from "@/server/documents";
import { holdsValue, meta as metaOf, tableMeta, type Field } from "@/server/meta";

const PAUSE = 350;

export interface Working {
	head: Record<string, string | null>;
	tables: Record<string, Row[]>;
}

export function useWorkingCopy<I extends Info = Info, W extends Words = Words>(kind: Kind, name: string) {
	const tables = Object.keys(kind.tables);
	const stored = shallowRef<Doc | null>(null);
	const info = shallowRef<I | null>(null);
	const vocabulary = shallowRef<W | null>(null);
	const fields = shallowRef<Record<string, Field[]>>({});
	const working = ref<Working | null>(null);
	const saved = ref("");
	const failure = shallowRef<unknown>(null);
	const problems = shallowRef<Problem[]>([]);
	const checking = ref(false);
	const unchecked = shallowRef<unknown>(null);
	const restored = ref(false);
	const draft = `o2c-draft ${kind.doctype} ${name}`;
	let timer = 0;
	let turn = 0;

	const isDirty = computed(() => Boolean(working.value) && written(working.value!) !== saved.value);

	async function open(): Promise<void> {
		failure.value = null;
		try {
			const [found, known, words] = await Promise.all([load(kind.doctype, name), get<I>(kind.api.info, { name }), get<W>(kind.api.words), metaOf(kind.doctype)]);
			fields.value = Object.fromEntries(tables.map((table) => [table, (tableMeta(kind.tables[table])?.fields ?? []).filter(holdsValue)]));
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
		const rows = (table: string) => ((doc[table] as Record<string, unknown>[] | undefined) ?? []).map((row) => ({ ...row, title: String(row.title ?? ""), key: String(row.name) }) as Row);
		working.value = {
			head: Object.fromEntries(kind.head.map((field) => [field, (doc[field] as string) ?? null])),
			tables: Object.fromEntries(tables.map((table) => [table, rows(table)])),
		};
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
		const rows = tables.map((table) => [table, working.value!.tables[table].map((row, index) => ({ ...without(row), idx: index + 1 }))]);
		return { ...working.value!.head, ...Object.fromEntries(rows) };
	}

	/** Ask what is wrong with it, a moment after the last key. Only the answer to the last question counts. */
	function check(): void {
		window.clearTimeout(timer);
		timer = window.setTimeout(async () => {
			const own = ++turn;
			checking.value = true;
			try {
				const found = await call<Problem[]>(kind.api.check, { [kind.api.argument]: payload() });
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
		const rows = tables.map((table) => [
			table,
			working.value!.tables[table].map((row, index) => ({ ...without(row), doctype: kind.tables[table], parenttype: kind.doctype, parent: name, parentfield: table, idx: index + 1, ...(row.name ? {} : { __islocal: 1, name: row.key }) })),
		]);
		await save({ ...stored.value!, ...working.value!.head, ...Object.fromEntries(rows) } as Doc, "Save");
		sessionStorage.removeItem(draft);
		restored.value = false;
		await reload();
	}

	async function activate(): Promise<string> {
		const { version } = await call<{ version: string }>(kind.api.activate, { name });
		await reload();
		return version;
	}

	async function reload(): Promise<void> {
		const [found, known] = await Promise.all([load(kind.doctype, name), get<I>(kind.api.info, { name })]);
		info.value = known;
		take(found.doc);
	}

	function rows(table: string): Row[] {
		return working.value?.tables[table] ?? [];
	}

	/** An empty row, as its fields want it. */
	function freshRow(table: string): Row {
		const values: Record<string, unknown> = {};
		for (const field of fields.value[table]) if (field.default) values[field.fieldname] = field.fieldtype === "Check" || field.fieldtype === "Int" ? Number(field.default) : field.default;
		return { ...values, ...kind.fresh(table), title: "", key: newKey(table) };
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
	return { kind, name, stored, info, vocabulary, fields, working, failure, problems, checking, unchecked, restored, isDirty, open, check, payload, discard, store, activate, reload, rows, freshRow };
}

/** What the shared parts of the page need to know of a working copy, whatever it is. */
export type WorkingCopy = ReturnType<typeof useWorkingCopy>;

function without({ key: _key, ...row }: Row): Record<string, unknown> {
	return row;
}

function written(working: Working): string {
	const tables = Object.entries(working.tables).map(([table, rows]) => [table, rows.map(without)]);
	return JSON.stringify({ head: working.head, tables });
}

export function copyOf(row: Row, table: string): Row {
	const { name: _name, creation: _creation, modified: _modified, owner: _owner, ...rest } = JSON.parse(JSON.stringify(row)) as Row;
	return { ...rest, title: `${row.title} (2)`, key: newKey(table) } as Row;
}

function newKey(table: string): string {
	return `new-${table}-${Math.random().toString(36).slice(2, 10)}`;
}

export function isSet(value: unknown): boolean {
	return value !== null && value !== undefined && value !== "" && value !== false && Number(value) !== 0;
}
