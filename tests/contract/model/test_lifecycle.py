"""What is called when a document is inserted, saved, submitted, cancelled and deleted, and what may be done when."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import now_datetime

from tests.contract.model.tools import listen, new_order, order, party


def test_methods_are_called_in_order_on_insert() -> None:
	doc = new_order()
	called = listen(doc)
	doc.insert()
	assert called == [
		"before_insert",
		"before_naming",
		"autoname",
		"before_validate",
		"validate",
		"before_save",
		"after_insert",
		"on_update",
		"on_change",
	]


def test_methods_are_called_in_order_on_save() -> None:
	doc = order()
	called = listen(doc)
	doc.save()
	assert called == ["before_validate", "validate", "before_save", "on_update", "on_change"]


def test_methods_are_called_in_order_from_submission_to_cancellation() -> None:
	doc = order()
	called = listen(doc)
	doc.submit()
	assert called == ["before_validate", "validate", "before_submit", "on_update", "on_submit", "on_change"]
	called.clear()
	doc.save()
	assert called == ["before_update_after_submit", "on_update_after_submit", "on_change"]
	called.clear()
	doc.cancel()
	assert called == ["before_cancel", "on_cancel", "on_change"]


def test_a_document_may_be_inserted_submitted() -> None:
	doc = new_order(docstatus=1)
	called = listen(doc)
	doc.insert()
	assert [event for event in called if event not in ("before_naming", "autoname")] == [
		"before_insert",
		"before_validate",
		"validate",
		"before_submit",
		"after_insert",
		"on_update",
		"on_submit",
		"on_change",
	]
	assert frappe.db.get_value("Contract Order", doc.name, "docstatus") == 1
	assert {row.docstatus for row in doc.items} == {1}


def test_ignore_validate_leaves_out_validate_but_not_before_validate() -> None:
	doc = new_order()
	called = listen(doc)
	doc.flags.ignore_validate = True
	doc.insert()
	assert "before_validate" in called
	assert "validate" not in called and "before_save" not in called
	assert "on_update" in called


def test_the_row_is_there_when_on_update_is_called() -> None:
	doc = new_order()
	seen = []
	doc.__dict__["before_save"] = lambda: seen.append(frappe.db.exists("Contract Order", doc.name))
	doc.__dict__["after_insert"] = lambda: seen.append(frappe.db.exists("Contract Order", doc.name))
	doc.insert()
	assert seen == [None, doc.name]


def test_methods_that_return_dicts_are_merged_others_replace() -> None:
	doc = order()
	doc.__dict__["answer"] = lambda: {"a": 1}
	assert doc.run_method("answer") == {"a": 1}
	doc.__dict__["answer"] = lambda: "text"
	assert doc.run_method("answer") == "text"
	assert doc.run_method("no_such_method") is None


def test_new_document_knows_that_it_is_new() -> None:
	doc = new_order()
	assert not doc.is_new()
	doc = frappe.new_doc("Contract Order")
	assert doc.is_new()
	states = []
	doc.update({"party": party().name, "items": [{"item": "x"}]})
	doc.__dict__["validate"] = lambda: states.append(bool(doc.is_new()))
	doc.__dict__["on_update"] = lambda: states.append(bool(doc.is_new()))
	doc.insert()
	assert states == [True, False]
	assert not doc.is_new()


def test_owner_and_times_are_set_for_the_document_and_its_rows() -> None:
	frappe.set_user("clerk@contract.test")
	doc = order(party_name=_party_of_administrator())
	assert doc.owner == doc.modified_by == "clerk@contract.test"
	assert doc.creation == doc.modified
	assert {row.owner for row in doc.items} == {"clerk@contract.test"}
	stored = frappe.get_doc("Contract Order", doc.name)
	assert stored.creation == stored.modified
	assert (now_datetime() - stored.creation).total_seconds() < 60


def _party_of_administrator() -> str:
	user = frappe.session.user
	frappe.set_user("Administrator")
	name = party().name
	frappe.set_user(user)
	return str(name)


def test_modified_changes_on_save_but_creation_and_owner_do_not() -> None:
	doc = order()
	before = frappe.db.get_value("Contract Order", doc.name, ["creation", "modified", "owner"], as_dict=True)
	doc.remarks = "later"
	doc.save()
	after = frappe.db.get_value("Contract Order", doc.name, ["creation", "modified", "owner"], as_dict=True)
	assert after.creation == before.creation and after.owner == before.owner
	assert after.modified > before.modified


@pytest.mark.parametrize(
	("fieldname", "value"), [("owner", "clerk@contract.test"), ("creation", "2020-01-01")]
)
def test_owner_and_creation_cannot_be_changed(fieldname: str, value: str) -> None:
	doc = order()
	doc.set(fieldname, value)
	with pytest.raises(frappe.CannotChangeConstantError):
		doc.save()


def test_saving_an_old_copy_is_refused() -> None:
	doc = order()
	old = frappe.get_doc("Contract Order", doc.name)
	doc.remarks = "first"
	doc.save()
	old.remarks = "second"
	with pytest.raises(frappe.TimestampMismatchError):
		old.save()
	assert frappe.db.get_value("Contract Order", doc.name, "remarks") == "first"


def test_saving_a_document_that_is_gone_is_refused() -> None:
	doc = order()
	doc.delete()
	with pytest.raises(frappe.DoesNotExistError):
		doc.save()


def test_inserting_a_document_twice_makes_two() -> None:
	doc = order()
	first = doc.name
	again = frappe.copy_doc(doc)
	again.insert()
	assert again.name != first
	assert frappe.db.count("Contract Order", {"name": ("in", [first, again.name])}) == 2


def test_taken_name_is_a_duplicate_entry() -> None:
	party("Contract Twice")
	with pytest.raises(frappe.DuplicateEntryError):
		party("Contract Twice")


def test_taken_name_in_another_case_is_a_duplicate_too() -> None:
	party("Contract Case")
	with pytest.raises(frappe.DuplicateEntryError):
		party("CONTRACT CASE")


def test_ignore_if_duplicate_keeps_what_is_there() -> None:
	party("Contract Twice", notes="first")
	doc = frappe.get_doc({"doctype": "Contract Party", "party_name": "Contract Twice", "notes": "second"})
	doc.insert(ignore_if_duplicate=True)
	assert frappe.db.get_value("Contract Party", "Contract Twice", "notes") == "first"


def test_has_value_changed_compares_with_what_is_stored() -> None:
	doc = order(posting_date="2026-01-15")
	seen = {}
	doc.reload()
	doc.status = "Open"
	doc.posting_date = "2026-01-15"

	def look() -> None:
		for fieldname in ("status", "posting_date", "party"):
			seen[fieldname] = doc.has_value_changed(fieldname)
		seen["before"] = doc.get_doc_before_save().status

	doc.__dict__["validate"] = look
	doc.save()
	assert seen == {"status": True, "posting_date": False, "party": False, "before": "Draft"}


def test_everything_has_changed_in_a_new_document() -> None:
	doc = new_order()
	seen = []
	doc.__dict__["validate"] = lambda: seen.append(
		(doc.has_value_changed("remarks"), doc.get_doc_before_save())
	)
	doc.insert()
	assert seen == [(True, None)]


def test_db_set_writes_at_once_and_calls_on_change_only() -> None:
	doc = order()
	called = listen(doc)
	modified = frappe.db.get_value("Contract Order", doc.name, "modified")
	doc.db_set("remarks", "written")
	assert called == ["before_change", "on_change"]
	stored = frappe.db.get_value("Contract Order", doc.name, ["remarks", "modified"], as_dict=True)
	assert stored.remarks == doc.remarks == "written"
	assert stored.modified > modified


def test_db_set_takes_a_dict_and_can_keep_the_time() -> None:
	doc = order()
	modified = frappe.db.get_value("Contract Order", doc.name, "modified")
	doc.db_set({"remarks": "a", "status": "Open"}, update_modified=False)
	stored = frappe.db.get_value("Contract Order", doc.name, ["remarks", "status", "modified"], as_dict=True)
	assert (stored.remarks, stored.status, stored.modified) == ("a", "Open", modified)


def test_db_get_reads_what_is_stored() -> None:
	doc = order()
	doc.remarks = "only here"
	assert doc.db_get("remarks") is None


def test_reload_forgets_what_was_not_saved() -> None:
	doc = order(rows=2)
	doc.remarks = "not saved"
	doc.items[0].qty = 99
	doc.append("items", {"item": "not saved"})
	doc.reload()
	assert doc.remarks is None
	assert [row.qty for row in doc.items] == [1, 2]


def test_get_doc_for_update_reads_the_same_document() -> None:
	doc = order()
	assert frappe.get_doc("Contract Order", doc.name, for_update=True).name == doc.name


def test_print_flag_keeps_a_document_from_being_saved() -> None:
	doc = order()
	doc.flags.in_print = True
	doc.remarks = "no"
	doc.save()
	assert frappe.db.get_value("Contract Order", doc.name, "remarks") is None


def test_locked_document_is_not_saved() -> None:
	doc = order()
	doc.lock()
	try:
		assert doc.is_locked
		with pytest.raises(frappe.DocumentLockedError):
			doc.save()
		with pytest.raises(frappe.DocumentLockedError):
			frappe.get_doc("Contract Order", doc.name).lock()
	finally:
		doc.unlock()
	assert not doc.is_locked
	doc.save()
