"""One invoice of the customer's, at /my/invoices/<name>."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.customer_portal import services
from o2c_extensions.www.my import layout

no_cache = 1


def get_context(context: Any) -> None:
	layout.begin(context, "invoices", _("Invoice"))
	try:
		context.invoice = services.invoice(layout.name_asked(), getdate())
	except frappe.DoesNotExistError:
		raise frappe.PageDoesNotExistError
	context.title = context.invoice["name"]
	context.pdf = "/api/method/o2c_extensions.customer_portal.api.invoice_pdf?" + layout.query(
		name=context.invoice["name"]
	)
