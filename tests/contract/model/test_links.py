"""Links to other documents, and what is fetched along with them."""

from __future__ import annotations

import frappe
import pytest

from tests.contract.model.tools import order, party


def test_link_to_nothing_is_refused() -> None:
	with pytest.raises(frappe.LinkValidationError, match="Could not find"):
		party(parent_party="Contract Nobody")


def test_link_to_nothing_from_which_something_is_fetched_is_not_noticed() -> None:
	# v15 skips its own check where it looked for a value to fetch.
	assert order(party_name="Contract Nobody").party == "Contract Nobody"


def test_ignore_links() -> None:
	doc = frappe.get_doc(
		{"doctype": "Contract Party", "party_name": "Contract A", "parent_party": "Contract Nobody"}
	)
	doc.insert(ignore_links=True)
	assert frappe.db.get_value("Contract Party", "Contract A", "parent_party") == "Contract Nobody"


def test_links_are_written_as_the_document_is() -> None:
	party("Contract Upper")
	assert order(party_name="contract UPPER").party == "Contract Upper"
	assert party("Contract Lower", parent_party="contract upper").parent_party == "Contract Upper"


def test_values_are_fetched_on_every_save_of_a_draft() -> None:
	source = party(email="first@b.test")
	doc = order(party_name=source.name, party_email="own@b.test")
	assert doc.party_email == "first@b.test"
	source.db_set("email", "second@b.test")
	doc.save()
	assert doc.party_email == "second@b.test"


def test_submission_fetches_nothing() -> None:
	source = party(email="first@b.test")
	doc = order(party_name=source.name)
	source.db_set("email", "second@b.test")
	doc.submit()
	assert doc.party_email == "first@b.test"


def test_nothing_is_fetched_after_submission() -> None:
	source = party(email="first@b.test")
	doc = order(party_name=source.name)
	doc.submit()
	source.db_set("email", "second@b.test")
	doc.remarks = "changed"
	doc.save()
	assert doc.party_email == "first@b.test"


def test_dynamic_link_needs_its_doctype_and_its_document() -> None:
	with pytest.raises(frappe.ValidationError, match="must be set first"):
		order(ref_name="x")
	with pytest.raises(frappe.ValidationError):
		order(ref_doctype="No Such Type", ref_name="x")
	with pytest.raises(frappe.LinkValidationError):
		order(ref_doctype="Contract Party", ref_name="Contract Nobody")
	party("Contract Real")
	assert order(ref_doctype="Contract Party", ref_name="contract real").ref_name == "Contract Real"


def test_links_to_a_single() -> None:
	assert order(ref_doctype="Contract Settings", ref_name="whatever").ref_name == "Contract Settings"


def test_links_in_rows_say_their_row() -> None:
	doc = frappe.get_doc(
		{
			"doctype": "User",
			"email": "row@contract.test",
			"first_name": "Row",
			"send_welcome_email": 0,
			"roles": [{"role": "No Such Role"}],
		}
	)
	with pytest.raises(frappe.LinkValidationError, match="Row #1"):
		doc.insert()
