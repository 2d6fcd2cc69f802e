"""The customer's orders."""

from __future__ import annotations

from typing import Any

from frappe import _

from o2c_extensions.customer_portal import services
from o2c_extensions.www.my import layout

no_cache = 1


def get_context(context: Any) -> None:
	layout.begin(context, "orders", _("Orders"))
	context.only_open = layout.only_open()
	context.listing = services.orders(layout.page_asked(), context.only_open)
