"""Values as readers see them."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
import pytest
from frappe.utils import (
	format_date,
	format_datetime,
	format_time,
	formatdate,
	global_date_format,
	pretty_date,
)

from tests.contract.values.tools import forget, set_default

D, T, S = datetime.date, datetime.datetime, datetime.timedelta


def test_dates_in_the_sites_format(settings: Any) -> None:
	assert formatdate("2026-02-03") == "2026-02-03"
	assert formatdate(None) == ""
	settings(date_format="dd.mm.yyyy", time_format="HH:mm")
	assert format_date("2026-02-03") == "03.02.2026"
	assert format_time("14:05:06") == "14:05"
	assert format_datetime("2026-02-03 14:05:06") == "03.02.2026 14:05"


def test_dates_in_a_given_format() -> None:
	assert formatdate("2026-02-03", "dd/mm/yyyy") == "03/02/2026"
	assert formatdate("2026-02-03", "d MMMM Y") == "3 February 2026"
	assert format_datetime("2026-02-03 14:05", "dd.MM.yy HH:mm") == "03.02.26 14:05"
	assert format_time("14:05:06", "hh:mm a") == "02:05 PM"


def test_dates_in_the_users_language() -> None:
	assert global_date_format("2026-02-03") == "February 3, 2026"
	frappe.local.lang = "de"
	assert global_date_format("2026-02-03") == "3. Februar 2026"
	assert formatdate("2026-02-03", "d MMMM yyyy") == "3 Februar 2026"


def test_how_long_ago() -> None:
	now = frappe.utils.now_datetime()
	assert pretty_date(now - S(days=2, hours=1)) == "2 days ago"
	assert pretty_date(now + S(hours=2, minutes=1)) == "in 2 hours"
	assert pretty_date("") == ""


@pytest.mark.parametrize(
	("value", "df", "expected"),
	[
		(D(2026, 2, 3), "Date", "2026-02-03"),
		(None, "Date", ""),
		("14:05:06", "Time", "14:05:06"),
		(S(hours=30), "Time", "06:00:00"),
		(12.5, "Percent", "12.5%"),
		(1234.5, "Currency", "1,234.50"),
		(1234.0, "Float", "1,234"),
		(1234.5678, {"fieldtype": "Float", "precision": "2"}, "1,234.57"),
		(0, {"fieldtype": "Currency", "print_hide_if_no_value": 1}, ""),
		("a\nb", "Small Text", "a<br>b"),
		("<p>a</p>\n", "Text", "<p>a</p>\n"),
		("x", "Text Editor", "<div class='ql-snow'>x</div>"),
		(3661, "Duration", "1h 1m 1s"),
		("x", "Data", "x"),
		(7, "Int", 7),
		(None, "Data", ""),
	],
)
def test_by_field_type(value: Any, df: Any, expected: Any) -> None:
	set_default("currency", "")
	forget()
	assert frappe.format_value(value, df) == expected


def test_the_type_is_guessed_without_a_field() -> None:
	assert frappe.format_value(D(2026, 2, 3)) == "2026-02-03"
	assert frappe.format_value(T(2026, 2, 3, 4, 5, 6)) == "2026-02-03 04:05:06"
	assert frappe.format_value("x") == "x"


def test_amounts_take_a_currency() -> None:
	assert frappe.format_value(5, "Currency", currency="EUR") == "€ 5.00"
	doc = frappe._dict(currency="EUR")
	assert frappe.format_value(5, {"fieldtype": "Currency", "options": "currency"}, doc) == "€ 5.00"


def test_a_documents_values() -> None:
	doc = frappe.get_doc({"doctype": "Contract Order", "posting_date": "2026-02-03", "total": 1234.5})
	set_default("currency", "EUR")
	forget()
	assert doc.get_formatted("posting_date") == "2026-02-03"
	assert doc.get_formatted("total") == "€ 1,234.50"
	assert doc.get_formatted("total", currency="INR") == "₹ 1,234.50"
	assert doc.get_formatted("total", absolute_value=True) == "€ 1,234.50"
