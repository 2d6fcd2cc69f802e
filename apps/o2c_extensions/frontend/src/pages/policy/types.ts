/** Credit policies as the server tells and takes them. */

export type Table = "rules" | "exclusions";

export interface Row extends Record<string, unknown> {
	name?: string;
	title: string;
	/** Only here: what a row is called while it is moved and renamed. */
	key: string;
}

export interface Version {
	name: string;
	version: number;
	creation: string;
	owner: string;
}

export interface PolicyInfo {
	name: string;
	for_company: string | null;
	currency: string | null;
	description: string | null;
	is_active: 0 | 1;
	active_version: string | null;
	activated_by: string | null;
	activated_at: string | null;
	is_changed: boolean;
	versions: Version[];
	may_write: boolean;
}

export interface Vocabulary {
	tests: { test: string; bounds: string[]; required: string[] }[];
	outcomes: string[];
	checkpoints: { checkpoint: string; field: string }[];
	names: string[];
	functions: string[];
}

export interface Problem {
	/** "" is the policy itself. */
	table: Table | "";
	/** From 1; 0 is none. */
	row: number;
	field: string;
	code: string;
	message: string;
	line: number;
	column: number;
	allowed: string[];
}

/** What a version holds: only what is filled in, as text. */
export interface Content {
	for_company: string;
	currency: string;
	rules: Record<string, string>[];
	exclusions: Record<string, string>[];
}
