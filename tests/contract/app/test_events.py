"""O2C Event and the case that documents share."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from frappe.utils import now_datetime
from o2c_extensions.common import casebook


def event(case: str = "CASE-1", stage: str = "Order", what: str = "Submitted", **more: object) -> str:
	return casebook.record_event(case, stage, what, "ToDo", "TODO-1", **more)  # type: ignore[arg-type]


def test_what_is_recorded() -> None:
	before = now_datetime()
	doc = frappe.get_doc("O2C Event", event(details={"total": Decimal("119.00")}))
	assert (doc.o2c_case, doc.stage, doc.event) == ("CASE-1", "Order", "Submitted")
	assert (doc.actor, doc.reference_doctype, doc.reference_name) == ("Administrator", "ToDo", "TODO-1")
	assert json.loads(doc.details) == {"total": "119.00"}
	assert before <= frappe.utils.get_datetime(doc.event_time) <= now_datetime()


def test_an_event_may_be_told_later() -> None:
	yesterday = now_datetime() - timedelta(days=1)
	doc = frappe.get_doc("O2C Event", event(at=yesterday))
	assert frappe.utils.get_datetime(doc.event_time) == yesterday


@pytest.mark.parametrize("stage", casebook.STAGES)
def test_stages(stage: str) -> None:
	assert frappe.db.get_value("O2C Event", event(stage=stage), "stage") == stage


def test_the_field_knows_the_stages_in_order() -> None:
	assert tuple(frappe.get_meta("O2C Event").get_field("stage").options.split("\n")) == casebook.STAGES


@pytest.mark.parametrize("stage", ["", "Dreaming"])
def test_an_unknown_stage_is_refused(stage: str) -> None:
	with pytest.raises(frappe.ValidationError):
		event(stage=stage)


def test_an_event_needs_a_case() -> None:
	with pytest.raises(frappe.MandatoryError):
		event(case="")


def test_nobody_changes_or_makes_an_event() -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "o2c"}).insert()
	doc = frappe.get_doc("O2C Event", casebook.record_event("CASE-1", "Order", "Seen", "ToDo", todo.name))
	doc.event = "Other"
	with pytest.raises(frappe.PermissionError):
		doc.save()
	with pytest.raises(frappe.PermissionError):
		doc.db_set("event", "Other")
	with pytest.raises(frappe.PermissionError):
		doc.delete()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "O2C Event", "o2c_case": "x", "stage": "Order", "event": "x"}).insert()


def test_an_event_does_not_keep_its_document_from_being_deleted() -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "o2c"}).insert()
	casebook.record_event("CASE-1", "Order", "Seen", "ToDo", todo.name)
	frappe.delete_doc("ToDo", todo.name)
	assert frappe.db.exists("O2C Event", {"reference_name": todo.name})


def test_the_real_actor_is_recorded(user: Callable[..., str]) -> None:
	frappe.set_user(user("o2c-nobody@example.com"))
	assert frappe.db.get_value("O2C Event", event(), ["actor", "owner"]) == (
		"o2c-nobody@example.com",
		"o2c-nobody@example.com",
	)


def test_a_new_document_joins_the_case_of_its_source() -> None:
	doc = frappe.new_doc("O2C Event")
	assert casebook.join_case(doc, "CASE-7") == doc.o2c_case == "CASE-7"
	assert casebook.join_case(doc, "CASE-8") == "CASE-7"


def test_documents_carry_their_case() -> None:
	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("no Sales Order on this engine")
	from o2c_extensions.setup.custom_fields import CASE_DOCUMENTS

	for doctype in CASE_DOCUMENTS:
		field = frappe.get_meta(doctype).get_field("o2c_case")
		assert (field.fieldtype, field.read_only, field.no_copy, field.search_index) == ("Data", 1, 1, 1)
		assert frappe.db.has_column(doctype, "o2c_case")
