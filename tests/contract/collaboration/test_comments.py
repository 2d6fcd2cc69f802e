"""Comments, likes, tags and tasks of documents."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from frappe.desk.doctype.tag.tag import DocTags, add_tag, get_tagged_docs, get_tags, remove_tag
from frappe.desk.like import toggle_like

from tests.contract.model.tools import party


def comments_on(doc: Any) -> list[dict[str, Any]]:
	return json.loads(frappe.db.get_value(doc.doctype, doc.name, "_comments") or "[]")


def test_a_comment_is_sanitised_and_noted_in_its_document() -> None:
	doc = party("Contract Comments")
	comment = doc.add_comment("Comment", "<b>Hello</b> <script>x</script>")
	assert "<script>" not in comment.content
	assert comment.comment_email == "Administrator"
	(entry,) = comments_on(doc)
	assert entry["name"] == comment.name
	assert entry["by"] == "Administrator"
	assert entry["comment"].startswith("<b>Hello</b>")


def test_a_long_comment_is_shortened_in_its_document() -> None:
	doc = party("Contract Comments Long")
	doc.add_comment("Comment", "x" * 150)
	assert comments_on(doc)[0]["comment"] == "x" * 97 + "..."


def test_a_changed_comment_changes_there_and_a_deleted_one_goes() -> None:
	doc = party("Contract Comments Changed")
	comment = doc.add_comment("Comment", "one")
	doc.add_comment("Comment", "two")
	comment.content = "three"
	comment.save()
	assert [entry["comment"] for entry in comments_on(doc)] == ["three", "two"]
	comment.delete()
	assert [entry["comment"] for entry in comments_on(doc)] == ["two"]


def test_other_kinds_are_no_comments_of_the_document() -> None:
	doc = party("Contract Comments Other")
	info = doc.add_comment("Info", "noted")
	assert info.reference_name == doc.name
	assert comments_on(doc) == []


def test_likes() -> None:
	doc = party("Contract Likes")
	toggle_like(doc.doctype, doc.name, "Yes")
	assert json.loads(frappe.db.get_value(doc.doctype, doc.name, "_liked_by")) == ["Administrator"]
	likes = {"comment_type": "Like", "reference_name": doc.name}
	assert frappe.db.count("Comment", likes) == 1
	toggle_like(doc.doctype, doc.name, "Yes")
	assert frappe.db.count("Comment", likes) == 1
	toggle_like(doc.doctype, doc.name, "No")
	assert json.loads(frappe.db.get_value(doc.doctype, doc.name, "_liked_by")) == []
	assert frappe.db.count("Comment", likes) == 0


def test_tags() -> None:
	doc = party("Contract Tags")
	add_tag("Contract Urgent", doc.doctype, doc.name)
	add_tag("Contract Late", doc.doctype, doc.name)
	add_tag("Contract Late", doc.doctype, doc.name)
	assert DocTags(doc.doctype).get_tags(doc.name) == ",Contract Urgent,Contract Late"
	assert frappe.db.exists("Tag", "Contract Urgent")
	links = {"document_type": doc.doctype, "document_name": doc.name}
	assert set(frappe.get_all("Tag Link", filters=links, pluck="tag")) == {"Contract Urgent", "Contract Late"}
	assert get_tags(doc.doctype, "contract") == ["Contract Late", "Contract Urgent"]
	assert [tuple(row) for row in get_tagged_docs(doc.doctype, "%Contract Late%")] == [(doc.name,)]
	remove_tag("contract urgent", doc.doctype, doc.name)
	assert DocTags(doc.doctype).get_tags(doc.name) == ",Contract Late"
	assert frappe.get_all("Tag Link", filters=links, pluck="tag") == ["Contract Late"]
	DocTags(doc.doctype).remove_all(doc.name)
	assert DocTags(doc.doctype).get_tags(doc.name) == ""


def test_tagging_takes_the_right_to_write() -> None:
	doc = party("Contract Tags Refused")
	frappe.set_user("viewer@contract.test")
	# A bench fails while it looks at the PermissionError, so the error's type differs.
	with pytest.raises((frappe.PermissionError, IndexError)):
		add_tag("Contract Urgent", doc.doctype, doc.name)
	assert not frappe.db.exists("Tag Link", {"document_type": doc.doctype, "document_name": doc.name})


def task(doc: Any, user: str, **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": "Call them",
			"reference_type": doc.doctype,
			"reference_name": doc.name,
			"allocated_to": user,
			"assigned_by": "Administrator",
			**values,
		}
	).insert()


def test_open_tasks_are_the_documents_assignments() -> None:
	doc = party("Contract Tasks")
	first = task(doc, "clerk@contract.test")
	task(doc, "other@contract.test")
	assigned = json.loads(frappe.db.get_value(doc.doctype, doc.name, "_assign"))
	assert set(assigned) == {"clerk@contract.test", "other@contract.test"}
	first.status = "Closed"
	first.save()
	assert json.loads(frappe.db.get_value(doc.doctype, doc.name, "_assign")) == ["other@contract.test"]
	texts = frappe.get_all(
		"Comment",
		filters={"reference_name": doc.name, "comment_type": ["in", ["Assigned", "Assignment Completed"]]},
		fields=["comment_type", "content"],
	)
	kinds = sorted(row.comment_type for row in texts)
	assert kinds == ["Assigned", "Assigned", "Assignment Completed"]
	assert any("Administrator assigned Clerk: Call them" in row.content for row in texts)
	assert any("Assignment of Clerk removed by Administrator" in row.content for row in texts)


def test_tasks_are_seen_by_those_they_concern() -> None:
	doc = party("Contract Tasks Seen")
	mine = task(doc, "clerk@contract.test")
	frappe.set_user("other@contract.test")
	assert not frappe.has_permission("ToDo", "read", mine)
	assert mine.name not in frappe.get_list("ToDo", pluck="name")
	frappe.set_user("clerk@contract.test")
	assert frappe.has_permission("ToDo", "read", mine)
	assert mine.name in frappe.get_list("ToDo", pluck="name")
