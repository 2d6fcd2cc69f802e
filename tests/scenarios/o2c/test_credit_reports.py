"""The reports on credit: their figures equal a slow sum over the records, and everybody sees what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import now_datetime
from o2c_extensions.credit_control.services import reporting
from o2c_extensions.credit_control.services.holds import act

from tests.support import erp

REPORTS = ("Credit Holds", "Time to Release", "Orders Lost to Holds", "Credit Overrides")


def held(customer: str, **values: Any) -> Any:
	"""A hold as it is stored, made some time ago."""
	before = values.pop("days_ago", 0)
	hold = frappe.get_doc(
		{
			"doctype": "Credit Hold",
			"customer": customer,
			"customer_name": customer,
			"company": erp.COMPANY,
			"currency": "EUR",
			"checkpoint": "Order",
			"held_doctype": "Sales Order",
			"status": "Open",
			"causes": "Exposure Over Limit",
			"order_amount": 1000,
			"excess": 100,
			**values,
		}
	)
	hold.name = f"HOLD {frappe.generate_hash(length=12)}"
	hold.held_document = hold.held_document or hold.sales_order
	hold.creation = values.get("creation") or now_datetime() - timedelta(days=before)
	hold.db_insert()
	return hold


def decided(customer: str, status: str, hours: float, **values: Any) -> Any:
	at = values.pop("decided_at", None) or now_datetime()
	creation = at - timedelta(hours=hours)
	return held(
		customer,
		status=status,
		creation=creation,
		decided_at=at,
		decided_by=values.pop("decided_by", "Administrator"),
		**values,
	)


def ordered(customer: str, service: str, net: float, **values: Any) -> Any:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": net}], taxes=[], **values)
	order.insert()
	order.submit()
	return order


def report(name: str, customer: str, **filters: Any) -> Any:
	asked = {"company": erp.COMPANY, "customer": customer, **filters}
	# On a busy machine the framework would prepare slow reports in the background from then on.
	return run(name, filters=asked, ignore_prepared_report=True)


def rows_of(found: Any) -> list[dict[str, Any]]:
	"""The rows without the totals, which the framework adds as a list."""
	return [row for row in found["result"] if isinstance(row, dict)]


def figures(found: Any) -> dict[str, Any]:
	return {figure["label"]: figure["value"] for figure in found["report_summary"]}


@pytest.fixture
def user(company: str) -> Callable[..., str]:
	def make(*roles: str) -> str:
		email = f"report-{frappe.generate_hash(length=8)}@example.com"
		erp.insert(
			"User",
			email=email,
			first_name="Test",
			send_welcome_email=0,
			roles=[{"role": role} for role in roles],
		)
		return email

	return make


# --- holds that wait -----------------------------------------------------------------------------------------------


def test_what_waits_by_cause_and_age(customer: str) -> None:
	holds = [
		held(customer, order_amount=1000.10, excess=100.05),
		held(customer, days_ago=1, order_amount=200),
		held(customer, days_ago=20, status="In Review"),
		held(customer, days_ago=400, causes="Exposure Over Limit\nCheck Failed", order_amount=5),
		held(customer, causes="", excess=0),
	]
	for status in ("Released", "Rejected", "Withdrawn"):
		decided(customer, status, 5)
	found = report("Credit Holds", customer)
	rows = {row["group"]: row for row in rows_of(found)}
	assert set(rows) == {"Exposure Over Limit", "Exposure Over Limit, Check Failed", "Not Recorded"}
	assert sum(row["holds"] for row in rows.values()) == len(holds)
	over = rows["Exposure Over Limit"]
	assert [over[f"bucket_{place}"] for place in range(6)] == [2, 0, 0, 0, 1, 0]
	assert (over["holds"], over["oldest"], over["order_amount"], over["excess"]) == (3, 20, 2200.10, 300.05)
	assert rows["Exposure Over Limit, Check Failed"]["bucket_5"] == 1
	total = sum(Decimal(repr(float(hold.order_amount))) for hold in holds)
	assert figures(found) == {
		"Holds": 5,
		"Amount Held": float(total),
		"Over the Limit": 400.05,
		"Oldest (Days)": 400,
	}
	assert sum(sum(line["values"]) for line in found["chart"]["data"]["datasets"]) == 5


def test_each_hold_for_itself(customer: str) -> None:
	hold = held(
		customer, days_ago=3, checkpoint="Delivery", held_doctype="Delivery Note", held_document="DN 1"
	)
	(row,) = rows_of(report("Credit Holds", customer, group_by="Hold"))
	assert (row["name"], row["age"], row["held_doctype"], row["held_document"]) == (
		hold.name,
		3,
		"Delivery Note",
		"DN 1",
	)
	(group,) = rows_of(report("Credit Holds", customer, group_by="Checkpoint"))
	assert (group["group"], group["holds"]) == ("Delivery", 1)


# --- how long it takes ---------------------------------------------------------------------------------------------


def test_time_to_release_is_that_of_the_records(customer: str, user: Callable[..., str]) -> None:
	clerk = user("Credit Controller")
	people = [2, 4, 30, 7.5]
	for waited in people:
		decided(customer, "Released", waited, decided_by=clerk)
	for waited in (0.5, 1):
		decided(customer, "Released", waited, released_automatically=1)
	decided(customer, "Rejected", 99)
	decided(customer, "Released", 999, decided_at=now_datetime() - timedelta(days=800))
	found = report("Time to Release", customer)
	(row,) = rows_of(found)
	assert row["group"] == now_datetime().strftime("%Y-%m")
	assert (row["released"], row["by_people"], row["automatic"]) == (6, 4, 2)
	# 0.5 1 2 4 7.5 30: the middle, and the last of nine tenths.
	assert (row["median"], row["p90"]) == (3.0, 30.0)
	assert (row["median_by_people"], row["median_automatic"], row["p90_automatic"]) == (5.8, 0.8, 1.0)
	assert figures(found)["Released"] == 6
	assert figures(found)["Automatic"] == pytest.approx(100 / 3)
	by = {
		row["group"]: row["released"]
		for row in rows_of(report("Time to Release", customer, group_by="Decided By"))
	}
	assert by == {"Test": 4, "Automatic": 2}


def test_a_release_is_told_on_the_business_day(customer: str, service: str) -> None:
	"""A year that is replayed has its releases on its own days."""
	frappe.flags.current_date = date(2026, 3, 10)
	customer = erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": 100}])
	order = ordered(customer, service, 500, day="2026-03-10")
	frappe.flags.current_date = date(2026, 3, 12)
	hold = frappe.db.get_value("Credit Hold", {"sales_order": order.name})
	act(hold, "Release", "Fine")
	frappe.flags.current_date = None
	(row,) = rows_of(report("Time to Release", customer, from_date="2026-03-01", to_date="2026-03-31"))
	assert (row["group"], row["released"]) == ("2026-03", 1)
	assert 47 <= row["median"] <= 49


def test_the_period_has_both_its_days(customer: str) -> None:
	for moment in (datetime(2019, 3, 1), datetime(2019, 3, 31, 23, 59, 59), datetime(2019, 4, 1)):
		decided(customer, "Released", 1, decided_at=moment)
	found = report("Time to Release", customer, from_date="2019-03-01", to_date="2019-03-31")
	assert [(row["group"], row["released"]) for row in rows_of(found)] == [("2019-03", 2)]
	assert rows_of(report("Time to Release", customer, from_date="2019-04-02", to_date="2019-04-02")) == []
	with pytest.raises(frappe.ValidationError):
		report("Time to Release", customer, from_date="2019-04-02", to_date="2019-04-01")
	with pytest.raises(frappe.ValidationError):
		report("Time to Release", customer, group_by="Moon")


# --- what was lost -------------------------------------------------------------------------------------------------


def test_lost_orders_count_once_and_for_what_was_left(customer: str, service: str) -> None:
	rejected, cancelled, amended, reopened = (ordered(customer, service, net) for net in (100, 200, 300, 400))
	for order in (rejected, cancelled, amended, reopened):
		frappe.db.delete("Credit Hold", {"sales_order": order.name})
	frappe.db.set_value("Sales Order", rejected.name, {"status": "Closed", "per_billed": 25})
	for order in (cancelled, amended):
		order.reload().cancel()
	again = frappe.copy_doc(amended)
	again.update({"amended_from": amended.name, "docstatus": 0})
	again.insert()
	decided(customer, "Rejected", 48, sales_order=rejected.name, order_amount=90, decided_at=_yesterday())
	decided(customer, "Rejected", 24, sales_order=rejected.name, order_amount=100)
	decided(customer, "Withdrawn", 24, sales_order=cancelled.name, order_amount=200)
	decided(customer, "Withdrawn", 24, sales_order=amended.name, order_amount=300)
	decided(customer, "Rejected", 24, sales_order=reopened.name, order_amount=400)
	found = report("Orders Lost to Holds", customer)
	rows = {row["sales_order"]: row for row in rows_of(found)}
	assert set(rows) == {rejected.name, cancelled.name, amended.name}
	assert {name: row["lost"] for name, row in rows.items()} == {
		rejected.name: 75.0,
		cancelled.name: 200.0,
		amended.name: 0.0,
	}
	assert rows[amended.name]["replaced_by"] == again.name
	assert [rows[order.name]["how"] for order in (rejected, cancelled)] == [
		"Rejected",
		"Cancelled While Held",
	]
	assert figures(found) == {
		"Orders Lost": 2,
		"Amount Lost": 275.0,
		"Of Which Rejected": 75.0,
		"Replaced by Another Order": 1,
	}
	drawn = [sum(line["values"]) for line in found["chart"]["data"]["datasets"]]
	assert drawn == [75.0, 200.0]


def _yesterday() -> datetime:
	return now_datetime() - timedelta(days=1)


# --- what people allowed beyond the rules ----------------------------------------------------------------------------


def _history(doctype: str, name: str, owner: str, **data: Any) -> None:
	version = frappe.get_doc(
		{"doctype": "Version", "ref_doctype": doctype, "docname": name, "data": frappe.as_json(data)}
	)
	version.name = frappe.generate_hash(length=12)
	version.owner = owner
	version.creation = now_datetime()
	version.db_insert()


def test_overrides_are_told_with_who_and_why(customer: str, user: Callable[..., str]) -> None:
	clerk = user("Credit Controller")
	decided(customer, "Released", 2, decided_by=clerk, excess=150.5, comment="Knows the owner")
	decided(customer, "Released", 2, released_automatically=1, excess=70)
	decided(customer, "Rejected", 2, decided_by=clerk)
	profile = erp.insert(
		"Credit Profile",
		customer=customer,
		company=erp.COMPANY,
		limit_kind="Limit",
		credit_limit=500,
		currency="EUR",
	)
	_history(
		"Credit Profile",
		profile.name,
		clerk,
		changed=[["credit_limit", "€ 400", "€ 500"], ["notes", "", "x"]],
	)
	_history(
		"Customer",
		customer,
		clerk,
		added=[["credit_limits", {"name": "r1", "company": erp.COMPANY, "credit_limit": 900}]],
		removed=[["credit_limits", {"name": "r2", "company": "Another", "credit_limit": 1}]],
	)
	_history("Customer", customer, clerk, changed=[["customer_name", "a", "limit"]])
	found = report("Credit Overrides", customer)
	told = [(row["kind"], row["by"], row["before"], row["after"]) for row in rows_of(found)]
	assert sorted(told) == sorted(
		[
			("Order Released", "Test", "€ 0,00", ""),
			("Limit Changed", frappe.utils.get_fullname("Administrator"), "", "€ 400"),
			("Limit Changed", "Test", "€ 400", "€ 500"),
			("Limit Changed", "Test", "", "900"),
		]
	)
	(released,) = rows_of(report("Credit Overrides", customer, kind="Order Released"))
	assert (released["excess"], released["comment"]) == (150.5, "Knows the owner")
	assert figures(found) == {
		"Orders Released over the Limit": 1,
		"Allowed over the Limit": 150.5,
		"Limits Changed": 3,
		"Proposals Decided": 0,
	}
	assert sum(sum(line["values"]) for line in found["chart"]["data"]["datasets"]) == 4


def test_decided_proposals_are_told(customer: str) -> None:
	for status in ("Proposed", "Accepted", "Declined", "Withdrawn"):
		proposal = frappe.get_doc(
			{
				"doctype": "Credit Limit Proposal",
				"customer": customer,
				"customer_name": customer,
				"company": erp.COMPANY,
				"currency": "EUR",
				"status": status,
				"direction": "Raise",
				"current_limit": 100,
				"proposed_limit": 120,
				"decided_by": "Administrator",
				"decided_at": now_datetime(),
				"comment": status,
			}
		)
		proposal.name = f"LIMIT {frappe.generate_hash(length=8)}"
		proposal.db_insert()
	rows = rows_of(report("Credit Overrides", customer, kind="Proposal Decided"))
	assert sorted((row["what"], row["before"], row["after"], row["comment"]) for row in rows) == [
		("Accepted", "€ 100,00", "€ 120,00", "Accepted"),
		("Declined", "€ 100,00", "€ 120,00", "Declined"),
	]


# --- who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_for_those_who_work_on_credit(name: str, customer: str, user: Callable[..., str]) -> None:
	assert {row.role for row in frappe.get_doc("Report", name).roles} == set(reporting.ROLES)
	assert frappe.db.get_value("Report", name, "module") == "Credit Control"
	clerk, stranger = user("Credit Controller"), user("Cash Application Clerk")
	frappe.set_user(clerk)
	assert rows_of(report(name, customer)) == []
	frappe.set_user(stranger)
	with pytest.raises(frappe.PermissionError):
		report(name, customer)


def test_who_is_confined_to_a_customer_sees_no_other(customer: str, user: Callable[..., str]) -> None:
	other = erp.make_customer()
	held(customer)
	held(other)
	clerk = user("Credit Controller")
	erp.insert("User Permission", user=clerk, allow="Customer", for_value=other)
	frappe.set_user(clerk)
	assert rows_of(report("Credit Holds", customer)) == []
	assert [row["holds"] for row in rows_of(report("Credit Holds", other))] == [1]
	# Who works on credit and has no right to customers and orders sees their names.
	assert [row["customer"] for row in rows_of(report("Credit Holds", other, group_by="Hold"))] == [other]


@pytest.mark.parametrize("name", REPORTS)
def test_the_workspace_and_the_desk_have_them(name: str, user: Callable[..., str]) -> None:
	from frappe.desk.query_report import get_script
	from o2c_extensions.o2c_workspace.queries import reports

	frappe.set_user(user("Credit Manager"))
	assert name in reports()
	assert f'frappe.query_reports["{name}"]' in get_script(name)["script"]
