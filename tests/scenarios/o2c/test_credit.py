"""Orders beyond a customer's credit are held: what is counted, what is kept back, and who lets go."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from o2c_extensions.credit_control import queries

from tests.support import erp


def limited(limit: float = 1000, **values: Any) -> str:
	return erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": limit}], **values)


def submitted(customer: str, item: str, net: float, **values: Any) -> Any:
	"""An order of this net amount, without taxes unless told otherwise."""
	row = {"item_code": item, "qty": 1, "rate": net, **values.pop("row", {})}
	order = erp.order(customer, [row], **{"taxes": [], **values})
	order.insert()
	order.submit()
	return order


def hold_of(order: Any) -> Any:
	return frappe.get_last_doc("Credit Hold", filters={"sales_order": order.name})


def credit_status(order: Any) -> str:
	return str(frappe.db.get_value("Sales Order", order.name, "o2c_credit_status") or "")


def test_within_the_limit(company: str, service: str) -> None:
	order = submitted(limited(), service, 1000)
	assert credit_status(order) == "Passed"
	assert queries.holds_on([order.name]) == {}


def test_over_the_limit(company: str, service: str) -> None:
	order = submitted(limited(), service, 1000.01)
	assert credit_status(order) == "Held"
	assert queries.holds_on([order.name]) == {order.name: "Open"}
