/** Where the site shows a document as it is printed, and as a PDF. */

export interface Wishes {
	/** A print format's name; the DocType's own choice when none is named. */
	format?: string;
	letterhead?: boolean;
}

export function printUrl(doctype: string, name: string, wishes: Wishes = {}): string {
	return `/printview?${query(doctype, name, wishes)}&trigger_print=1`;
}

export function pdfUrl(doctype: string, name: string, wishes: Wishes = {}): string {
	return `/api/method/frappe.utils.print_format.download_pdf?${query(doctype, name, wishes)}`;
}

function query(doctype: string, name: string, { format, letterhead = true }: Wishes): URLSearchParams {
	const found = new URLSearchParams({ doctype, name, no_letterhead: letterhead ? "0" : "1" });
	if (format) found.set("format", format);
	return found;
}
