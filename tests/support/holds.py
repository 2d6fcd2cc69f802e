"""Orders that are held, and what their stories need besides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

from tests.support import erp

DAY = "2026-03-05"


def limited(limit: float = 1000, **values: Any) -> str:
	"""A customer with this limit."""
	return erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": limit, **values}])


def submitted(customer: str, item: str, net: float, **values: Any) -> Any:
	"""An order of this net amount, without taxes unless told otherwise."""
	row = {"item_code": item, "qty": 1, "rate": net, **values.pop("row", {})}
	order = erp.order(customer, [row], **{"taxes": [], **values})
	order.insert()
	order.submit()
	return order


def done(document: Any, day: str = DAY) -> Any:
	erp.on(document, day).insert()
	document.submit()
	return document


def hold_of(order: Any) -> Any:
	"""The latest hold of an order."""
	names = frappe.get_all(
		"Credit Hold",
		filters={"sales_order": order.name},
		order_by="creation desc, name desc",
		pluck="name",
		limit=1,
	)
	return frappe.get_doc("Credit Hold", names[0])


def credit_status(order: Any) -> str:
	return str(frappe.db.get_value("Sales Order", order.name, "o2c_credit_status") or "")


def pay(customer: str, amount: float, order: str | None = None) -> Any:
	"""A payment for nothing in particular, or for an order."""
	reference = {"reference_doctype": "Sales Order", "reference_name": order, "allocated_amount": amount}
	payment = erp.insert(
		"Payment Entry",
		payment_type="Receive",
		party_type="Customer",
		party=customer,
		company=erp.COMPANY,
		posting_date=DAY,
		paid_from="Debtors - NH",
		paid_to=erp.BANK,
		paid_amount=amount,
		received_amount=amount,
		reference_no="1",
		reference_date=DAY,
		references=[reference] if order else [],
	)
	payment.submit()
	return payment


def make_user(*roles: str) -> str:
	email = f"credit-{frappe.generate_hash(length=8)}@example.com"
	acting = frappe.session.user
	frappe.set_user("Administrator")
	erp.insert(
		"User",
		email=email,
		first_name="Test",
		send_welcome_email=0,
		roles=[{"role": role} for role in roles],
	)
	frappe.set_user(acting)
	return email


@contextmanager
def acting(user: str) -> Iterator[None]:
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


@contextmanager
def settings(**values: Any) -> Iterator[None]:
	"""O2C Settings with other values for a while."""
	document = frappe.get_doc("O2C Settings")
	before = {field: document.get(field) for field in values}
	document.update(values)
	document.save()
	try:
		yield
	finally:
		document = frappe.get_doc("O2C Settings")
		document.update(before)
		document.save()


def forget(customer: str, item: str) -> None:
	"""Take a customer whose orders were committed out of the site again, with all that became of them. Commits."""
	frappe.db.rollback()
	orders = frappe.get_all("Sales Order", filters={"customer": customer}, pluck="name")
	holds = frappe.get_all("Credit Hold", filters={"customer": customer}, pluck="name")
	parts = (
		"Sales Order Item",
		"Sales Taxes and Charges",
		"Payment Schedule",
		"Sales Team",
		"Pricing Rule Detail",
	)
	for doctype in parts:
		if frappe.db.exists("DocType", doctype):
			frappe.db.delete(doctype, {"parent": ("in", orders)})
	for doctype in ("O2C Event", "Comment", "Workflow Action"):
		frappe.db.delete(doctype, {"reference_name": ("in", [*orders, *holds])})
	frappe.db.delete("Fulfilment Plan", {"sales_order": ("in", orders)})
	frappe.db.delete("Version", {"docname": ("in", [*orders, *holds])})
	frappe.db.delete("Notification Log", {"document_name": ("in", holds)})
	for doctype in ("Sales Order", "Credit Hold", "Credit Account", "Credit Recheck"):
		frappe.db.delete(doctype, {"customer": customer})
	frappe.db.delete("Item Price", {"item_code": item})
	frappe.delete_doc("Customer", customer, force=True)
	frappe.delete_doc("Item", item, force=True)
	frappe.db.commit()
