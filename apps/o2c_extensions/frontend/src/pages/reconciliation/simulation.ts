/** What a rule set would have done with past lines, beside the one in force and what people did. */

import type { Earlier, Figures, Tried } from "@/pages/working/simulation";

export type Figure = "right" | "wrong" | "untold" | "helped" | "misled" | "left";
type Side = Figures<Figure>;

export interface SimulatedLine {
	bank_transaction: string;
	date: string;
	amount: number;
	currency: string;
	differs: 0 | 1;
	party_name: string;
	line_text: string;
	was_done: string;
	new_outcome: string;
	new_verdict: string;
	new_rule: string;
	new_what: string;
	current_outcome: string;
	current_verdict: string;
	current_rule: string;
	current_what: string;
}

export interface Simulation extends Tried {
	rule_set: string;
	current_version: string | null;
	company: string;
	currency: string;
	from_date: string;
	to_date: string;
	lines: number;
	lines_amount: number;
	differ: number;
	new: Side;
	current: Side;
	rows: SimulatedLine[];
}

export interface EarlierSimulation extends Earlier {
	from_date: string;
	to_date: string;
}
