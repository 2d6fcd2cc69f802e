/** A DocType's fields as tabs, sections and columns, in the order in which its author put them. */

import { tableMeta, type Field, type Meta } from "@/server/meta";
import { __ } from "@/server/session";

export interface Section {
	label: string;
	description: string;
	dependsOn: string | null;
	collapsible: boolean;
	columns: Field[][];
}

export interface Tab {
	label: string;
	dependsOn: string | null;
	sections: Section[];
}

/** Not for a form of ours: layout, pictures of fields elsewhere, buttons that run the desk's own scripts. */
const SKIPPED = new Set(["HTML", "Button", "Fold", "Heading", "Image", "Icon", "Geolocation", "Signature", "Barcode"]);

export function layoutOf(meta: Meta): Tab[] {
	const tabs: Tab[] = [{ label: "", dependsOn: null, sections: [] }];
	let section: Section | null = null;
	const into = (): Section => (section ??= open(null));

	function open(field: Field | null): Section {
		const made: Section = {
			label: field?.label ? __(field.label) : "",
			description: field?.description ? __(field.description) : "",
			dependsOn: field?.depends_on ?? null,
			collapsible: Boolean(field?.collapsible),
			columns: [[]],
		};
		tabs[tabs.length - 1].sections.push(made);
		return made;
	}

	for (const field of meta.fields) {
		if (field.fieldtype === "Tab Break") {
			tabs.push({ label: field.label ? __(field.label) : "", dependsOn: field.depends_on, sections: [] });
			section = null;
		} else if (field.hidden && field.fieldtype !== "Section Break" && field.fieldtype !== "Column Break") {
			continue;
		} else if (field.fieldtype === "Section Break") {
			section = field.hidden ? { ...emptySection() } : open(field);
		} else if (field.fieldtype === "Column Break") {
			into().columns.push([]);
		} else if (!SKIPPED.has(field.fieldtype)) {
			const columns = into().columns;
			columns[columns.length - 1].push(field);
		}
	}
	for (const tab of tabs) {
		for (const part of tab.sections) part.columns = part.columns.filter((column) => column.length);
		tab.sections = tab.sections.filter((part) => part.columns.length);
	}
	const filled = tabs.filter((tab) => tab.sections.length);
	if (filled.length && !filled[0].label) filled[0].label = __("Details");
	return filled;
}

function emptySection(): Section {
	return { label: "", description: "", dependsOn: null, collapsible: false, columns: [[]] };
}

/** The columns of a child table: those of its list view, the first few fields when it names none. */
export function gridColumns(doctype: string): Field[] {
	const meta = tableMeta(doctype);
	if (!meta) return [];
	const values = meta.fields.filter((field) => !field.hidden && !/Break$|^HTML$|^Button$|^Table|^Heading$/.test(field.fieldtype));
	const listed = values.filter((field) => field.in_list_view);
	return (listed.length ? listed : values.slice(0, 5)).slice(0, 8);
}
