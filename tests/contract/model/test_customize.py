"""Custom fields and property setters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_field, create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from tests.contract.model.tools import party

FIELDS = ["party_name", "email", "disabled", "credit_limit", "parent_party", "notes", "party_group"]


def fieldnames() -> list[str]:
	return [df.fieldname for df in frappe.get_meta("Contract Party").fields]


def add(doctype: str, **values: Any) -> Any:
	field = {"fieldname": "contract_extra", "label": "Extra", "fieldtype": "Data", "insert_after": "email"}
	return create_custom_field(doctype, {**field, **values})


def test_custom_field_is_a_field(customized: str) -> None:
	assert add(customized).name == "Contract Party-contract_extra"
	assert fieldnames() == ["party_name", "email", "contract_extra", *FIELDS[2:]]
	assert frappe.get_meta(customized).get_field("contract_extra").get("is_custom_field")
	doc = party(contract_extra="value")
	assert frappe.get_doc(customized, doc.name).contract_extra == "value"
	assert frappe.get_all(customized, filters={"contract_extra": "value"}, pluck="name") == [doc.name]


def test_custom_field_is_made_once(customized: str) -> None:
	add(customized)
	assert add(customized) is None
	with pytest.raises(frappe.ValidationError, match="already exists"):
		add(customized, fieldname="email")


@pytest.mark.parametrize(
	("insert_after", "position"),
	[(None, 0), ("append", -1), ("party_group", -1), ("nowhere", -1), ("party_name", 1)],
)
def test_position_of_a_custom_field(customized: str, insert_after: str | None, position: int) -> None:
	add(customized, insert_after=insert_after)
	assert fieldnames()[position] == "contract_extra"


@pytest.mark.parametrize(
	"values",
	[
		{"fieldname": "save"},
		{"fieldtype": "Link", "options": "No Such Type"},
		{"fieldtype": "Link"},
		{"reqd": 1, "hidden": 1},
	],
)
def test_custom_fields_that_are_refused(customized: str, values: dict[str, Any]) -> None:
	with pytest.raises(frappe.ValidationError):
		add(customized, **values)


def test_name_of_a_custom_field_from_its_label(customized: str) -> None:
	values = {"doctype": "Custom Field", "dt": customized, "fieldtype": "Data", "label": "My Field!"}
	assert frappe.get_doc(values).insert().fieldname == "custom_my_field"
	with pytest.raises(frappe.ValidationError, match="Label is mandatory"):
		frappe.get_doc({"doctype": "Custom Field", "dt": customized, "fieldtype": "Data"}).insert()


@pytest.mark.parametrize(
	("values", "default"),
	[
		({"default": "d"}, "d"),
		({"fieldtype": "Int", "default": "7"}, 7),
		({"fieldtype": "Check", "default": "1"}, 1),
	],
)
def test_default_of_a_custom_field(customized: str, values: dict[str, Any], default: Any) -> None:
	add(customized, **values)
	assert frappe.new_doc(customized).contract_extra == default


def test_many_custom_fields_at_once(customized: str) -> None:
	create_custom_fields(
		{
			customized: [
				{"fieldname": "contract_one", "label": "One", "fieldtype": "Data", "insert_after": "email"},
				{
					"fieldname": "contract_two",
					"label": "Two",
					"fieldtype": "Check",
					"insert_after": "contract_one",
				},
			],
			("Contract Node",): {"fieldname": "contract_three", "label": "Three", "fieldtype": "Data"},
		}
	)
	assert fieldnames()[2:4] == ["contract_one", "contract_two"]
	assert frappe.get_meta("Contract Node").has_field("contract_three")
	assert frappe.db.get_value("Custom Field", "Contract Party-contract_one", "owner") == "Administrator"
	create_custom_fields(
		{customized: [{"fieldname": "contract_one", "label": "Other", "fieldtype": "Small Text"}]}
	)
	assert frappe.get_meta(customized).get_label("contract_one") == "Other"
	create_custom_fields({customized: [{"fieldname": "contract_one", "label": "Third"}]}, update=False)
	assert frappe.get_meta(customized).get_label("contract_one") == "Other"


def test_values_outlive_their_field(customized: str) -> None:
	add(customized)
	doc = party(contract_extra="kept")
	frappe.delete_doc("Custom Field", "Contract Party-contract_extra")
	assert not frappe.get_meta(customized).has_field("contract_extra")
	assert "contract_extra" not in frappe.get_doc(customized, doc.name).as_dict()
	add(customized)
	assert frappe.db.get_value(customized, doc.name, "contract_extra") == "kept"


@pytest.mark.parametrize(
	("prop", "value", "kind", "check"),
	[
		("label", "Mail", "Data", lambda meta: meta.get_label("email") == "Mail"),
		("hidden", 1, "Check", lambda meta: meta.get_field("email").hidden == 1),
		("default", "x@y.test", "Text", lambda meta: meta.get_field("email").default == "x@y.test"),
	],
)
def test_property_setters(
	customized: str, prop: str, value: Any, kind: str, check: Callable[[Any], bool]
) -> None:
	setter = make_property_setter(customized, "email", prop, value, kind)
	assert setter.name == f"Contract Party-email-{prop}"
	assert check(frappe.get_meta(customized))
	frappe.delete_doc("Property Setter", setter.name)
	assert not check(frappe.get_meta(customized))


def test_property_setter_makes_a_field_mandatory(customized: str) -> None:
	make_property_setter(customized, "email", "reqd", 1, "Check")
	with pytest.raises(frappe.MandatoryError):
		party()


def test_property_setter_of_the_doctype(customized: str) -> None:
	make_property_setter(customized, None, "title_field", "email", "Data", for_doctype=True)
	assert frappe.get_meta(customized).get_title_field() == "email"
	assert party(email="a@b.test").get_title() == "a@b.test"
	with pytest.raises(frappe.ValidationError):
		make_property_setter(customized, None, "title_field", "nothing", "Data", for_doctype=True)


def test_property_setter_orders_fields(customized: str) -> None:
	make_property_setter(
		customized, None, "field_order", '["party_name", "notes", "email"]', "Data", for_doctype=True
	)
	assert fieldnames()[0] == "party_name"
	assert fieldnames().index("notes") < fieldnames().index("email")
	assert sorted(fieldnames()) == sorted(FIELDS)


def test_new_property_setter_replaces_the_old_one(customized: str) -> None:
	for label in ("First", "Second"):
		make_property_setter(customized, "email", "label", label, "Data")
	assert frappe.db.count("Property Setter", {"doc_type": customized}) == 1
	assert frappe.get_meta(customized).get_label("email") == "Second"


def test_frappe_make_property_setter(customized: str) -> None:
	frappe.make_property_setter({"doctype": customized, "fieldname": "email", "property": "bold", "value": 1})
	assert frappe.get_meta(customized).get_field("email").bold == 1
	assert frappe.db.get_value("Property Setter", "Contract Party-email-bold", "is_system_generated") == 1
