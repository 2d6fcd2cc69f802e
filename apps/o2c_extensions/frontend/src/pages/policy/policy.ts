/** Credit policies as the server tells and takes them. */

import type { Info, Kind, Words } from "@/pages/working/types";
import { useWorkingCopy } from "@/pages/working/workingCopy";

export const API = "o2c_extensions.credit_control.api";

export type Table = "rules" | "exclusions";

export interface PolicyInfo extends Info {
	currency: string | null;
}

export interface Vocabulary extends Words {
	tests: { test: string; bounds: string[]; required: string[] }[];
	outcomes: string[];
	checkpoints: { checkpoint: string; field: string }[];
}

export const POLICY: Kind = {
	doctype: "Credit Policy",
	version: "Credit Policy Version",
	tables: { rules: "Credit Policy Rule", exclusions: "Credit Policy Exclusion" },
	head: ["for_company", "currency", "description"],
	called: (_table, row) => String(row.title ?? "").trim(),
	fresh: (table) => (table === "rules" ? { test: "Exposure Over Limit", outcome: "Hold" } : {}),
	api: { info: `${API}.policy`, words: `${API}.policy_vocabulary`, check: `${API}.validate_policy`, argument: "policy", activate: `${API}.activate_policy`, all: `${API}.policies` },
};

export function usePolicy(name: string) {
	return useWorkingCopy<PolicyInfo, Vocabulary>(POLICY, name);
}

export type PolicyForm = ReturnType<typeof usePolicy>;
