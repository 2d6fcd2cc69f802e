import type { Action } from "@/pages/credit/types";

export interface Event {
	name: string;
	stage: string;
	event: string;
	event_time: string;
	actor: string;
	reference_doctype: string;
	reference_name: string;
	details: string | null;
}

export interface Decision {
	name: string;
	decision_type: string;
	outcome: string;
	reasons: string;
	rule: string;
	rule_version: string;
	inputs: string;
	decided_at: string;
	decided_by: string;
	reference_doctype: string;
	reference_name: string;
}

export interface Hold {
	name: string;
	status: string;
	reasons: string;
	currency: string;
	order_amount: number;
	excess: number;
}

export interface Linked {
	name: string;
	status: string;
	currency?: string;
	grand_total?: number;
	paid_amount?: number;
	paid_from_account_currency?: string;
	outstanding_amount?: number;
	posting_date?: string;
	transaction_date?: string;
	due_date?: string;
	dunning_type?: string;
	supplier_name?: string;
	is_return?: 0 | 1;
}

export interface Line {
	name: string;
	item_code: string;
	item_name: string;
	qty: number;
	uom: string;
	amount: number;
	delivered_qty: number;
	warehouse: string;
	delivered_by_supplier: 0 | 1;
	supplier: string;
	o2c_promised_date: string | null;
}

export interface Order {
	order: {
		name: string;
		customer: string;
		customer_name: string;
		status: string;
		transaction_date: string;
		po_no: string | null;
		currency: string;
		grand_total: number;
		o2c_credit_status: string | null;
		o2c_promised_date: string | null;
	};
	items: Line[];
	holds: Hold[];
	/** What the viewer may do with the hold that waits. */
	actions: Action[];
	deliveries: Linked[];
	purchases: Linked[];
	invoices: Linked[];
	payments: Linked[];
	dunnings: Linked[];
	events: Event[];
	decisions: Decision[];
	stages: string[];
}
