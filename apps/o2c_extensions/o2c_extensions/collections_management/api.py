"""What other programs and the staff page ask of collections."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.collections_management import queries, services
from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float


@frappe.whitelist(methods=["GET"])
def overdue_invoices(company: str) -> list[dict[str, Any]]:
	"""What is overdue today in a company, the oldest first, with the level that it has reached."""
	frappe.has_permission("Sales Invoice", "read", throw=True)
	today = casebook.today()
	debts = queries.overdue_debts(company, today)
	readable = set(
		frappe.get_list(
			"Sales Invoice",
			filters={"name": ("in", [debt.instalment.invoice for debt in debts])},
			pluck="name",
			limit_page_length=0,
		)
		if debts
		else []
	)
	return [
		{
			"sales_invoice": debt.instalment.invoice,
			"customer": debt.customer,
			"customer_name": debt.customer_name,
			"due_date": debt.instalment.due_date,
			"days_overdue": (today - debt.instalment.due_date).days,
			"outstanding": as_float(debt.instalment.outstanding),
			"currency": debt.currency,
			"dunning_level": debt.instalment.last_level,
			"last_dunned": debt.instalment.last_dunned,
		}
		for debt in debts
		if debt.instalment.invoice in readable
	]


@frappe.whitelist(methods=["POST"])
def dun_now(customer: str, company: str) -> list[str]:
	"""Send what is due of a customer today, and say which Dunnings that made: none, if no level is reached."""
	frappe.has_permission("Dunning", "submit", throw=True)
	frappe.get_doc("Customer", customer).check_permission("read")
	return services.dun_customer(customer, company)
