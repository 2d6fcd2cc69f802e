"""The report on exposure: its figures equal those of each customer by itself, however they are grouped."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate, nowdate
from o2c_extensions.credit_control.domain.utilisation import PARTS
from o2c_extensions.credit_control.services.exposure import credit_of
from o2c_extensions.credit_control.services.reporting import ROLES

from tests.support import erp

NAME = "Credit Exposure"


def report(**filters: Any) -> Any:
	return run(NAME, filters={"company": erp.COMPANY, **filters}, ignore_prepared_report=True)


def rows_of(found: Any) -> dict[str, Any]:
	return {row["group"]: row for row in found["result"] if isinstance(row, dict)}


def figures(found: Any) -> dict[str, Any]:
	return {figure["label"]: figure["value"] for figure in found["report_summary"]}


def ordered(customer: str, service: str, net: float) -> None:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": net}], taxes=[], day=nowdate())
	order.insert()
	order.submit()


def billed(customer: str, service: str, net: float, overdue: int) -> None:
	"""An invoice that has been overdue for so many days."""
	due = str(add_days(getdate(), -overdue))
	invoice = erp.invoice(
		customer, [{"item_code": service, "qty": 1, "rate": net}], day=due, due_date=due, taxes=[]
	)
	invoice.insert()
	invoice.submit()


@pytest.fixture
def group(company: str) -> str:
	"""A group of customers with one group below it."""
	name = f"Gruppe {frappe.generate_hash(length=6)}"
	erp.insert(
		"Customer Group", customer_group_name=name, is_group=1, parent_customer_group="All Customer Groups"
	)
	erp.insert("Customer Group", customer_group_name=f"{name} Sub", parent_customer_group=name)
	return name


@pytest.fixture
def customers(group: str, service: str) -> list[str]:
	"""A parent with a limit, its daughter without one of its own, and somebody else, who is over the limit."""
	parent, daughter, other = (erp.make_customer(customer_group=f"{group} Sub") for _each in range(3))
	profile(parent, limit_kind="Limit", credit_limit=1000, currency="EUR", risk_class=_risk_class())
	profile(daughter, parent_account=parent)
	ordered(parent, service, 300.1)
	billed(daughter, service, 500.2, overdue=10)
	billed(other, service, 700.3, overdue=40)
	billed(other, service, 50, overdue=5)
	profile(other, limit_kind="Limit", credit_limit=600, currency="EUR")
	return [parent, daughter, other]


def _risk_class() -> str:
	return erp.ensure("Credit Risk Class", "RX", __newname="RX", review_months=6)


def profile(customer: str, **values: Any) -> None:
	erp.insert("Credit Profile", customer=customer, company=erp.COMPANY, **values)


def test_each_customer_as_by_itself(customers: list[str], group: str) -> None:
	found = report(customer_group=group)
	rows = rows_of(found)
	assert set(rows) == set(customers)
	total = Decimal(0)
	for customer in customers:
		credit = credit_of(customer, erp.COMPANY)
		row = rows[customer]
		assert {part: row[part] for part in PARTS} == {
			part: float(getattr(credit.exposure, part)) for part in PARTS
		}
		assert row["exposure"] == float(credit.exposure.total)
		assert row["credit_limit"] == (float(credit.terms.limit) if credit.terms.has_limit else None)
		total += credit.exposure.total
	parent, daughter, other = (rows[customer] for customer in customers)
	assert (parent["exposure"], parent["available"], parent["utilisation"], parent["over"]) == (
		300.1,
		699.9,
		30.0,
		0,
	)
	assert (parent["risk_class"], parent["limit_source"]) == ("RX", "Credit Profile")
	assert (daughter["credit_limit"], daughter["utilisation"]) == (None, None)
	assert (other["overdue"], other["longest_overdue"], other["over"]) == (750.3, "40", 1)
	assert (daughter["overdue"], daughter["longest_overdue"]) == (500.2, "10")
	shown = figures(found)
	assert shown["Exposure"] == float(total) == 1550.6
	assert (shown["Credit Limits"], shown["Overdue"], shown["Over the Limit"]) == (1600, 1250.5, 1)
	assert list(rows) == [other["group"], daughter["group"], parent["group"]]


def test_a_limit_without_a_rate_stops_nobody_else(customers: list[str], group: str) -> None:
	"""It counts as not known, and is named."""
	parent, _daughter, other = customers
	frappe.db.set_value("Credit Profile", {"customer": parent}, "currency", "KRW")
	told = len(frappe.get_message_log())
	found = report(customer_group=group)
	rows = rows_of(found)
	assert set(rows) == set(customers)
	assert (rows[parent]["credit_limit"], rows[parent]["limit_source"], rows[parent]["over"]) == (None, "", 0)
	assert (rows[parent]["exposure"], rows[parent]["risk_class"]) == (300.1, "RX")
	assert rows[other]["credit_limit"] == 600
	assert parent in found["message"] and "KRW" in found["message"] and other not in found["message"]
	assert len(frappe.get_message_log()) == told


def test_rolled_up_over_the_parent_account(customers: list[str], group: str) -> None:
	rows = rows_of(report(customer_group=group, group_by="Parent Account"))
	parent, _daughter, other = customers
	assert set(rows) == {parent, other}
	whole = rows[parent]
	assert (whole["customers"], whole["exposure"], whole["credit_limit"]) == (2, 800.3, 1000)
	assert (whole["available"], whole["utilisation"], whole["overdue"]) == (199.7, 80.0, 500.2)


def test_rolled_up_over_groups_and_classes(customers: list[str], group: str) -> None:
	by_group = rows_of(report(customer_group=group, group_by="Customer Group"))
	assert set(by_group) == {f"{group} Sub"}
	assert (by_group[f"{group} Sub"]["customers"], by_group[f"{group} Sub"]["exposure"]) == (3, 1550.6)
	by_class = rows_of(report(customer_group=group, group_by="Risk Class"))
	assert {name: row["customers"] for name, row in by_class.items()} == {"RX": 1, "No Risk Class": 2}
	(whole,) = rows_of(report(customer_group=group, group_by="Company")).values()
	# 300.10 and 750.30 of 1,600: the daughter has no limit of its own.
	assert (whole["customers"], whole["utilisation"]) == (3, 65.7)


def test_it_is_for_those_who_work_on_credit(customers: list[str], group: str) -> None:
	assert {row.role for row in frappe.get_doc("Report", NAME).roles} == set(ROLES)
	user = erp.insert(
		"User",
		email=f"{frappe.generate_hash(length=8)}@example.com",
		first_name="A",
		send_welcome_email=0,
		roles=[{"role": "O2C Analyst"}],
	)
	frappe.set_user(user.name)
	assert len(rows_of(report(customer_group=group))) == 3
	frappe.set_user("Administrator")
	user.remove_roles("O2C Analyst")
	frappe.set_user(user.name)
	with pytest.raises(frappe.PermissionError):
		report(customer_group=group)


def test_cards_and_the_chart_show_it(customers: list[str]) -> None:
	for name, field in (("Credit Utilisation", "utilisation"), ("Amount Held", "order_amount")):
		card = frappe.get_doc("Number Card", name)
		filters = {"company": erp.COMPANY, **frappe.parse_json(card.filters_json)}
		found = run(card.report_name, filters=filters, ignore_prepared_report=True)
		assert card.report_field == field
		assert field in {column["fieldname"] for column in found["columns"]}
	chart = frappe.get_doc("Dashboard Chart", "Holds by Age")
	assert (chart.report_name, chart.use_report_chart) == ("Credit Holds", 1)
