/** What can be done to the selected rows of a list at once. */

import { send, ServerError } from "@/server/client";
import type { Filter } from "@/server/documents";
import type { Meta } from "@/server/meta";
import { __ } from "@/server/session";
import { done } from "@/ui/notices";

export interface Hands {
	names: () => string[];
	filters: () => Filter[];
	columns: () => string[];
	edit: () => void;
	finished: () => void;
	failed: (error: unknown) => void;
}

export interface Action {
	label: string;
	icon: string;
	onClick: () => void;
}

export function bulkActions(meta: Meta, hands: Hands): Action[] {
	const actions: Action[] = [];
	if (meta.is_submittable) {
		actions.push(
			{ label: __("Submit"), icon: "lucide-check", onClick: () => void change(meta, "submit", hands) },
			{ label: __("Cancel"), icon: "lucide-ban", onClick: () => void change(meta, "cancel", hands) },
		);
	}
	actions.push(
		{ label: __("Edit a field"), icon: "lucide-pencil", onClick: () => void (chosen(hands).length && hands.edit()) },
		{ label: __("Delete"), icon: "lucide-trash-2", onClick: () => void remove(meta, hands) },
		{ label: __("Export as CSV"), icon: "lucide-download", onClick: () => exportRows(meta, "CSV", hands) },
		{ label: __("Export as Excel"), icon: "lucide-download", onClick: () => exportRows(meta, "Excel", hands) },
	);
	return actions;
}

function chosen(hands: Hands): string[] {
	const names = hands.names();
	if (!names.length) done(__("Select the rows first."));
	return names;
}

async function change(meta: Meta, action: "submit" | "cancel", hands: Hands): Promise<void> {
	const names = chosen(hands);
	const question = action === "submit" ? __("Submit {0} documents?", names.length) : __("Cancel {0} documents?", names.length);
	if (!names.length || !window.confirm(question)) return;
	try {
		await changeMany(meta.name, names, action);
		hands.finished();
	} catch (error) {
		hands.failed(error);
	}
}

/** Submit, cancel or change documents, each by itself. Throws when some of them refused. */
export async function changeMany(doctype: string, names: string[], action: "submit" | "cancel" | "update", data?: Record<string, unknown>): Promise<void> {
	const path = "/api/method/frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs";
	const answer = await send(path, "POST", { doctype, docnames: names, action, data: data && JSON.stringify(data) });
	const refused = answer.message as string[] | null | undefined;
	if (!refused) {
		done(__("{0} documents are being changed in the background.", names.length));
	} else if (refused.length) {
		const few = refused.slice(0, 5).join(", ") + (refused.length > 5 ? " …" : "");
		throw new ServerError("invalid", [__("{0} of {1} could not be changed: {2}", refused.length, names.length, few)]);
	} else {
		done(__("{0} documents changed.", names.length));
	}
}

async function remove(meta: Meta, hands: Hands): Promise<void> {
	const names = chosen(hands);
	if (!names.length || !window.confirm(__("Delete {0} documents? This cannot be undone.", names.length))) return;
	try {
		await send("/api/method/frappe.desk.reportview.delete_items", "POST", { doctype: meta.name, items: JSON.stringify(names) });
		done(__("{0} documents deleted.", names.length));
		hands.finished();
	} catch (error) {
		hands.failed(error);
	}
}

/** The browser downloads the answer by itself; a form is how a POST becomes a download. */
function exportRows(meta: Meta, format: "CSV" | "Excel", hands: Hands): void {
	const names = hands.names();
	const filters: unknown = names.length ? [[meta.name, "name", "in", names]] : hands.filters();
	const columns = hands.columns().map((column) => `\`tab${meta.name}\`.\`${column}\``);
	post("/api/method/frappe.desk.reportview.export_query", {
		doctype: meta.name,
		fields: JSON.stringify(columns),
		filters: JSON.stringify(filters),
		file_format_type: format,
		title: meta.name,
		view: "Report",
		csrf_token: window.csrf_token ?? "",
	});
}

function post(action: string, values: Record<string, string>): void {
	const form = document.createElement("form");
	Object.assign(form, { method: "POST", action, target: "_blank", hidden: true });
	for (const [name, value] of Object.entries(values)) {
		const input = document.createElement("input");
		Object.assign(input, { type: "hidden", name, value });
		form.append(input);
	}
	document.body.append(form);
	form.submit();
	form.remove();
}
