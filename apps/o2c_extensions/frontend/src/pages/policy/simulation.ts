/** What a policy would have made of past orders, beside the one in force. */

import type { Figures, Tried } from "@/pages/working/simulation";

export type Figure = "held" | "lost" | "saved" | "missed";
type Side = Figures<Figure>;

export interface SimulatedOrder {
	sales_order: string;
	customer_name: string;
	date: string;
	currency: string;
	amount: number;
	new_outcome: string;
	current_outcome: string;
	payment: string;
	days_late: number;
	new_reasons: string;
	current_reasons: string;
}

export interface Simulation extends Tried {
	current_version: string;
	company: string;
	currency: string;
	months: number;
	from_date: string;
	to_date: string;
	late_days: number;
	orders: number;
	orders_amount: number;
	new: Side;
	current: Side;
	difference: { newly_held: number; newly_held_amount: number; released: number; released_amount: number };
	rows: SimulatedOrder[];
}

const FREE = new Set(["Pass", "Warn"]);

export function isHeld(outcome: string): boolean {
	return !FREE.has(outcome);
}
