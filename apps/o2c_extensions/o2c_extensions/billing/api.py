"""What other programs and the staff page ask of billing."""

from __future__ import annotations

import frappe
from frappe import _

from o2c_extensions.billing import services

_SERVICES = {
	"Delivery Note": services.invoice_delivery,
	"Sales Order": services.invoice_drop_shipped,
}


@frappe.whitelist(methods=["POST"])
def invoice_now(doctype: str, name: str) -> dict[str, str | None]:
	"""Invoice what is billable of a Delivery Note, or of a Sales Order whose supplier delivers; dated today."""
	frappe.has_permission("Sales Invoice", "submit", throw=True)
	if doctype not in _SERVICES:
		frappe.throw(_("{0} is not invoiced: only Delivery Note and Sales Order are.").format(doctype))
	frappe.get_doc(doctype, name).check_permission("read")
	return {"sales_invoice": _SERVICES[doctype](name)}


@frappe.whitelist(methods=["POST"])
def mail_now(sales_invoice: str) -> dict[str, str | None]:
	"""Mail a submitted invoice to its customer once more."""
	frappe.has_permission("Sales Invoice", "email", doc=sales_invoice, throw=True)
	invoice = frappe.get_doc("Sales Invoice", sales_invoice)
	if invoice.docstatus != 1:
		frappe.throw(_("Only a submitted invoice is mailed."))
	return {"email_queue": services.mail_invoice(invoice)}
