"""Which values a document takes, what becomes of them, and which it refuses."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.utils import nowdate

from tests.contract.model.conftest import NAME
from tests.contract.model.tools import new_order, order, party

Make = Callable[..., Any]


def stored(doc: Any, fieldname: str) -> Any:
	return frappe.get_doc(doc.doctype, doc.name).get(fieldname)


def test_defaults_of_a_new_document() -> None:
	doc = frappe.new_doc("Contract Order", remarks="given")
	assert doc.status == "Draft"
	assert doc.posting_date == nowdate()
	assert doc.naming_series == "CO-.YYYY.-.#####"
	assert doc.remarks == "given"
	assert doc.name is None and doc.docstatus == 0 and doc.owner == "Administrator"
	assert doc.items == []
	row = doc.append("items")
	assert row.qty is None
	doc.update({"party": party().name})
	row.item = "x"
	doc.insert()
	assert row.qty == 1


def test_new_doc_as_a_dict() -> None:
	values = frappe.new_doc("Contract Order", as_dict=True)
	assert isinstance(values, dict)
	assert values["status"] == "Draft" and values["__islocal"] == 1 and values["__unsaved"] == 1
	assert values["total"] in (None, 0)


def test_a_select_without_default_starts_with_its_first_option() -> None:
	assert frappe.new_doc("Contract Party").party_group == "Retail"


def test_insert_sets_defaults_only_where_there_is_no_value() -> None:
	doc = order(status="Open", posting_date=None)
	assert doc.status == "Open"
	assert doc.posting_date == nowdate()


@pytest.mark.parametrize(
	("value", "expected"),
	[("2024-1-5", datetime.date(2024, 1, 5)), ("2024-01-05 10:11:12", datetime.date(2024, 1, 5))],
)
def test_dates_keep_their_text_until_they_are_read_again(value: str, expected: datetime.date) -> None:
	doc = order(posting_date=value)
	assert doc.posting_date == value
	assert stored(doc, "posting_date") == expected


def test_an_empty_date_is_no_date(make_doctype: Make) -> None:
	make_doctype({"fieldname": "day", "fieldtype": "Date"})
	doc = frappe.get_doc({"doctype": NAME, "day": ""}).insert()
	assert stored(doc, "day") is None


@pytest.mark.parametrize("value", ["2024-13-45", "gestern"])
def test_what_is_no_date_is_refused(value: str) -> None:
	with pytest.raises(Exception, match="Incorrect date value"):
		order(posting_date=value)


@pytest.mark.parametrize(
	("value", "expected"), [("abc", 0), ("1,234.5", 1234.5), (None, 0), ("", 0), (1.12345678949, 1.123456789)]
)
def test_amounts_become_numbers(value: Any, expected: float) -> None:
	assert stored(party(credit_limit=value), "credit_limit") == pytest.approx(expected)


def test_amounts_that_are_too_large_are_refused() -> None:
	with pytest.raises(Exception, match="Out of range value"):
		party(credit_limit=1e15)


@pytest.mark.parametrize(("value", "expected"), [("1", 1), (True, 1), (7, 1), ("yes", 0), (None, 0), ("", 0)])
def test_checks_are_zero_or_one(value: Any, expected: int) -> None:
	assert stored(party(disabled=value), "disabled") == expected


def test_types_of_stored_values(make_doctype: Make) -> None:
	make_doctype(
		{"fieldname": "clock", "fieldtype": "Time"},
		{"fieldname": "moment", "fieldtype": "Datetime"},
		{"fieldname": "object", "fieldtype": "JSON"},
		{"fieldname": "stars", "fieldtype": "Rating"},
		{"fieldname": "count", "fieldtype": "Int"},
		{"fieldname": "share", "fieldtype": "Percent"},
		{"fieldname": "note", "fieldtype": "Text"},
	)
	doc = frappe.get_doc(
		{
			"doctype": NAME,
			"clock": "10:11:12",
			"moment": "2024-02-29 23:59:59.5",
			"object": {"x": [1]},
			"stars": 7,
			"count": "12abc",
			"share": "3.5",
			"note": 5,
		}
	).insert()
	doc = frappe.get_doc(NAME, doc.name)
	assert doc.clock == datetime.timedelta(hours=10, minutes=11, seconds=12)
	assert doc.moment == datetime.datetime(2024, 2, 29, 23, 59, 59, 500000)
	assert doc.object == '{"x":[1]}'
	assert doc.stars == 1
	assert doc.count == 0
	assert doc.share == 3.5
	assert doc.note == "5"


def test_password_is_kept_apart(make_doctype: Make) -> None:
	make_doctype({"fieldname": "secret", "fieldtype": "Password"})
	doc = frappe.get_doc({"doctype": NAME, "secret": "swordfish"}).insert()
	assert doc.secret == stored(doc, "secret") == "*" * 9
	assert doc.get_password("secret") == "swordfish"
	doc.save()
	assert frappe.get_doc(NAME, doc.name).get_password("secret") == "swordfish"
	doc.secret = ""
	doc.save()
	assert doc.get_password("secret", raise_exception=False) is None


def test_lists_and_dicts_are_no_values() -> None:
	with pytest.raises(frappe.ValidationError, match="cannot be a list"):
		party(notes=["a"])
	with pytest.raises(TypeError):
		party(notes={"a": 1})


def test_options_of_a_select() -> None:
	assert party(party_group=" Wholesale ").party_group == "Wholesale"
	assert party("Contract Second", party_group="").party_group == ""
	with pytest.raises(frappe.ValidationError, match="It should be one of"):
		party("Contract Third", party_group="Nobility")


@pytest.mark.parametrize("email", ["nope", "a@b.test, nope", "a b@c.test"])
def test_invalid_email_addresses(email: str) -> None:
	with pytest.raises(frappe.InvalidEmailAddressError):
		party(email=email)


def test_several_email_addresses() -> None:
	assert party(email="a@b.test, c@d.test").email == "a@b.test, c@d.test"


@pytest.mark.parametrize(
	("options", "value", "error"),
	[
		("URL", "nope", frappe.ValidationError),
		("Phone", "nope", frappe.InvalidPhoneNumberError),
		("Name", "#!", frappe.InvalidNameError),
	],
)
def test_data_fields_with_options(
	make_doctype: Make, options: str, value: str, error: type[Exception]
) -> None:
	make_doctype({"fieldname": "value", "options": options})
	frappe.get_doc({"doctype": NAME, "value": ""}).insert()
	with pytest.raises(error):
		frappe.get_doc({"doctype": NAME, "value": value}).insert()


def test_texts_that_are_too_long() -> None:
	with pytest.raises(frappe.CharacterLengthExceededError):
		party(email="a" * 140 + "@b.test")
	assert party(notes="a" * 1000).notes == "a" * 1000


def test_limits_of_a_field(make_doctype: Make) -> None:
	make_doctype({"fieldname": "short", "length": 5}, {"fieldname": "count", "fieldtype": "Int"})
	frappe.get_doc({"doctype": NAME, "short": "12345", "count": 2**31 - 1}).insert()
	with pytest.raises(frappe.CharacterLengthExceededError):
		frappe.get_doc({"doctype": NAME, "short": "123456"}).insert()
	with pytest.raises(frappe.CharacterLengthExceededError):
		frappe.get_doc({"doctype": NAME, "count": 2**31}).insert()


def test_non_negative_fields() -> None:
	with pytest.raises(frappe.NonNegativeError):
		order(items=[{"item": "x", "qty": -1}])


def test_mandatory_fields_are_all_named() -> None:
	doc = frappe.get_doc({"doctype": "Contract Order", "items": [{"qty": 1}]})
	with pytest.raises(frappe.MandatoryError) as caught:
		doc.insert()
	assert str(caught.value).endswith(": party, item")


@pytest.mark.parametrize("blank", ["", "   ", None])
def test_blank_is_no_value_for_a_mandatory_field(blank: str | None) -> None:
	with pytest.raises(frappe.MandatoryError):
		order(items=[{"item": blank}])


def test_ignore_mandatory() -> None:
	doc = frappe.get_doc({"doctype": "Contract Order"})
	doc.insert(ignore_mandatory=True)
	assert frappe.db.exists("Contract Order", doc.name)
	doc.flags.ignore_mandatory = False
	with pytest.raises(frappe.MandatoryError):
		doc.save()


def test_conditions_of_mandatory_fields_are_the_forms_business() -> None:
	assert order(status="Closed", reason=None).status == "Closed"


def test_scripts_are_taken_out_of_texts() -> None:
	doc = party(notes="<script>alert(1)</script><b onclick='x()'>hi</b>")
	assert "<script" not in doc.notes and "onclick" not in doc.notes
	assert "<b>hi</b>" in doc.notes
	assert "<script" not in stored(doc, "notes")


def test_texts_without_markup_stay_as_they_are() -> None:
	text = "1 < 2 and 3 > 2 & more"
	assert party(notes=text).notes == text


def test_code_is_not_sanitised_and_may_ignore_the_filter(make_doctype: Make) -> None:
	make_doctype(
		{"fieldname": "code", "fieldtype": "Code"},
		{"fieldname": "raw", "fieldtype": "Text", "ignore_xss_filter": 1},
	)
	script = "<script>alert(1)</script>"
	doc = frappe.get_doc({"doctype": NAME, "code": script, "raw": script}).insert()
	assert doc.code == doc.raw == script


def test_python_code_must_compile(make_doctype: Make) -> None:
	make_doctype({"fieldname": "code", "fieldtype": "Code", "options": "Python"})
	frappe.get_doc({"doctype": NAME, "code": "x = 1"}).insert()
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc({"doctype": NAME, "code": "def x(:"}).insert()


def test_unique_values(make_doctype: Make) -> None:
	make_doctype({"fieldname": "code", "unique": 1})
	frappe.get_doc({"doctype": NAME, "code": "A1"}).insert()
	with pytest.raises(frappe.UniqueValidationError):
		frappe.get_doc({"doctype": NAME, "code": "a1"}).insert()


def test_blank_is_no_value_for_a_unique_field(make_doctype: Make) -> None:
	make_doctype({"fieldname": "code", "unique": 1})
	for blank in ("", " ", None):
		doc = frappe.get_doc({"doctype": NAME, "code": blank}).insert()
		assert stored(doc, "code") is None


def test_set_only_once(make_doctype: Make) -> None:
	make_doctype(
		{"fieldname": "code", "set_only_once": 1},
		{"fieldname": "day", "fieldtype": "Date", "set_only_once": 1},
	)
	doc = frappe.get_doc({"doctype": NAME, "code": "A", "day": "2026-01-01"}).insert()
	doc.day = "2026-01-01"
	doc.save()
	doc.code = "B"
	with pytest.raises(frappe.CannotChangeConstantError):
		doc.save()


def test_title_is_composed(make_doctype: Make) -> None:
	make_doctype({"fieldname": "title", "default": "{code} made"}, {"fieldname": "code"}, title_field="title")
	assert frappe.get_doc({"doctype": NAME, "code": "A"}).insert().title == "A made"


def test_virtual_field_shows_what_its_expression_says(make_doctype: Make) -> None:
	make_doctype({"fieldname": "code"}, {"fieldname": "loud", "is_virtual": 1, "options": "doc.code + '!'"})
	doc = frappe.get_doc({"doctype": NAME, "code": "A"}).insert()
	assert frappe.get_doc(NAME, doc.name).as_dict()["loud"] == "A!"


def test_unknown_fields_are_kept_in_memory_only() -> None:
	doc = party(never_heard_of="x")
	assert doc.never_heard_of == "x"
	assert "never_heard_of" not in doc.as_dict()
	assert stored(doc, "never_heard_of") is None


@pytest.mark.parametrize(
	"attempt", [lambda: frappe.get_doc("No Such Type", "x"), lambda: frappe.new_doc("No Such Type")]
)
def test_documents_of_an_unknown_doctype(attempt: Callable[[], Any]) -> None:
	with pytest.raises(ImportError):
		attempt()


def test_missing_document() -> None:
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_doc("Contract Party", "Contract Nobody")


def test_get_doc_by_conditions() -> None:
	party(email="find@me.test")
	assert frappe.get_doc("Contract Party", {"email": "find@me.test"}).name == "Contract Müller"


def test_get_doc_returns_documents_as_they_are() -> None:
	doc = new_order()
	assert frappe.get_doc(doc) is doc


def test_attributes_and_get() -> None:
	doc = party()
	assert doc.get("nothing") is None
	assert doc.get("nothing", "default") == "default"
	with pytest.raises(AttributeError):
		_ = doc.nothing


def test_as_dict_and_its_shapes() -> None:
	doc = frappe.get_doc("Contract Order", order(rows=1).name)
	values = doc.as_dict()
	assert list(values)[:7] == ["name", "owner", "creation", "modified", "modified_by", "docstatus", "idx"]
	assert values["doctype"] == "Contract Order"
	row = values["items"][0]
	assert (row["parent"], row["parentfield"], row["parenttype"]) == (doc.name, "items", "Contract Order")
	assert values["posting_date"] == doc.posting_date and isinstance(values["creation"], datetime.datetime)
	assert isinstance(doc.as_dict(convert_dates_to_str=True)["creation"], str)
	assert None not in doc.as_dict(no_nulls=True).values()
	assert "name" not in doc.as_dict(no_default_fields=True)
	assert "parent" not in doc.as_dict(no_child_table_fields=True)["items"][0]
	assert '"doctype": "Contract Order"' in doc.as_json()


def test_precision_of_numbers() -> None:
	doc = order()
	assert doc.precision("qty", "items") == 3
	assert doc.precision("total") == 2
	assert doc.precision("party") is None
	assert doc.items[0].precision("rate") == 2
	doc.total = 1.23456
	doc.round_floats_in(doc)
	assert doc.total == 1.23


def test_checks_for_controllers() -> None:
	doc = party(credit_limit=5)
	doc.validate_value("credit_limit", "<", 6)
	with pytest.raises(frappe.ValidationError):
		doc.validate_value("credit_limit", "<", 3)
	with pytest.raises(frappe.EmptyTableError):
		order(rows=0).validate_table_has_rows("items")


def test_onload_goes_along() -> None:
	doc = party()
	doc.set_onload("answer", 42)
	assert doc.get_onload("answer") == 42
	assert doc.as_dict()["__onload"] == {"answer": 42}
