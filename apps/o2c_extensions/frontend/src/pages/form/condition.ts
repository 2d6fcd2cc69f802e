/** Conditions in a DocType's fields: a field's name, or "eval:" and an expression over `doc`, as the desk has them. */

type Test = (doc: Record<string, unknown>, parent: Record<string, unknown>) => unknown;

const compiled = new Map<string, Test>();

/** Whether the condition holds. An expression that fails hides nothing: the field is shown, the server decides. */
export function holds(condition: string | null | undefined, doc: Record<string, unknown>, parent = doc): boolean {
	if (!condition) return true;
	if (!condition.startsWith("eval:")) return isSet(doc[condition]);
	let test = compiled.get(condition);
	if (!test) {
		try {
			// Written by administrators into DocTypes, and run by the desk in the same way.
			test = new Function("doc", "parent", "frappe", "in_list", `return (${condition.slice(5)})`) as Test;
		} catch {
			test = () => true;
		}
		compiled.set(condition, test);
	}
	try {
		return Boolean((test as (...all: unknown[]) => unknown)(doc, parent, SURROUNDINGS, (all: unknown[], one: unknown) => all.includes(one)));
	} catch {
		return true;
	}
}

const SURROUNDINGS = { boot: {}, user_roles: [], session: {}, datetime: {} };

function isSet(value: unknown): boolean {
	return Array.isArray(value) ? value.length > 0 : Boolean(value) && value !== "0";
}
