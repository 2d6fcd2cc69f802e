"""Hooks of the ERPNext subset."""

from __future__ import annotations

app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "minibench"
app_description = "The part of ERPNext v15 that order-to-cash needs"
app_license = "GPL-3.0"

after_install = "minibench.erp.install.after_install"

advance_payment_doctypes = ["Sales Order", "Purchase Order"]
period_closing_doctypes = [
	"Sales Invoice",
	"Journal Entry",
	"Stock Entry",
	"Dunning",
	"Payment Entry",
	"Delivery Note",
]
invoice_doctypes = ["Sales Invoice"]

has_website_permission = {
	"Sales Order": "minibench.erp.portal.has_website_permission",
	"Sales Invoice": "minibench.erp.portal.has_website_permission",
	"Purchase Order": "minibench.erp.portal.has_website_permission",
	"Delivery Note": "minibench.erp.portal.has_website_permission",
}

doc_events = {
	("Sales Order", "Delivery Note", "Sales Invoice", "Purchase Order"): {
		"before_print": "minibench.erp.printing.before_print"
	},
	tuple(period_closing_doctypes): {"validate": "minibench.erp.periods.refuse_closed_period"},
	"Payment Entry": {
		"on_submit": "minibench.erp.dunning.resolve_dunning",
		"on_cancel": "minibench.erp.dunning.resolve_dunning",
	},
}

scheduler_events = {
	"daily": ["minibench.erp.invoice_status.update_invoice_status"],
}
