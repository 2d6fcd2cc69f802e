"""Deleting, renaming and merging documents."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.contract.model.tools import order, party


def chain() -> Any:
	"""A party to which a party and an order refer."""
	party("Contract Old", notes="kept")
	party("Contract Child", parent_party="Contract Old")
	return order(party_name="Contract Old", ref_doctype="Contract Party", ref_name="Contract Old")


# --- deleting ----------------------------------------------------------------------------------------------------------


def test_linked_document_is_not_deleted() -> None:
	party("Contract Parent")
	party("Contract Child", parent_party="Contract Parent")
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Contract Party", "Contract Parent")
	frappe.delete_doc("Contract Party", "Contract Parent", force=True)
	assert frappe.db.get_value("Contract Party", "Contract Child", "parent_party") == "Contract Parent"


def test_dynamically_linked_document_is_not_deleted() -> None:
	party("Contract Target")
	order(ref_doctype="Contract Party", ref_name="Contract Target")
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Contract Party", "Contract Target")


def test_document_may_link_to_itself() -> None:
	doc = party()
	doc.db_set("parent_party", doc.name)
	frappe.delete_doc("Contract Party", doc.name)
	assert not frappe.db.exists("Contract Party", doc.name)


def test_missing_document_is_no_error_unless_asked() -> None:
	assert frappe.delete_doc("Contract Party", "Contract Nobody") is False
	with pytest.raises(frappe.DoesNotExistError):
		frappe.delete_doc("Contract Party", "Contract Nobody", ignore_missing=False)


def test_several_documents() -> None:
	for name in ("Contract A", "Contract B"):
		party(name)
	frappe.delete_doc("Contract Party", ["Contract A", "Contract B"])
	assert frappe.db.count("Contract Party", {"name": ("in", ["Contract A", "Contract B"])}) == 0


def test_deleted_document_leaves_a_copy() -> None:
	party("Contract Gone")
	frappe.delete_doc("Contract Party", "Contract Gone")
	copy = frappe.get_last_doc("Deleted Document", {"deleted_doctype": "Contract Party"})
	assert copy.deleted_name == "Contract Gone" and not copy.restored
	assert frappe.parse_json(copy.data)["party_name"] == "Contract Gone"
	party("Contract Gone")
	frappe.delete_doc("Contract Party", "Contract Gone", delete_permanently=True)
	assert frappe.db.count("Deleted Document", {"deleted_name": "Contract Gone"}) == 1


def test_notes_about_a_document_go_with_it() -> None:
	doc = party("Contract Noted")
	doc.add_comment("Comment", "a remark")
	frappe.delete_doc("Contract Party", doc.name)
	left = frappe.get_all(
		"Comment", filters={"reference_doctype": "Contract Party", "reference_name": doc.name}
	)
	assert left == []


@pytest.mark.parametrize("user", ["clerk@contract.test", "viewer@contract.test"])
def test_deleting_needs_the_permission(user: str) -> None:
	party("Contract Mine")
	frappe.set_user(user)
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc("Contract Party", "Contract Mine")
	frappe.delete_doc("Contract Party", "Contract Mine", ignore_permissions=True)


def test_events_of_deletion(monkeypatch: pytest.MonkeyPatch) -> None:
	from frappe.model.document import Document

	called: list[str] = []
	for event in ("on_trash", "after_delete"):
		monkeypatch.setattr(Document, event, lambda self, event=event: called.append(event), raising=False)
	frappe.delete_doc("Contract Party", party().name)
	assert called == ["on_trash", "after_delete"]
	called.clear()
	frappe.delete_doc("Contract Party", party().name, ignore_on_trash=True)
	assert called == ["after_delete"]


def test_standard_doctypes_stay() -> None:
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("DocType", "ToDo")


# --- renaming ------------------------------------------------------------------------------------------------------------


def test_everything_follows_a_new_name() -> None:
	referring = chain()
	assert frappe.rename_doc("Contract Party", "Contract Old", "Contract New") == "Contract New"
	renamed = frappe.get_doc("Contract Party", "Contract New")
	assert (renamed.party_name, renamed.notes) == ("Contract New", "kept")
	assert not frappe.db.exists("Contract Party", "Contract Old")
	assert frappe.db.get_value("Contract Party", "Contract Child", "parent_party") == "Contract New"
	values = frappe.db.get_value("Contract Order", referring.name, ["party", "ref_name"])
	assert tuple(values) == ("Contract New", "Contract New")
	comments = frappe.get_all("Comment", filters={"reference_name": "Contract New"}, pluck="comment_type")
	assert comments == ["Edit"]


def test_rows_follow_their_document() -> None:
	doc = order(rows=2)
	frappe.rename_doc("Contract Order", doc.name, "Contract Renamed Order", force=True)
	assert len(frappe.get_doc("Contract Order", "Contract Renamed Order").items) == 2


def test_renaming_through_the_document() -> None:
	doc = party("Contract Old")
	doc.rename("Contract New")
	assert doc.name == doc.party_name == "Contract New"


def test_renaming_changes_case_and_strips() -> None:
	party("Contract case")
	assert frappe.rename_doc("Contract Party", "Contract case", "Contract CASE") == "Contract CASE"
	assert frappe.rename_doc("Contract Party", "Contract CASE", " Contract Stripped ") == "Contract Stripped"


@pytest.mark.parametrize(
	("doctype", "old", "new"),
	[
		("Contract Party", "Contract Old", "Contract Child"),
		("Contract Party", "Contract Old", "Contract Old"),
		("Contract Party", "Contract Nobody", "Contract New"),
	],
)
def test_renaming_that_is_refused(doctype: str, old: str, new: str) -> None:
	chain()
	with pytest.raises((frappe.ValidationError, frappe.DoesNotExistError)):
		frappe.rename_doc(doctype, old, new)


def test_bad_names_are_refused() -> None:
	party("Contract Old")
	with pytest.raises(frappe.NameError):
		frappe.rename_doc("Contract Party", "Contract Old", "a<b")


def test_doctype_may_forbid_renaming() -> None:
	doc = order()
	# A DocType that says nothing allows it.
	frappe.db.set_value("DocType", "Contract Order", "allow_rename", 0)
	frappe.clear_cache(doctype="Contract Order")
	try:
		with pytest.raises(frappe.ValidationError, match="not allowed to be renamed"):
			frappe.rename_doc("Contract Order", doc.name, "Contract Other")
		frappe.rename_doc("Contract Order", doc.name, "Contract Other", force=True)
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Contract Order")


def test_renaming_needs_write_permission() -> None:
	party("Contract Old")
	frappe.set_user("viewer@contract.test")
	with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
		frappe.rename_doc("Contract Party", "Contract Old", "Contract New")


def test_events_of_renaming(monkeypatch: pytest.MonkeyPatch) -> None:
	from frappe.model.document import Document

	called: list[tuple] = []

	def before(self: Any, old: str, new: str, merge: bool = False) -> str:
		called.append(("before_rename", self.name, old, new, merge))
		return new + " Changed"

	def after(self: Any, old: str, new: str, merge: bool = False) -> None:
		called.append(("after_rename", self.name, old, new, merge))

	party("Contract Old")
	monkeypatch.setattr(Document, "before_rename", before, raising=False)
	monkeypatch.setattr(Document, "after_rename", after, raising=False)
	assert frappe.rename_doc("Contract Party", "Contract Old", "Contract New") == "Contract New Changed"
	assert called == [
		("before_rename", "Contract Old", "Contract Old", "Contract New", False),
		("after_rename", "Contract New Changed", "Contract Old", "Contract New Changed", False),
	]


# --- merging -------------------------------------------------------------------------------------------------------------


def test_merging_moves_references_and_deletes() -> None:
	referring = chain()
	party("Contract Target", notes="target")
	frappe.rename_doc("Contract Party", "Contract Old", "Contract Target", merge=True)
	assert not frappe.db.exists("Contract Party", "Contract Old")
	assert frappe.db.get_value("Contract Party", "Contract Target", "notes") == "target"
	assert frappe.db.get_value("Contract Order", referring.name, "party") == "Contract Target"


def test_merging_needs_a_target() -> None:
	party("Contract Old")
	with pytest.raises(frappe.ValidationError, match="select a new target"):
		frappe.rename_doc("Contract Party", "Contract Old", "Contract Nobody", merge=True)
