/** What the server tells of bank lines. Amounts are in the line's currency unless said otherwise; what goes out is below zero. */

export const API = "o2c_extensions.cash_application.api";
export const STATUSES = ["Open", "Proposed", "Left", "New", "Matched", "All"] as const;
export type Status = (typeof STATUSES)[number];

export interface DocumentName {
	document_type: string;
	document: string;
}

export interface ProposalRow {
	name: string;
	status: string;
	customer: string | null;
	action: string;
	/** In percent. */
	probability: number;
	kept: number;
	rule: string | null;
	/** The kind of the first reason: why it was proposed or left. */
	kind: string | null;
	digest: string;
	hand_to: string | null;
	/** What it pays, or books to. */
	documents?: DocumentName[];
}

export interface BankLine {
	name: string;
	date: string;
	amount: number;
	allocated_amount: number;
	unallocated_amount: number;
	currency: string;
	company: string;
	bank_account: string;
	description: string | null;
	reference_number: string | null;
	transaction_type: string | null;
	bank_party_name: string | null;
	bank_party_iban: string | null;
	o2c_match_status: string | null;
	o2c_bank_statement: string | null;
	o2c_return_reason: string | null;
	proposal: ProposalRow | null;
}

export interface LinePage {
	lines: BankLine[];
	total: number;
	page: number;
	page_length: number;
	counts: Partial<Record<Status, number>>;
	kinds: { kind: string; text: string; count: number }[];
}

/** One piece of a score. `points` are hundredths of a power of ten: 100 makes it ten times as likely. */
export interface Evidence {
	kind: string;
	seen: string;
	points: number;
	text: string;
}

export interface Allocation extends DocumentName {
	/** The document's; all below but `amount` are in it. */
	currency: string;
	amount: number;
	settled: number;
	open: number;
	discount: number;
	write_off: number;
	charges: number;
	deduction: number;
}

export interface Booked {
	account: string;
	amount: number;
	cost_center: string | null;
	tax: string | null;
	party: string | null;
}

export interface Proposal {
	name: string | null;
	status: string;
	digest: string;
	action: string;
	probability: number;
	rule: string | null;
	rule_set_version: string | null;
	deduction_reason: string | null;
	hand_to: string | null;
	parts: Evidence[];
	customer: string | null;
	allocations: Allocation[];
	booked: Booked[];
	kept: number;
	reopens: string | null;
	fee: number;
}

export interface Near {
	customer: string;
	documents: DocumentName[];
	probability: number;
	parts: Evidence[];
	why_not: string;
}

export interface Voucher {
	payment_document: string;
	payment_entry: string;
	allocated_amount: number;
}

export interface Candidates {
	line: BankLine;
	vouchers: Voucher[];
	decisions: { name: string; outcome: string; reasons: string; decided_by: string; decided_at: string }[];
	proposal: Proposal | null;
	reasons: { code: string; text: string }[];
	nearest: Near[];
}

export interface OpenItem extends DocumentName {
	kind: string;
	customer: string;
	customer_name: string;
	/** Below zero where the customer has something coming. */
	open: number;
	currency: string;
	posting_date: string;
	due_date: string;
	references: string[];
	discounts: { until: string; amount: number }[];
}

export interface Totals {
	bank_account: string;
	statement: string | null;
	currency: string | null;
	from_date: string | null;
	to_date: string | null;
	opening: number;
	matched: number;
	open: number;
	closing: number;
	difference: number;
	lines: number;
	open_lines: number;
}

export interface Made {
	vouchers: DocumentName[];
}

export interface Outcome extends Made {
	line: string;
	done: boolean;
	error: string | null;
}
