// What the app's scripts on the desk share: a banner over the form, links, and the way to the workspace.

frappe.provide("o2c_extensions.desk");

o2c_extensions.desk = {
	// Whether the form still shows the document that a late answer is about.
	shows(frm, name) {
		return frm.doc?.name === name;
	},

	// One banner a form, in place of the one before. `html` comes escaped.
	banner(frm, html, color) {
		frm.layout.message.find(".o2c-banner, .close-message").remove();
		frm.layout.show_message(`<div class="o2c-banner">${html}</div>`, color);
		frm.layout.message.find(".o2c-banner a").css("text-decoration", "underline");
	},

	link(doctype, name, label) {
		return frappe.utils.get_form_link(doctype, name, true, frappe.utils.escape_html(label || name));
	},

	lines(text) {
		return frappe.utils.escape_html(text || "").replaceAll("\n", "<br>");
	},

	// The workspace is for those who may see what has happened in order to cash. `place` is what stands before the
	// document's name in the address, or a function that gives all of it.
	add_workspace_button(frm, label, place) {
		if (!frappe.model.can_read("O2C Event")) return;
		const address = typeof place === "function" ? place : () => `${place}/${encodeURIComponent(frm.doc.name)}`;
		frm.add_custom_button(label, () => window.open(`/o2c/${address()}`, "_blank", "noopener"));
	},
};
