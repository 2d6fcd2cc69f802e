"""The customer's invoices."""

from __future__ import annotations

from typing import Any

from frappe import _
from frappe.utils import getdate

from o2c_extensions.customer_portal import services
from o2c_extensions.www.my import layout

no_cache = 1


def get_context(context: Any) -> None:
	layout.begin(context, "invoices", _("Invoices"))
	context.only_open = layout.only_open()
	context.listing = services.invoices(getdate(), layout.page_asked(), context.only_open)
