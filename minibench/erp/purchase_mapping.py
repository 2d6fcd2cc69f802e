"""What is done with purchase orders over HTTP."""

from __future__ import annotations

import json
from typing import Any

from minibench.access.permissions import has_permission
from minibench.collaboration.messages import throw
from minibench.errors import PermissionError
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.web.whitelist import whitelist


@whitelist()
def update_status(status: str, name: str) -> None:
	"""Set an order's status; "Delivered" tells that the supplier has delivered to the customer."""
	order = get_doc("Purchase Order", name)
	order.update_status(status)
	order.update_delivered_qty_in_sales_order()


@whitelist()
def close_or_unclose_purchase_orders(names: Any, status: str) -> None:
	if not has_permission("Purchase Order", "write"):
		throw(_("Not permitted"), PermissionError)
	for name in json.loads(names) if isinstance(names, str) else names:
		order = get_doc("Purchase Order", name)
		if order.docstatus != 1:
			continue
		if status == "Closed":
			if order.status not in ("Cancelled", "Closed") and (
				order.per_received < 100 or order.per_billed < 100
			):
				order.update_status(status)
		elif order.status == "Closed":
			order.update_status("Draft")
