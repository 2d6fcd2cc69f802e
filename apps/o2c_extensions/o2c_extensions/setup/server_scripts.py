"""Server Scripts as examples of what an administrator changes without code: read one, change it, enable it.

They arrive disabled and nothing depends on them. A bench may have Server Scripts switched off, and there an enabled script
of a document event would break every save of its DocType.
"""

from __future__ import annotations

from typing import Any

from o2c_extensions.setup.records import make_once

# GET /api/method/o2c_order_status?order=SAL-ORD-2026-00001
ORDER_STATUS = """
# Says how an order stands, to whoever may read it:
# GET /api/method/o2c_order_status?order=SAL-ORD-2026-00001

name = frappe.form_dict.get("order")
if not name:
	frappe.throw(_("Say which order: order=..."))

order = frappe.get_doc("Sales Order", name)
order.check_permission("read")

frappe.response["message"] = {
	"order": order.name,
	"status": order.status,
	"credit": order.o2c_credit_status or None,
	"promised": order.o2c_promised_date or None,
	"delivered_percent": order.per_delivered,
	"billed_percent": order.per_billed,
}
"""

ORDER_CHECK = """
# Looks at a Sales Order before it is saved. What it throws keeps the order from being saved.

today = frappe.utils.getdate()
late = []
for row in doc.items:  # a loop: a comprehension would not see the names of this script
	if row.delivery_date and frappe.utils.getdate(row.delivery_date) < today:
		late.append(str(row.idx))
if late:
	frappe.throw(_("The delivery date has passed in rows:") + " " + ", ".join(late))

if not doc.po_no:
	frappe.msgprint(_("The customer's purchase order number is missing."), indicator="orange", alert=True)
"""

WEEKLY_DIGEST = """
# Mails once a week to everyone with the role O2C Administrator how much waits for a person.

today = frappe.utils.nowdate()
lines = [
	(_("Orders held for credit"), frappe.db.count("Credit Hold", {"status": ["not in", ["Released", "Rejected", "Withdrawn"]]})),
	(
		_("Overdue invoices"),
		frappe.db.count(
			"Sales Invoice", {"docstatus": 1, "outstanding_amount": [">", 0], "due_date": ["<", today]}
		),
	),
	(
		_("Unmatched receipts"),
		frappe.db.count("Bank Transaction", {"docstatus": 1, "o2c_match_status": "Waiting"}),
	),
]

administrators = frappe.get_all(
	"Has Role", filters={"role": "O2C Administrator", "parenttype": "User"}, pluck="parent"
)
recipients = frappe.get_all(
	"User", filters={"name": ["in", administrators], "enabled": 1, "email": ["is", "set"]}, pluck="email"
)
if recipients:
	rows = "".join([f"<tr><td>{label}</td><td align='right'>{number}</td></tr>" for label, number in lines])
	frappe.sendmail(
		recipients=recipients,
		subject=_("Order to Cash: the week's digest"),
		message=f"<table cellpadding='4'>{rows}</table>",
	)
"""

SCRIPTS: tuple[dict[str, Any], ...] = (
	{
		"name": "O2C Order Status",
		"script_type": "API",
		"api_method": "o2c_order_status",
		"allow_guest": 0,
		"script": ORDER_STATUS,
	},
	{
		"name": "O2C Order Check",
		"script_type": "DocType Event",
		"reference_doctype": "Sales Order",
		"doctype_event": "Before Save",
		"script": ORDER_CHECK,
	},
	{
		"name": "O2C Weekly Digest",
		"script_type": "Scheduler Event",
		"event_frequency": "Weekly",
		"script": WEEKLY_DIGEST,
	},
)


def sync() -> None:
	"""Make the examples, once in a site's life."""
	make_once(
		"Server Script", ({**script, "script": script["script"].strip(), "disabled": 1} for script in SCRIPTS)
	)
