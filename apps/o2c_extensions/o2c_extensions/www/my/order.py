"""One order of the customer's, at /my/orders/<name>."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from o2c_extensions.customer_portal import services
from o2c_extensions.www.my import layout

no_cache = 1


def get_context(context: Any) -> None:
	layout.begin(context, "orders", _("Order"))
	try:
		context.order = services.order(layout.name_asked())
	except frappe.DoesNotExistError:
		raise frappe.PageDoesNotExistError
	context.title = context.order["name"]
