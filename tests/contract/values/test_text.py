"""Strings, addresses, names, joined lists, JSON."""

from __future__ import annotations

import datetime
import decimal
import json
from typing import Any

import frappe
import pytest
from frappe.utils import (
	comma_and,
	comma_or,
	create_batch,
	escape_html,
	extract_email_id,
	filter_strip_join,
	get_abbr,
	get_formatted_email,
	get_fullname,
	is_html,
	is_image,
	parse_addr,
	random_string,
	safe_json_loads,
	sanitize_email,
	split_emails,
	strip,
	strip_html,
	unique,
	validate_email_address,
	validate_name,
	validate_phone_number,
)
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

quick = hypothesis_settings(
	max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("a@b.co", "a@b.co"),
		("Foo Bar <foo@bar.com>", "foo@bar.com"),
		("a@b.co, c@d.org", "a@b.co, c@d.org"),
		("a@b.co, nonsense", "a@b.co"),
		("foo@bar", ""),
		("a b@c.com", ""),
		("undisclosed-recipients:;", ""),
		("", ""),
		(None, ""),
	],
)
def test_validate_email_address(text: Any, expected: str) -> None:
	assert validate_email_address(text) == expected


def test_an_invalid_address_may_be_an_error() -> None:
	with pytest.raises(frappe.InvalidEmailAddressError, match="is not a valid Email Address"):
		validate_email_address("foo@bar", throw=True)


def test_parts_of_addresses() -> None:
	assert parse_addr("Foo Bar <foo@bar.com>") == ("Foo Bar", "foo@bar.com")
	assert parse_addr("foo@bar.com") == ("foo@bar.com", "foo@bar.com")
	assert extract_email_id("Foo <foo@bar.com>") == "foo@bar.com"
	assert split_emails('"Last, First" <x@y.zz>, z@q.io\nk@l.mn') == [
		'"Last, First" <x@y.zz>',
		"z@q.io k@l.mn",
	]
	assert sanitize_email("Foo <foo@bar.com>, nonsense") == "Foo <foo@bar.com>"


def test_phone_numbers_and_names() -> None:
	assert validate_phone_number("+49 (123) 456-78")
	assert not validate_phone_number("call me")
	assert not validate_phone_number(None)
	with pytest.raises(frappe.InvalidPhoneNumberError):
		validate_phone_number("call me", throw=True)
	assert validate_name("John O'Neil-Smith")
	assert not validate_name("John!")
	with pytest.raises(frappe.InvalidNameError):
		validate_name("John!", throw=True)


def test_names_of_users() -> None:
	assert get_fullname("clerk@contract.test") == "Clerk"
	assert get_fullname("nobody@contract.test") == "nobody@contract.test"
	assert get_formatted_email("clerk@contract.test") == "Clerk <clerk@contract.test>"


def test_markup() -> None:
	assert escape_html("<b a='1' c=\"2\">&</b>") == "&lt;b a=&apos;1&apos; c=&quot;2&quot;&gt;&amp;&lt;/b&gt;"
	assert escape_html(5) == 5
	assert strip_html("<p>a<!-- b --> <b>c</b></p>") == "a c"
	assert bool(is_html("a <b>c</b>")) is True
	assert not is_html("a < b")
	assert not is_html(5)
	assert frappe.bold("x") == "<strong>x</strong>"


@pytest.mark.parametrize(
	("items", "expected"),
	[
		(["a"], "a"),
		(["a", "b"], "'a' and 'b'"),
		(("a", "b", 3), "'a', 'b' and '3'"),
		([], ""),
		("text", "text"),
		(None, None),
	],
)
def test_comma_and(items: Any, expected: Any) -> None:
	assert comma_and(items) == expected


def test_comma_or_and_quotes() -> None:
	assert comma_or(["a", "b"]) == "'a' or 'b'"
	assert comma_and(["a", "b"], add_quotes=False) == "a and b"


def test_small_ones() -> None:
	assert strip("\ufeff a\u200b ") == "a"
	assert unique([3, 1, 3, 2]) == [3, 1, 2]
	assert filter_strip_join([" a ", None, "", "b"], "-") == "a-b"
	assert get_abbr("Nordwind Handels GmbH") == "NH"
	assert get_abbr("", 2) == "?"
	assert is_image("/files/a.JPG?x=1")
	assert not is_image("/files/a.pdf")
	assert list(create_batch([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]


def test_scrub() -> None:
	assert frappe.scrub("Sales Order-Item") == "sales_order_item"
	assert frappe.unscrub("sales_order-item") == "Sales Order Item"


@quick
@given(strategies.integers(1, 80))
def test_random_texts_have_the_length_asked_for(length: int) -> None:
	assert len(frappe.generate_hash(length=length)) == length
	assert len(random_string(length)) == length


def test_random_texts_differ() -> None:
	assert len({frappe.generate_hash() for _n in range(50)}) == 50
	assert len(frappe.generate_hash()) == 56
	assert frappe.generate_hash("same", 10) != frappe.generate_hash("same", 10)


def test_as_json() -> None:
	value = {
		"b": datetime.date(2026, 1, 2),
		"a": [datetime.datetime(2026, 1, 2, 3, 4), datetime.timedelta(hours=30), decimal.Decimal("1.5"), {1}],
		"c": None,
	}
	assert frappe.as_json(value, indent=None) == (
		'{"a": ["2026-01-02 03:04:00","30:00:00",1.5,[1]],"b": "2026-01-02","c": null}'
	)
	assert frappe.as_json({"ä": 1}, indent=None) == '{"\\u00e4": 1}'
	assert frappe.as_json({2: "b", 1: "a"}) == '{\n "1": "a",\n "2": "b"\n}'


def test_parse_json() -> None:
	assert frappe.parse_json('{"a": 1}').a == 1
	assert frappe.parse_json("[1]") == [1]
	assert frappe.parse_json({"a": 1}).a == 1
	assert safe_json_loads("nonsense") == "nonsense"
	assert safe_json_loads("[1]", "x") == [[1], "x"]


@quick
@given(
	strategies.dictionaries(strategies.text(max_size=5), strategies.integers() | strategies.text(max_size=5))
)
def test_json_comes_back_as_it_went(value: dict[str, Any]) -> None:
	assert frappe.parse_json(frappe.as_json(value)) == value
	assert json.loads(frappe.as_json(value)) == value
