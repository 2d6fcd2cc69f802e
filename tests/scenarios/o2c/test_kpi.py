"""The four figures, by stories whose numbers are worked out by hand. They are told in a year of which no site has books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from o2c_extensions.o2c_analytics import api, services

from tests.support import erp

YEAR = "2019"
DAY = date(2019, 3, 31)


@pytest.fixture(autouse=True)
def books(company: str) -> Iterator[None]:
	erp.ensure("Fiscal Year", YEAR, year=YEAR, year_start_date=f"{YEAR}-01-01", year_end_date=f"{YEAR}-12-31")
	yield
	frappe.db.rollback()
	frappe.cache.delete_value("fiscal_years")


def sold(customer: str, service: str, net: float, day: str, due: str, **values: Any) -> Any:
	"""An invoice over `net` and 19 % tax."""
	lines = [{"item_code": service, "qty": values.pop("qty", 1), "rate": net}]
	invoice = erp.invoice(customer, lines, day=day, due_date=due, **values)
	invoice.insert()
	invoice.submit()
	return invoice


def paid(invoice: Any, amount: float, day: str) -> Any:
	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=amount, bank_account=erp.BANK)
	payment.update({"posting_date": day, "reference_no": "R 1", "reference_date": day})
	payment.insert()
	payment.submit()
	return payment


def ordered(customer: str, service: str, day: str) -> Any:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 10}], day=day)
	order.insert()
	order.submit()
	return order


def hold(order: Any) -> None:
	row = frappe.get_doc({"doctype": "Credit Hold", "sales_order": order.name, "company": order.company})
	row.name = f"HOLD {order.name} {frappe.generate_hash(length=5)}"
	row.db_insert()


def received(amount: float, day: str, status: str = "", **values: Any) -> Any:
	"""A line of a bank statement, as it is stored after it was matched."""
	line = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": day,
			"company": erp.COMPANY,
			"deposit": amount,
			"withdrawal": 0,
			"currency": "EUR",
			"docstatus": 1,
			"o2c_match_status": status,
			**values,
		}
	)
	line.name = f"LINE {frappe.generate_hash(length=8)}"
	line.db_insert()
	return line


def figures(day: date = DAY) -> dict[str, Decimal | None]:
	return services.kpis(erp.COMPANY, day)


def test_nothing_has_happened(company: str) -> None:
	assert figures() == dict.fromkeys(services.KPIS)


def test_dso_is_what_is_owed_over_what_was_sold(customer: str, service: str) -> None:
	first = sold(customer, service, 100, "2019-02-01", "2019-03-01")
	sold(customer, service, 200, "2019-03-10", "2019-04-09")
	paid(first, 59.5, "2019-03-15")
	# Owed: 119 - 59.50 + 238 = 297.50 of 357 sold: 75 of 90 days.
	assert figures()["dso"] == Decimal("75.0")
	# Overdue: 59.50 of 297.50.
	assert figures()["overdue_share"] == Decimal("20.0")


def test_figures_are_as_of_their_day(customer: str, service: str) -> None:
	invoice = sold(customer, service, 100, "2019-02-01", "2019-03-01")
	paid(invoice, 119, "2019-03-20")
	assert invoice.reload().outstanding_amount == 0
	assert figures(date(2019, 1, 31))["dso"] is None
	assert figures(date(2019, 3, 1)) == {**dict.fromkeys(services.KPIS), "dso": 90, "overdue_share": 0}
	assert figures(date(2019, 3, 2))["overdue_share"] == 100
	assert figures(date(2019, 3, 20))["dso"] == 0
	assert figures(date(2019, 3, 20))["overdue_share"] is None
	# The sale leaves the period of 90 days.
	assert figures(date(2019, 5, 1))["dso"] == 0
	assert figures(date(2019, 5, 2))["dso"] is None


def test_what_is_credited_was_not_sold(customer: str, service: str) -> None:
	sold(customer, service, 300, "2019-03-01", "2019-03-31")
	sold(customer, service, 100, "2019-03-10", "2019-03-10", qty=-1, is_return=1)
	assert figures()["dso"] == Decimal("90.0")
	# The credit note is set against nothing: it lowers what is owed, not what is open.
	assert figures()["overdue_share"] == 0
	assert figures(date(2019, 4, 1))["overdue_share"] == 100


def test_cancelled_invoices_never_were(customer: str, service: str) -> None:
	sold(customer, service, 100, "2019-03-01", "2019-03-31")
	before = figures()
	sold(customer, service, 900, "2019-03-02", "2019-03-05").cancel()
	assert figures() == before


def test_an_invoice_in_instalments_is_overdue_bit_by_bit(customer: str, service: str) -> None:
	schedule = [
		{"due_date": "2019-03-10", "invoice_portion": 40, "payment_amount": 47.6},
		{"due_date": "2019-04-10", "invoice_portion": 60, "payment_amount": 71.4},
	]
	invoice = sold(customer, service, 100, "2019-03-01", "2019-04-10", payment_schedule=schedule)
	assert figures(date(2019, 3, 10))["overdue_share"] == 0
	assert figures()["overdue_share"] == Decimal("40.0")
	paid(invoice, 17.6, "2019-03-20")
	# 30 of 101.40.
	assert figures()["overdue_share"] == Decimal("29.6")
	assert figures(date(2019, 4, 11))["overdue_share"] == 100


def test_hold_rate_is_of_the_orders_of_the_period(customer: str, service: str) -> None:
	orders = [ordered(customer, service, day) for day in ("2019-01-02", "2019-02-01", "2019-03-01")]
	erp.order(customer, [{"item_code": service, "qty": 1, "rate": 10}], day="2019-03-01").insert()
	early = ordered(customer, service, "2019-01-01")
	frappe.db.delete("Credit Hold", {"sales_order": ("in", [order.name for order in [*orders, early]])})
	hold(early)  # the day before the period
	hold(orders[0])
	hold(orders[0])
	assert figures(date(2019, 4, 1))["hold_rate"] == Decimal("33.3")


def test_auto_match_rate_is_of_the_receipts_of_the_period(company: str) -> None:
	for status in ("Matched", "Matched", "Waiting", "Matched by Hand", ""):
		received(10, "2019-03-01", status)
	received(10, "2018-12-31", "Matched")
	received(0, "2019-03-01", "Matched", withdrawal=5)
	received(10, "2019-03-01", "Matched", docstatus=2)
	assert figures()["auto_match_rate"] == Decimal("40.0")


def test_the_last_point_of_a_trend_is_the_figure_itself(customer: str, service: str) -> None:
	sold(customer, service, 100, "2019-01-10", "2019-02-09")
	sold(customer, service, 100, "2019-03-10", "2019-04-09")
	found = services.trends(erp.COMPANY, date(2019, 3, 20))
	assert {name: points[-1][1] for name, points in found.items()} == figures(date(2019, 3, 20))
	assert [str(day) for day, _value in found["dso"]][-4:] == [
		"2018-12-31",
		"2019-01-31",
		"2019-02-28",
		"2019-03-20",
	]
	assert [value for _day, value in found["dso"]][-4:] == [None, 90, 90, 90]
	assert [value for _day, value in found["overdue_share"]][-4:] == [None, 0, 100, 50]
	for months in (1, 7):
		assert (
			services.trends(erp.COMPANY, date(2019, 3, 20), ("dso",), months)["dso"] == found["dso"][-months:]
		)


def _counted(run: Any, asked: list[str]) -> Any:
	def counted(query: Any, *args: Any, **kwargs: Any) -> Any:
		asked.append(str(query))
		return run(query, *args, **kwargs)

	return counted


def test_a_trend_asks_as_often_as_a_figure(
	customer: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	sold(customer, service, 100, "2019-01-10", "2019-02-09")
	services.kpis(erp.COMPANY, DAY)
	asked: list[str] = []
	# The query builder's way to the database in one engine, and in the other.
	for name in ("sql", "cursor"):
		if callable(getattr(frappe.db, name, None)):
			monkeypatch.setattr(frappe.db, name, _counted(getattr(frappe.db, name), asked))
	services.kpis(erp.COMPANY, DAY)
	once = len(asked)
	services.trends(erp.COMPANY, DAY, months=12)
	assert len(asked) == 2 * once
	assert 1 <= once <= 5


@pytest.fixture
def analyst(company: str) -> str:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": f"{frappe.generate_hash(length=8)}@example.com",
			"first_name": "A",
			"send_welcome_email": 0,
			"roles": [{"role": "O2C Analyst"}],
		}
	)
	user.insert()
	return str(user.name)


def test_an_analyst_asks_for_figures(analyst: str, customer: str, service: str) -> None:
	sold(customer, service, 100, "2019-03-10", "2019-03-20")
	frappe.set_user(analyst)
	found = api.kpis(erp.COMPANY, DAY.isoformat())
	assert found["kpis"] == {"dso": 90.0, "overdue_share": 100.0, "hold_rate": None, "auto_match_rate": None}
	assert (found["company"], found["date"], found["days"]) == (erp.COMPANY, "2019-03-31", 90)
	trend = api.trend("dso", erp.COMPANY, DAY.isoformat(), 3)
	assert [point["value"] for point in trend["points"]] == [None, None, 90.0]
	# A number in a query string arrives as text.
	assert api.trend("dso", erp.COMPANY, DAY.isoformat(), "3") == trend  # type: ignore[arg-type]
	with pytest.raises(frappe.ValidationError):
		api.trend("profit", erp.COMPANY)
	with pytest.raises(frappe.ValidationError):
		api.trend("dso", erp.COMPANY, months=10**6)
	with pytest.raises(frappe.PermissionError):
		api.kpis("No Such Company")


def test_figures_are_not_for_everybody(analyst: str) -> None:
	frappe.get_doc("User", analyst).remove_roles("O2C Analyst")
	frappe.get_doc("User", analyst).add_roles("Collections Agent", "Cash Application Clerk")
	frappe.set_user(analyst)
	frappe.flags.in_test = False  # in a test only_for() lets everybody pass
	with pytest.raises(frappe.PermissionError):
		api.kpis()
	with pytest.raises(frappe.PermissionError):
		api.trend("dso")


def test_a_user_of_another_company_does_not_see_them(analyst: str) -> None:
	other = frappe.get_doc({"doctype": "Company", "company_name": "Andere GmbH", "default_currency": "EUR"})
	other.name = "Andere GmbH"
	other.db_insert()
	frappe.get_doc(
		{"doctype": "User Permission", "user": analyst, "allow": "Company", "for_value": other.name}
	).insert()
	frappe.set_user(analyst)
	with pytest.raises(frappe.PermissionError):
		api.kpis(erp.COMPANY)
	assert api.kpis()["company"] == other.name


def report(**filters: Any) -> Any:
	from frappe.desk.query_report import run

	return run("O2C KPI Trend", filters={"company": erp.COMPANY, "date": DAY.isoformat(), **filters})


def test_the_report_behind_cards_and_charts(analyst: str, customer: str, service: str) -> None:
	sold(customer, service, 100, "2019-02-10", "2019-03-20")
	frappe.set_user(analyst)
	card = report(kpi="dso", months=1)
	assert [row["value"] for row in card["result"]] == [90.0]
	chart = report(kpi="overdue_share")["chart"]
	assert chart["data"]["labels"] == ["Feb 19", "Mar 19"]
	assert chart["data"]["datasets"][0]["values"] == [0.0, 100.0]
	assert report(kpi="hold_rate")["chart"]["data"]["labels"] == []
	frappe.set_user("Administrator")
	frappe.get_doc("User", analyst).remove_roles("O2C Analyst")
	frappe.set_user(analyst)
	with pytest.raises(frappe.PermissionError):
		report(kpi="dso")


def test_the_report_is_for_those_who_may_ask_for_figures(company: str) -> None:
	assert {row.role for row in frappe.get_doc("Report", "O2C KPI Trend").roles} == set(api.KPI_ROLES)


def test_cards_charts_and_dashboard_are_there(analyst: str) -> None:
	from frappe.desk.doctype.dashboard.dashboard import get_permitted_cards, get_permitted_charts

	frappe.set_user(analyst)
	assert len(get_permitted_cards("Order to Cash")) == 4
	assert len(get_permitted_charts("Order to Cash")) == 4
	for doctype in ("Number Card", "Dashboard Chart"):
		rows = frappe.get_all(
			doctype,
			filters={"report_name": "O2C KPI Trend"},
			fields=["name", "filters_json", "is_standard"],
		)
		asked = [frappe.parse_json(row.filters_json)["kpi"] for row in rows]
		assert sorted(asked) == sorted(services.KPIS)
		assert all(row.is_standard for row in rows)
