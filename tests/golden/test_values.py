"""What v15's helpers for numbers, dates and texts return, recorded there and compared value for value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest

D = datetime.date
T = datetime.datetime

CALLS: dict[str, list[tuple[Any, ...]]] = {
	"flt": [
		("1,234.56",),
		("abc",),
		(None,),
		(2.675, 2),
		(2.5, 0),
		(3.5, 0),
		(-2.5, 0),
		(1.005, 2),
		("12.345", 2),
		(0.1 + 0.2, 9),
	],
	"cint": [("12",), ("12.7",), (None,), ("x",), (True,), ("",), (3.99,)],
	"cstr": [(None,), (1.5,), ("ä",), (b"ab",)],
	"rounded": [(2.5,), (3.5,), (-2.5,), (2.345, 2), (2.355, 2), (-2.345, 2), (1e15 + 0.5, 0), (0.5, 0)],
	"getdate": [("2026-02-28",), ("2026-02-28 10:11:12",), (T(2026, 1, 2, 3, 4),), ("0000-00-00",), ("",)],
	"get_datetime": [("2026-02-28 10:11:12.5",), ("2026-02-28",), (D(2026, 2, 28),)],
	"add_days": [("2026-02-28", 1), (D(2026, 12, 31), 1), ("2026-03-01", -1), ("2026-01-01 10:00:00", 2)],
	"add_months": [("2026-01-31", 1), (D(2024, 2, 29), 12), ("2026-03-31", -1), ("2026-12-31", 2)],
	"add_years": [("2024-02-29", 1), (D(2026, 1, 1), -1)],
	"date_diff": [("2026-03-01", "2026-02-27"), (D(2026, 1, 1), "2026-12-31")],
	"month_diff": [("2026-03-01", "2026-01-31"), ("2026-03-31", "2026-03-01")],
	"time_diff_in_seconds": [("2026-01-01 10:00:10", "2026-01-01 10:00:00")],
	"time_diff_in_hours": [("2026-01-01 11:30:00", "2026-01-01 10:00:00")],
	"get_first_day": [("2026-02-15",), (D(2026, 2, 15), 0, 1), (D(2026, 1, 15), 0, -1)],
	"get_last_day": [("2026-02-15",), (D(2024, 2, 1),), ("2026-12-05",)],
	"get_quarter_start": [("2026-05-15",)],
	"get_quarter_ending": [("2026-05-15",)],
	"get_year_start": [("2026-05-15",)],
	"get_year_ending": [("2026-05-15",)],
	"get_first_day_of_week": [("2026-05-15",)],
	"get_last_day_of_week": [("2026-05-15",)],
	"formatdate": [("2026-02-03",), (D(2026, 2, 3), "dd.MM.yyyy"), ("2026-02-03", "dd MMMM yyyy"), (None,)],
	"format_datetime": [("2026-02-03 14:05:06",), ("2026-02-03 14:05:06", "dd.MM.yyyy HH:mm")],
	"format_time": [("14:05:06",)],
	"format_duration": [(3661,), (90061,), (90061, True)],
	"duration_to_seconds": [("1d 2h 3m 4s",)],
	"to_timedelta": [("14:05:06",)],
	"get_timestamp": [("2026-02-03",)],
	"fmt_money": [(1234567.891, 2), (-1234.5, 2), (0, 2), (1234.5, 0), (None,), (1234567.891, 3)],
	"money_in_words": [(1234.5, "EUR"), (0, "EUR"), (100, "EUR")],
	"in_words": [(1234,), (0,), (1000001,)],
	"floor": [(2.7,), (-2.2,)],
	"ceil": [(2.2,), (-2.7,)],
	"remainder": [(10.5, 3, 2)],
	"safe_div": [(10, 4), (10, 0)],
	"round_based_on_smallest_currency_fraction": [(12.37, "EUR", 2)],
	"strip_html": [("<p>Hello <b>World</b></p>",), ("a < b",)],
	"strip": [("  a ",)],
	"escape_html": [('<a href="x">\'&</a>',), (None,)],
	"is_html": [("<p>x</p>",), ("plain",), ("a < b > c",)],
	"comma_and": [(["a", "b", "c"],), (["a"],), (["a", "b"], False)],
	"comma_or": [(["a", "b", "c"],), ([],)],
	"validate_email_address": [("a@b.co",), ("A Name <a@b.co>",), ("nonsense",), ("a@b.co, c@d.org",), ("",)],
	"split_emails": [("a@b.co, c@d.org",)],
	"validate_url": [("https://example.com/x",), ("ftp://example.com",), ("nonsense",)],
	"unique": [(["a", "b", "a"],)],
	"get_url_to_form": [("Contract Party", "A & B")],
	"get_link_to_form": [("Contract Party", "A & B"), ("Contract Party", "A", "Label")],
	"quoted": [("a b/c",)],
	"cast": [
		("Int", "12"),
		("Float", "1.5"),
		("Check", "1"),
		("Date", "2026-01-02"),
		("Currency", None),
		("Data", None),
	],
	"sbool": [("true",), ("False",), ("1",), ("x",)],
	"get_abbr": [("Nordwind Handels GmbH",), ("One",)],
	"pretty_date": [("",)],
	"compare": [
		(1, ">", 0),
		("a", "in", "a,b"),
		("2026-01-02", ">", "2026-01-01", "Date"),
		(None, "is", "not set"),
		("x", "is", "set"),
	],
	"md_to_html": [("# Title\n\n- a\n- b\n\n**bold**",)],
}


def _shown(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
	try:
		result = function(*arguments)
		return bool(result) if isinstance(result, re.Match) else result
	except Exception as error:
		return {"raises": type(error).__name__}


SETTINGS = {
	"date_format": "yyyy-mm-dd",
	"time_format": "HH:mm:ss",
	"number_format": "#,###.##",
	"float_precision": "3",
	"currency_precision": "",
	"rounding_method": "Banker's Rounding",
	"first_day_of_the_week": "Monday",
	"time_zone": "Europe/Berlin",
}

# v15 reads these as defaults, which saving System Settings keeps in step.
SEEN_AS_DEFAULTS = ("date_format", "time_format", "number_format")


@pytest.fixture(autouse=True)
def settings(engine: Any) -> Iterator[Callable[..., None]]:
	"""The same System Settings and Euro on both engines, for the length of a test. Call it to change some."""

	def choose(**values: Any) -> None:
		for fieldname, value in values.items():
			frappe.db.set_single_value("System Settings", fieldname, value)
			if fieldname in SEEN_AS_DEFAULTS and frappe.db.get_default(fieldname) != value:
				frappe.db.set_default(fieldname, value)
		_forget_settings()

	euro = {
		"fraction": "Cent",
		"fraction_units": 100,
		"smallest_currency_fraction_value": 0.01,
		"symbol": "€",
		"enabled": 1,
	}
	if frappe.db.exists("Currency", "EUR"):
		frappe.db.set_value("Currency", "EUR", euro)
	else:
		frappe.get_doc({"doctype": "Currency", "currency_name": "EUR", **euro}).insert()
	choose(**SETTINGS)
	with engine.config(host_name="https://contract.test:1234"):
		yield choose
	frappe.db.rollback()
	_forget_settings()


def _forget_settings() -> None:
	frappe.clear_document_cache("System Settings", "System Settings")
	frappe.clear_document_cache("Currency", "EUR")
	for name in ("system_settings", "user_date_format", "user_time_format"):
		if hasattr(frappe.local, name):
			delattr(frappe.local, name)
	frappe.db.value_cache.clear()


@pytest.mark.parametrize("method", ["Banker's Rounding", "Banker's Rounding (legacy)", "Commercial Rounding"])
def test_rounding(method: str, settings: Callable[..., None], golden: Any) -> None:
	settings(rounding_method=method)
	for value in (
		0.5,
		1.5,
		2.5,
		-0.5,
		-2.5,
		1.005,
		2.345,
		2.355,
		-2.345,
		12.345,
		0.285,
		1e9 + 0.005,
		4.35,
		1.115,
		-1.005,
	):
		for precision in (0, 1, 2, 3):
			golden(
				[frappe.utils.flt(value, precision), frappe.utils.rounded(value, precision)],
				f"{value} at {precision}",
			)


@pytest.mark.parametrize("name", [name for name, calls in CALLS.items() if calls])
def test_helper(name: str, golden: Any) -> None:
	function = getattr(frappe.utils, name)
	for arguments in CALLS[name]:
		golden(_shown(function, arguments), repr(arguments))


def test_scrub(golden: Any) -> None:
	for text in ("Sales Order", "O2C Run-Item", "a.b"):
		golden([frappe.scrub(text), frappe.unscrub(frappe.scrub(text))], text)


def test_as_json(golden: Any) -> None:
	value = {
		"b": 1,
		"a": [D(2026, 1, 2), T(2026, 1, 2, 3, 4, 5), datetime.timedelta(hours=25), 1.50, None, True],
	}
	golden(frappe.as_json(value))


@pytest.mark.parametrize(
	"number_format", ["#,###.##", "#.###,##", "# ###.##", "#'###.##", "#,##,###.##", "#,###", "#.###"]
)
def test_money_in_each_number_format(number_format: str, golden: Any) -> None:
	for amount in (1234567.891, -0.5, 100000000):
		golden(frappe.utils.fmt_money(amount, format=number_format), str(amount))
