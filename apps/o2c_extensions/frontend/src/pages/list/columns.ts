/** Which columns a list has, and what may be filtered: as its DocType says. */

import { holdsValue, isTable, type Field, type Meta } from "@/server/meta";

export interface Column {
	fieldname: string;
	label: string;
	fieldtype: string;
	options: string | null;
	/** Right-aligned, with the site's digits. */
	numeric: boolean;
}

const NUMERIC = new Set(["Currency", "Float", "Int", "Percent", "Duration"]);
const MOST = 8;

export function columnsOf(meta: Meta): Column[] {
	const fields = meta.fields.filter((field) => field.in_list_view && holdsValue(field) && !isTable(field) && !field.hidden);
	const columns = fields.map(toColumn);
	const status = meta.fields.find((field) => field.fieldname === "status");
	if (status && !columns.some((column) => column.fieldname === "status")) columns.splice(1, 0, toColumn(status));
	const title = meta.title_field && meta.fields.find((field) => field.fieldname === meta.title_field);
	if (title && !columns.some((column) => column.fieldname === title.fieldname)) columns.unshift(toColumn(title));
	const name: Column = { fieldname: "name", label: "ID", fieldtype: "Data", options: null, numeric: false };
	return [name, ...columns.slice(0, MOST)];
}

function toColumn(field: Field): Column {
	return {
		fieldname: field.fieldname,
		label: field.label ?? field.fieldname,
		fieldtype: field.fieldtype,
		options: field.options,
		numeric: NUMERIC.has(field.fieldtype),
	};
}

/** Fields of the filter bar, the DocType's own choice; a few, so that it stays one line. */
export function quickFilters(meta: Meta): Field[] {
	return meta.fields.filter((field) => field.in_standard_filter && holdsValue(field) && !isTable(field)).slice(0, 5);
}

/** Fields that the filter builder offers. */
export function filterable(meta: Meta): Field[] {
	const own = meta.fields.filter((field) => holdsValue(field) && !isTable(field) && !["Password", "Attach", "Attach Image", "Image"].includes(field.fieldtype));
	return [...own, standard("name", "ID", "Data"), standard("owner", "Created By", "Link", "User"), standard("creation", "Created On", "Datetime"), standard("modified", "Last Modified On", "Datetime")];
}

function standard(fieldname: string, label: string, fieldtype: string, options: string | null = null): Field {
	return { fieldname, label, fieldtype, options } as Field;
}
