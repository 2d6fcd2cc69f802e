/** Working copies as the server tells and takes them: credit policies, rule sets of reconciliation. */

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

export interface Info {
	name: string;
	for_company: string | null;
	description: string | null;
	is_active: 0 | 1;
	active_version: string | null;
	activated_by: string | null;
	activated_at: string | null;
	is_changed: boolean;
	versions: Version[];
	may_write: boolean;
}

/** What a condition may ask for. */
export interface Words {
	names: string[];
	functions: string[];
}

export interface Problem {
	/** "" is the working copy itself. */
	table: string;
	/** From 1; 0 is none. */
	row: number;
	field: string;
	code: string;
	message: string;
	line: number;
	column: number;
	allowed: string[];
}

type Texts = Record<string, string>;

/** What a version holds: only what is filled in, as text. Its tables are lists of rows. */
export type Content = Record<string, string | Texts[]>;

export function rowsOf(content: Content, table: string): Texts[] {
	const rows = content[table];
	return Array.isArray(rows) ? rows : [];
}

/** One kind of working copy: where it is stored, and whom to ask about it. */
export interface Kind {
	doctype: string;
	version: string;
	/** Each table with the DocType of its rows. */
	tables: Record<string, string>;
	/** The fields beside the tables. */
	head: string[];
	/** What a row is called when two copies are compared. */
	called: (table: string, row: Record<string, unknown>) => string;
	/** What a new row holds beside the defaults of its fields. */
	fresh: (table: string) => Record<string, unknown>;
	api: { info: string; words: string; check: string; activate: string; all: string; argument: string };
}
