/** What the server tells of credit. Amounts are in the company's currency. */

import type { Decision, Linked } from "@/pages/order/types";

export type Part = "open_orders" | "deliveries_to_bill" | "receivables" | "unallocated_payments";

export interface Standing {
	customer: string;
	currency: string;
	limit: number;
	has_limit: boolean;
	prepay_only: boolean;
	checked_at_orders: boolean;
	source: string;
	exposure: number;
	parts: Record<Part, number>;
	available: number | null;
	parent: Standing | null;
}

export interface HoldRow {
	name: string;
	status: string;
	priority: number;
	held_doctype: string | null;
	held_document: string | null;
	sales_order: string | null;
	customer: string;
	customer_name: string;
	company: string;
	currency: string;
	order_amount: number;
	excess: number;
	amount_to_release: number;
	reasons: string | null;
	causes: string | null;
	checkpoint: string;
	creation: string;
	owner: string;
	escalation_level: number;
	required_deposit: number;
	deposit_received: number;
	turn: Turn;
}

export interface Turn {
	verdict: "allowed" | "no_authority" | "beyond_authority" | "not_approved" | "same_person";
	takes_two: boolean;
	may_approve: boolean;
	/** Who may release this amount, the smallest authority first. */
	roles: string[];
	mine: boolean;
}

export interface HoldQueue {
	holds: HoldRow[];
	total: number;
	amounts: { currency: string; amount: number }[];
	may_write: boolean;
}

export interface HeldLine {
	name: string;
	item_code: string;
	item_name: string;
	qty: number;
	uom: string;
	rate: number;
	amount: number;
}

export interface OverdueItem {
	name: string;
	due_date: string;
	posting_date: string;
	outstanding_amount: number;
	currency: string;
}

export interface PastHold {
	name: string;
	status: string;
	sales_order: string | null;
	held_document: string | null;
	excess: number;
	currency: string;
	creation: string;
	comment?: string | null;
	released_automatically?: 0 | 1;
}

export interface HoldDetail {
	hold: HoldRow & {
		credit_limit: number;
		exposure: number;
		parts: Record<Part, number>;
		policy_version: string | null;
		comment: string | null;
		first_approver: string | null;
		decider: string | null;
		decided_at: string | null;
		valid_until: string | null;
		escalated_at: string | null;
		modified: string;
	};
	turn: Turn;
	actions: Action[];
	may_write: boolean;
	authority: { currency: string; any_amount: boolean; up_to: number | null; two_persons_above: number | null };
	/** None where its limit cannot be told, for want of an exchange rate: `credit_problem` says so. */
	credit: Standing | null;
	credit_problem: string | null;
	document:
		| (Linked & { doctype: string; customer: string; taken_by: string; delivery_date?: string | null; po_no?: string | null; lines: HeldLine[]; count: number })
		| null;
	overdue: OverdueItem[];
	previous: PastHold[];
	decisions: Decision[];
	comments: { name: string; content: string; comment_by: string | null; creation: string; owner: string }[];
}

export type Action = "Review" | "Approve" | "Release" | "Reject";

export function placeOf(doctype: string | null | undefined, name: string): string {
	if (doctype === "Sales Order") return `/order/${encodeURIComponent(name)}`;
	if (doctype === "Customer") return `/customer/${encodeURIComponent(name)}`;
	return `/form/${encodeURIComponent(doctype ?? "")}/${encodeURIComponent(name)}`;
}

export function creditOf(customer: string, company?: string): { path: string; query: Record<string, string> } {
	return { path: `/credit/${encodeURIComponent(customer)}`, query: company ? { company } : {} };
}

export interface Profile extends Record<string, unknown> {
	name: string;
	limit_kind: "Inherit" | "Limit" | "Prepay Only";
	credit_limit: number;
	currency: string | null;
	valid_until: string | null;
	payment_terms: string | null;
	risk_class: string | null;
	next_review: string | null;
	external_rating: string | null;
	rating_agency: string | null;
	rated_on: string | null;
	is_blocked: 0 | 1;
	block_reason: string | null;
	parent_account: string | null;
	is_natural_person: 0 | 1;
	notes: string | null;
}

export interface Proposal {
	name: string;
	status: string;
	direction: "Raise" | "Lower";
	current_limit: number;
	proposed_limit: number;
	currency: string;
	reasons: string;
	score: number | null;
	proposed_on: string;
	comment?: string | null;
	decided_by?: string | null;
}

export interface ScoreLine {
	key: string;
	label: string;
	value: number | null;
	points: number;
	weight: number;
	best: number;
	worst: number;
}

export interface CustomerCredit {
	customer: { name: string; customer_name: string; customer_group: string; territory: string; customer_type: string };
	company: string;
	today: string;
	/** None where its limit cannot be told, for want of an exchange rate: `problem` says so. */
	standing: Standing | null;
	problem: string | null;
	currency: string;
	profile: Profile | null;
	may: { read: boolean; write: boolean; create: boolean; decide_proposals: boolean };
	balances: { date: string; value: number }[] | null;
	overdue: OverdueItem[];
	holds: PastHold[];
	proposals: Proposal[];
	decisions: Decision[];
	history: { name: string; at: string; who: string; changes: { field: string; before: unknown; after: unknown }[] }[];
}

export interface ExposureDocument {
	doctype: string;
	/** None where the viewer may not see the document. */
	name: string | null;
	amount: number;
	/** When goods are to be delivered, an invoice is to be paid, or a payment came. */
	date: string | null;
}
