/** Rule sets of reconciliation as the server tells and takes them. */

import type { Info, Kind, Row, Words } from "@/pages/working/types";
import { useWorkingCopy } from "@/pages/working/workingCopy";

export const API = "o2c_extensions.cash_application.api_rules";

/** How often a rule governed a line, and what became of it. */
export interface Counts {
	fired: number;
	posted: number;
	proposed: number;
	confirmed: number;
	corrected: number;
	left: number;
	last_fired: string | null;
}

export interface RuleSetInfo extends Info {
	counts: Record<string, Counts>;
}

export interface Vocabulary extends Words {
	actions: string[];
	fields: Record<string, string[]>;
	limits: string[];
}

export const RULE_SET: Kind = {
	doctype: "Reconciliation Rule Set",
	version: "Reconciliation Rule Set Version",
	tables: { rules: "Reconciliation Rule", limits: "Reconciliation Limit", shares: "Reconciliation Share" },
	head: ["for_company", "description"],
	called: (table, row) => {
		const told = table === "rules" ? [row.title] : table === "limits" ? [row.rule, row.kind, row.for_currency] : [row.rule, row.account];
		return told.map((each) => String(each ?? "").trim()).filter(Boolean).join(" · ");
	},
	fresh: () => ({}),
	api: { info: `${API}.rule_set`, words: `${API}.vocabulary`, check: `${API}.validate_rule_set`, argument: "rule_set", activate: `${API}.activate_rule_set`, all: `${API}.list_rule_sets` },
};

export function useRuleSet(name: string) {
	return useWorkingCopy<RuleSetInfo, Vocabulary>(RULE_SET, name);
}

export type RuleSetForm = ReturnType<typeof useRuleSet>;

/** The tables beside the rules name a rule by its title: they follow it when it is renamed. */
export function rename(form: RuleSetForm, row: Row, title: string): void {
	const before = row.title;
	row.title = title;
	if (!before || form.rows("rules").some((other) => other !== row && other.title === before)) return;
	for (const table of ["limits", "shares"]) for (const beside of form.rows(table)) if (beside.rule === before) beside.rule = title;
}
