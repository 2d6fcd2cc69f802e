"""Documents shared beyond what roles grant."""

from __future__ import annotations

import frappe
import frappe.share
import pytest

from tests.contract.permissions.tools import (
	CLERK,
	ORDER,
	OTHER,
	PARTY,
	PORTAL,
	VIEWER,
	acting_as,
	listed,
	order,
	party,
)


@pytest.fixture
def doc():
	return party("P Shared")


def test_a_share_opens_one_document(doc):
	party("P Closed")
	assert not frappe.has_permission(PARTY, "read", user=PORTAL)
	frappe.share.add(PARTY, doc.name, PORTAL)
	assert frappe.has_permission(PARTY, "read", user=PORTAL)
	assert frappe.has_permission(PARTY, "read", doc=doc.name, user=PORTAL)
	for right in ("print", "email"):
		assert frappe.has_permission(PARTY, right, doc=doc.name, user=PORTAL)
	for right in ("write", "share", "submit", "delete", "create"):
		assert not frappe.has_permission(PARTY, right, doc=doc.name, user=PORTAL)
	with acting_as(PORTAL):
		assert listed() == {"P Shared"}
		(row,) = frappe.get_list(PARTY, fields=["*"])
		assert row.party_name == "P Shared" and row.owner == "Administrator"


def test_a_share_adds_to_what_an_owner_sees(doc):
	party("P Closed")
	frappe.share.add(PARTY, doc.name, VIEWER, write=1)
	assert frappe.has_permission(PARTY, "write", doc=doc.name, user=VIEWER)
	with acting_as(VIEWER):
		assert listed() == {"P Shared"}
		found = frappe.get_doc(PARTY, "P Shared")
		found.notes = "by the viewer"
		found.save()


def test_shared_with_everyone(doc):
	share = frappe.share.add(PARTY, doc.name, everyone=1)
	assert share.user is None
	assert frappe.has_permission(PARTY, "read", doc=doc.name, user=PORTAL)
	assert not frappe.has_permission(PARTY, "read", doc=doc.name, user="Guest")


def test_rights_bring_others_along(doc):
	share = frappe.share.add(ORDER, order(doc.name).name, VIEWER, submit=1)
	assert (share.read, share.write, share.submit, share.share) == (1, 1, 1, 0)
	with pytest.raises(frappe.ValidationError, match="is not submittable"):
		frappe.share.add(PARTY, doc.name, VIEWER, submit=1)


def test_changing_a_share(doc):
	frappe.share.add(PARTY, doc.name, VIEWER, write=1, share=1)
	share = frappe.share.add(PARTY, doc.name, VIEWER, write=0)
	assert (share.write, share.share) == (0, 0)
	assert frappe.db.count("DocShare", {"share_name": doc.name, "user": VIEWER}) == 1
	assert frappe.share.set_permission(PARTY, doc.name, VIEWER, "write").write == 1
	assert frappe.share.set_permission(PARTY, doc.name, VIEWER, "read", value=0) is None
	assert not frappe.db.exists("DocShare", {"share_name": doc.name, "user": VIEWER})
	assert frappe.share.set_permission(PARTY, doc.name, VIEWER, "write", value=0) is None


def test_removing_a_share(doc):
	frappe.share.add(PARTY, doc.name, PORTAL)
	frappe.share.remove(PARTY, doc.name, PORTAL)
	assert not frappe.has_permission(PARTY, "read", doc=doc.name, user=PORTAL)


def test_who_may_share(doc):
	with acting_as(CLERK), pytest.raises(frappe.PermissionError):
		frappe.share.add(PARTY, doc.name, OTHER)
	frappe.share.add(PARTY, doc.name, CLERK, share=1)
	with acting_as(CLERK):
		frappe.share.add(PARTY, doc.name, OTHER)
		frappe.share.add(PARTY, doc.name, VIEWER)


def test_sharing_may_be_disabled(doc):
	frappe.get_doc("User", CLERK).add_roles("System Manager")
	assert frappe.has_permission(PARTY, "share", user=CLERK)
	frappe.db.set_single_value("System Settings", "disable_document_sharing", 1)
	frappe.clear_cache()
	try:
		assert not frappe.has_permission(PARTY, "share", user=CLERK)
		assert frappe.has_permission(PARTY, "share", user="Administrator")
	finally:
		frappe.db.rollback()
		frappe.clear_cache()
		frappe.db.commit()


def test_what_is_shared(doc):
	frappe.share.add(PARTY, doc.name, PORTAL)
	assert frappe.share.get_shared(PARTY, PORTAL) == ["P Shared"]
	assert frappe.share.get_shared(PARTY, PORTAL, ["write"]) == []
	assert PARTY in frappe.share.get_shared_doctypes(PORTAL)
	(row,) = [row for row in frappe.share.get_users(PARTY, doc.name) if row.user == PORTAL]
	assert (row.read, row.write, row.everyone) == (1, 0, 0)


def test_a_share_is_noted_on_the_document(doc):
	frappe.share.add(PARTY, doc.name, VIEWER)
	comment = frappe.get_last_doc("Comment", {"reference_doctype": PARTY, "reference_name": doc.name})
	assert comment.comment_type == "Shared"
	assert "shared this document with Viewer" in comment.content


def test_a_share_needs_a_user(doc):
	with pytest.raises(frappe.MandatoryError):
		frappe.get_doc({"doctype": "DocShare", "share_doctype": PARTY, "share_name": doc.name}).insert()


def test_users_share_themselves():
	assert frappe.has_permission("User", "write", doc=PORTAL, user=PORTAL)
	assert not frappe.has_permission("User", "write", doc=CLERK, user=PORTAL)
