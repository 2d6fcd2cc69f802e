/**
 * What a person makes of a line, before it is sent: who gets how much, and where the rest goes. Kept while one looks at other lines.
 * Sums are made in whole minor units, so that they come out to the cent.
 */

import { reactive } from "vue";

import type { BankLine, DocumentName, OpenItem, Proposal } from "@/pages/cash/types";
import { currencyDigits } from "@/server/format";

export interface DocumentRow extends DocumentName {
	key: number;
	customer: string;
	customerName: string;
	currency: string;
	/** Below zero where the customer has something coming. */
	open: number;
	due: string;
	discounts: { until: string; amount: number }[];
	amount: number | null;
	discount: number | null;
	writeOff: number | null;
}

export interface AccountRow {
	key: number;
	account: string;
	amount: number | null;
	costCenter: string;
	tax: string;
	party: string;
}

export interface Draft {
	documents: DocumentRow[];
	accounts: AccountRow[];
	/** Whose account keeps what is left; nobody's: the documents' customer's. */
	keeper: string;
	keepRest: boolean;
	charges: number | null;
}

export const drafts = reactive(new Map<string, Draft>());
let keys = 0;

export function emptyDraft(): Draft {
	return { documents: [], accounts: [], keeper: "", keepRest: true, charges: null };
}

function minor(value: number | null, currency: string): number {
	return Math.round((value ?? 0) * 10 ** currencyDigits(currency));
}

function major(units: number, currency: string): number {
	return units / 10 ** currencyDigits(currency);
}

export function openOf(line: BankLine): number {
	return Math.abs(line.unallocated_amount);
}

/** Whether the document is not paid by the line but adds to what there is to give, as a credit note does. */
export function isSetOff(row: { open: number }, line: BankLine): boolean {
	return row.open * line.amount < 0;
}

/** What is left of the line when all have got theirs. */
export function leftOf(draft: Draft, line: BankLine): number {
	let left = minor(openOf(line), line.currency);
	for (const row of draft.documents) left += isSetOff(row, line) ? minor(Math.abs(row.open), line.currency) : -minor(row.amount, line.currency);
	for (const row of draft.accounts) left -= minor(row.amount, line.currency);
	return major(left, line.currency);
}

/** What stays open on a document; null where the amount is in another currency, so that only the server can tell. */
export function staysOpen(row: DocumentRow, draft: Draft, line: BankLine): number | null {
	if (isSetOff(row, line)) return 0;
	if (row.currency !== line.currency) return null;
	const taken = [row.amount, row.discount, row.writeOff, row === bearer(draft, line) ? draft.charges : 0];
	return major(taken.reduce<number>((left, value) => left - minor(value, row.currency), minor(Math.abs(row.open), row.currency)), row.currency);
}

/** The document that the bank's charges are taken off: the one that is due first. */
function bearer(draft: Draft, line: BankLine): DocumentRow | undefined {
	const paid = draft.documents.filter((row) => !isSetOff(row, line));
	return paid.sort((one, other) => one.due.localeCompare(other.due) || one.document.localeCompare(other.document))[0];
}

/** Add an open document with as much as there is for it. A discount that makes it come out even, and is not late, is taken. */
export function addDocument(draft: Draft, item: OpenItem, line: BankLine): DocumentRow {
	const known = draft.documents.find((row) => row.document_type === item.document_type && row.document === item.document);
	if (known) return known;
	const { document_type, document, customer, customer_name: customerName, currency, open, due_date: due, discounts } = item;
	const row: DocumentRow = { key: ++keys, document_type, document, customer, customerName, currency, open, due, discounts, amount: null, discount: null, writeOff: null };
	if (!isSetOff(row, line) && currency === line.currency) {
		const [whole, left] = [minor(Math.abs(open), currency), Math.max(0, minor(leftOf(draft, line), currency))];
		const earned = discounts.find(({ until, amount }) => until >= line.date && whole - minor(amount, currency) === left);
		row.discount = earned ? earned.amount : null;
		row.amount = major(Math.min(whole - minor(row.discount, currency), left), currency);
	}
	draft.documents.push(row);
	return draft.documents[draft.documents.length - 1];
}

/** With the rest of the line, and a sign of its own: what goes out of it is an amount too. */
export function addAccount(draft: Draft, line: BankLine, account = ""): AccountRow {
	draft.accounts.push({ key: ++keys, account, amount: Math.max(0, leftOf(draft, line)), costCenter: "", tax: "", party: "" });
	return draft.accounts[draft.accounts.length - 1];
}

export function remove(draft: Draft, key: number): void {
	draft.documents = draft.documents.filter((row) => row.key !== key);
	draft.accounts = draft.accounts.filter((row) => row.key !== key);
}

/** Write off what is missing to the document that is short of the least. Whether there was one. */
export function writeOffShort(draft: Draft, line: BankLine): DocumentRow | null {
	const short = draft.documents
		.map((row) => ({ row, missing: staysOpen(row, draft, line) ?? 0 }))
		.filter(({ row, missing }) => missing > 0 && !isSetOff(row, line))
		.sort((one, other) => one.missing - other.missing)[0];
	if (!short) return null;
	const { row, missing } = short;
	row.writeOff = major(minor(row.writeOff, row.currency) + minor(missing, row.currency), row.currency);
	return row;
}

/** A proposal taken apart, to be changed. `items`: its documents as they are open now; what is not open any more is left out. */
export function draftOf(proposal: Proposal, items: OpenItem[], line: BankLine): Draft {
	const draft = emptyDraft();
	draft.keeper = proposal.kept ? (proposal.customer ?? "") : "";
	let charges = 0;
	for (const given of proposal.allocations) {
		const item = items.find((each) => each.document_type === given.document_type && each.document === given.document);
		if (!item) continue;
		const row = addDocument(draft, item, line);
		if (isSetOff(row, line)) continue;
		row.amount = Math.abs(given.amount);
		row.discount = Math.abs(given.discount) || null;
		row.writeOff = Math.abs(given.write_off) || null;
		charges += minor(Math.abs(given.charges), line.currency);
	}
	draft.charges = major(charges, line.currency) || null;
	for (const { account, amount, cost_center, tax, party } of proposal.booked)
		draft.accounts.push({ key: ++keys, account, amount: Math.abs(amount), costCenter: cost_center ?? "", tax: tax ?? "", party: party ?? "" });
	return draft;
}

export function customersOf(draft: Draft): string[] {
	return [...new Set(draft.documents.map((row) => row.customer))];
}

/** As the server takes it. */
export function told(draft: Draft): Record<string, unknown> {
	return {
		allocations: [
			...draft.documents.map(({ document_type, document, amount, discount, writeOff }) => ({ document_type, document, amount, discount: discount ?? 0, write_off: writeOff ?? 0 })),
			...draft.accounts.map(({ account, amount, costCenter, tax, party }) => ({ document_type: "Account", document: account, amount, cost_center: costCenter, tax, party })),
		],
		customer: draft.keeper || undefined,
		keep_rest: draft.keepRest,
		charges: draft.charges ?? 0,
	};
}
