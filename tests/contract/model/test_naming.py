"""How documents get their names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.model.naming import (
	InvalidNamingSeriesError,
	NamingSeries,
	append_number_if_name_exists,
	determine_consecutive_week_number,
	get_default_naming_series,
	getseries,
	make_autoname,
	parse_naming_series,
	revert_series_if_last,
)
from frappe.utils import get_datetime, nowdate

from tests.contract.model.conftest import NAME
from tests.contract.model.tools import order, party

Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_rules() -> Any:
	yield
	frappe.cache.delete_value("document_naming_rule_map")


def today() -> tuple[str, str, str]:
	year, month, day = nowdate().split("-")
	return year, month, day


def temporary(**values: Any) -> Any:
	return frappe.get_doc({"doctype": NAME, **values}).insert()


def test_series_counts_and_starts_anew_for_each_prefix() -> None:
	assert [make_autoname("CNT-.###") for _ in range(3)] == ["CNT-001", "CNT-002", "CNT-003"]
	assert make_autoname("CNTX-.####") == "CNTX-0001"
	assert getseries("CNT-", 2) == "04"
	assert make_autoname("CNTY-") == "CNTY-00001"


def test_parts_of_a_series() -> None:
	year, month, day = today()
	assert make_autoname("CNT-.YYYY.-.MM.-.DD.-.##") == f"CNT-{year}-{month}-{day}-01"
	assert make_autoname("CNT.YY.##") == f"CNT{year[2:]}01"
	doc = frappe._dict(town="Ulm", empty=None)
	week = determine_consecutive_week_number(get_datetime(nowdate()))
	assert parse_naming_series("A-.WW.-.{town}.-.town", doc=doc) == f"A-{week}-Ulm-Ulm"
	assert parse_naming_series("A.empty.B", doc=doc) == "AB"
	assert (
		parse_naming_series(["A", "#", "#"], number_generator=lambda prefix, digits: f"<{prefix}{digits}>")
		== "A<A1>"
	)


@pytest.mark.parametrize("series", ["CNT*-.##", "CNT##"])
def test_series_that_are_none(series: str) -> None:
	with pytest.raises(InvalidNamingSeriesError):
		make_autoname(series)


def test_naming_series_object() -> None:
	year, _month, _day = today()
	series = NamingSeries("CNS-.YYYY.-.####")
	assert series.get_prefix() == f"CNS-{year}-"
	assert series.get_current_value() == 0
	assert series.get_preview() == [f"CNS-{year}-000{n}" for n in (1, 2, 3)]
	series.update_counter(41)
	assert series.get_current_value() == 41
	assert make_autoname("CNS-.YYYY.-.####") == f"CNS-{year}-0042"


def test_series_is_reverted_by_its_last_name_only() -> None:
	for _ in range(2):
		make_autoname("CNR-.###")
	revert_series_if_last("CNR-.###", "CNR-001")
	assert NamingSeries("CNR-.###").get_current_value() == 2
	revert_series_if_last("CNR-.###", "CNR-002")
	assert NamingSeries("CNR-.###").get_current_value() == 1


def test_hash_names() -> None:
	names = {make_autoname("hash") for _ in range(50)}
	assert len(names) == 50
	assert all(re.fullmatch("[0-9a-v]{10}", name) for name in names)


def test_naming_series_field() -> None:
	year, _month, _day = today()
	first, second = order(), order()
	assert re.fullmatch(f"CO-{year}-\\d{{5}}", first.name)
	assert int(second.name[-5:]) == int(first.name[-5:]) + 1
	assert get_default_naming_series("Contract Order") == "CO-.YYYY.-.#####"
	assert order(naming_series="CO-Z-.##").name == "CO-Z-01"


def test_deleting_the_last_document_gives_its_number_back() -> None:
	doc = order()
	doc.delete()
	assert order().name == doc.name


def test_name_of_a_field() -> None:
	assert party("  Contract Padded  ").name == "Contract Padded"
	with pytest.raises(frappe.ValidationError, match="is required"):
		party("  ")


@pytest.mark.parametrize("name", ["Contract Party", "New Contract Party 1", "a<b", "x>y"])
def test_forbidden_names(name: str) -> None:
	with pytest.raises(frappe.NameError):
		party(name)


def test_given_names() -> None:
	party()
	doc = frappe.get_doc({"doctype": "Contract Order", "party": "Contract Müller"})
	assert doc.insert(set_name=" Contract Given ").name == "Contract Given"
	ignored = frappe.get_doc(
		{"doctype": "Contract Order", "party": "Contract Müller", "name": "Contract Ignored"}
	)
	assert ignored.insert().name != "Contract Ignored"


def test_prompt(make_doctype: Make) -> None:
	make_doctype({"fieldname": "code"}, autoname="prompt")
	assert temporary(name="Contract Given").name == "Contract Given"
	assert temporary(__newname=" Contract New ").name == "Contract New"
	with pytest.raises(frappe.ValidationError, match="Please set the document name"):
		temporary()


def test_format(make_doctype: Make) -> None:
	year, _month, _day = today()
	make_doctype({"fieldname": "code"}, autoname="format:CF-{code}-{YYYY}-{##}")
	assert [temporary(code="q").name for _ in range(2)] == [f"CF-q-{year}-01", f"CF-q-{year}-02"]


def test_expression(make_doctype: Make) -> None:
	year, _month, _day = today()
	make_doctype({"fieldname": "code"}, autoname="CEXP-.YY.-.###")
	assert temporary().name == f"CEXP-{year[2:]}-001"


def test_autoincrement(make_doctype: Make) -> None:
	make_doctype({"fieldname": "code"}, autoname="autoincrement")
	first, second = temporary(), temporary()
	assert isinstance(first.name, int) and second.name == first.name + 1
	assert frappe.get_doc(NAME, second.name).name == second.name
	assert frappe.get_doc(NAME, str(second.name)).name == second.name
	second.code = "changed"
	second.save()
	assert frappe.get_all(NAME, pluck="name", order_by="name") == [first.name, second.name]


def test_numbers_for_names_that_exist() -> None:
	party("Contract N")
	assert append_number_if_name_exists("Contract Party", "Contract N") == "Contract N-1"
	party("Contract N-9")
	assert append_number_if_name_exists("Contract Party", "Contract N") == "Contract N-10"
	assert append_number_if_name_exists("Contract Party", "Contract Free") == "Contract Free"


def rule(**values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Document Naming Rule",
			"document_type": "Contract Order",
			"prefix": "DNR-.YYYY.-",
			"prefix_digits": 3,
			**values,
		}
	).insert()


def test_naming_rule() -> None:
	year, _month, _day = today()
	rule()
	assert [order().name for _ in range(2)] == [f"DNR-{year}-001", f"DNR-{year}-002"]


def test_naming_rule_with_conditions() -> None:
	year, _month, _day = today()
	rule(conditions=[{"field": "status", "condition": "=", "value": "Open"}])
	assert order().name.startswith("CO-")
	assert order(status="Open").name == f"DNR-{year}-001"


def test_naming_rules_by_priority() -> None:
	rule(priority=1)
	rule(priority=2, prefix="HIGH-")
	assert order().name == "HIGH-001"


def test_naming_rule_must_name_a_field() -> None:
	with pytest.raises(frappe.ValidationError):
		rule(conditions=[{"field": "nothing", "condition": "=", "value": "1"}])
