"""docstatus: which changes are allowed, what may change after submission, cancelling and amending."""

from __future__ import annotations

import frappe
import pytest

from tests.contract.model.tools import new_order, order, party


def test_submit_and_cancel_set_the_status_of_document_and_rows() -> None:
	doc = order(rows=2)
	doc.submit()
	assert doc.docstatus == 1 and doc.docstatus.is_submitted()
	rows = frappe.get_all("Contract Order Line", filters={"parent": doc.name}, pluck="docstatus")
	assert rows == [1, 1]
	doc.cancel()
	assert doc.docstatus.is_cancelled()
	rows = frappe.get_all("Contract Order Line", filters={"parent": doc.name}, pluck="docstatus")
	assert rows == [2, 2]


@pytest.mark.parametrize(("before", "after"), [(0, 2), (1, 0)])
def test_forbidden_changes_of_status(before: int, after: int) -> None:
	doc = order(docstatus=before) if before else order()
	doc.docstatus = after
	with pytest.raises(frappe.DocstatusTransitionError):
		doc.save()


def test_cancelled_document_cannot_be_saved() -> None:
	doc = order()
	doc.submit()
	doc.cancel()
	with pytest.raises(frappe.ValidationError, match="Cannot edit cancelled document"):
		doc.save()
	doc.docstatus = 1
	with pytest.raises(frappe.ValidationError):
		doc.save()


def test_fields_stay_after_submission_unless_they_allow_changes() -> None:
	doc = order()
	doc.submit()
	doc.remarks = "allowed"
	doc.save()
	assert frappe.db.get_value("Contract Order", doc.name, "remarks") == "allowed"
	doc.status = "Open"
	with pytest.raises(frappe.UpdateAfterSubmitError):
		doc.save()


def test_rows_stay_after_submission() -> None:
	doc = order(rows=2)
	doc.submit()
	doc.items[0].qty = 7
	with pytest.raises(frappe.UpdateAfterSubmitError):
		doc.save()
	doc.reload()
	doc.append("items", {"item": "new"})
	with pytest.raises(frappe.UpdateAfterSubmitError):
		doc.save()
	doc.reload()
	doc.remove(doc.items[0])
	with pytest.raises(frappe.UpdateAfterSubmitError):
		doc.save()


def test_values_of_another_type_are_no_change_after_submission() -> None:
	doc = order(posting_date="2026-03-01", total=0)
	doc.submit()
	doc.posting_date = "2026-03-01"
	doc.items[0].qty = "1"
	doc.save()


def test_flag_lets_fields_change_after_submission() -> None:
	doc = order()
	doc.submit()
	doc.status = "Closed"
	doc.flags.ignore_validate_update_after_submit = True
	doc.save()
	assert frappe.db.get_value("Contract Order", doc.name, "status") == "Closed"


def test_submitted_document_cannot_be_deleted() -> None:
	doc = order()
	doc.submit()
	with pytest.raises(frappe.ValidationError, match="Submitted Record cannot be deleted"):
		doc.delete()
	doc.cancel()
	doc.delete()
	assert not frappe.db.exists("Contract Order", doc.name)


def test_amendment_is_named_after_what_it_amends() -> None:
	doc = order()
	doc.submit()
	doc.cancel()
	amendment = _amend(doc)
	assert amendment.name == f"{doc.name}-1"
	amendment.submit()
	amendment.cancel()
	assert _amend(amendment).name == f"{doc.name}-2"


def _amend(doc: frappe.model.document.Document) -> frappe.model.document.Document:
	amendment = frappe.copy_doc(doc)
	amendment.docstatus = 0
	amendment.amended_from = doc.name
	return amendment.insert()


def test_only_what_is_cancelled_can_be_amended() -> None:
	doc = order()
	doc.submit()
	with pytest.raises(frappe.ValidationError, match="cannot be amended"):
		_amend(doc)


def test_a_link_to_a_cancelled_document_is_refused_in_submittable_documents() -> None:
	cancelled = order()
	cancelled.submit()
	cancelled.cancel()
	with pytest.raises(frappe.CancelledLinkError):
		order(ref_doctype="Contract Order", ref_name=cancelled.name)


def test_cancelling_is_refused_while_a_submitted_document_refers_to_it() -> None:
	first = order()
	first.submit()
	second = order(ref_doctype="Contract Order", ref_name=first.name)
	first.cancel()
	first = order()
	first.submit()
	second = order(ref_doctype="Contract Order", ref_name=first.name)
	second.submit()
	with pytest.raises(frappe.LinkExistsError):
		first.cancel()
	# v15 checks after on_cancel; the failure is undone by the transaction.
	assert first.docstatus == 2


def test_ignore_links_lets_a_document_be_cancelled() -> None:
	first = order()
	first.submit()
	second = order(ref_doctype="Contract Order", ref_name=first.name)
	second.submit()
	first.flags.ignore_links = True
	first.cancel()
	assert frappe.db.get_value("Contract Order", first.name, "docstatus") == 2


def test_ignored_doctypes_do_not_keep_a_document_from_being_cancelled() -> None:
	first = order()
	first.submit()
	order(ref_doctype="Contract Order", ref_name=first.name).submit()
	first.ignore_linked_doctypes = ("Contract Order",)
	first.cancel()
	assert frappe.db.get_value("Contract Order", first.name, "docstatus") == 2


def test_links_are_not_checked_on_cancel() -> None:
	doc = order(party_name=party("Contract Vanishing").name)
	doc.submit()
	frappe.db.delete("Contract Party", {"name": "Contract Vanishing"})
	doc.cancel()
	assert doc.docstatus == 2


def test_docstatus_of_a_text_or_nothing() -> None:
	assert new_order(docstatus="1").docstatus == 1
	assert new_order(docstatus=None).docstatus == 0
	doc = new_order()
	doc.docstatus = "2"
	assert doc.docstatus.is_cancelled()
