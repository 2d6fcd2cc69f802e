"""Texts in the user's language."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe import _
from frappe.translate import get_parent_language, get_user_lang, print_language

TEXT = "Contract text to translate"


@pytest.fixture(autouse=True)
def german() -> Any:
	"""A German translation of the text, and German as this test's language."""
	translation("de", TEXT, "Vertragstext")
	frappe.local.lang = "de"
	yield
	frappe.db.rollback()
	frappe.local.lang = "en"
	frappe.translate.clear_cache()


def translation(language: str, source: str, text: str, context: str | None = None) -> Any:
	if not frappe.db.exists("Language", language):
		frappe.get_doc(
			{"doctype": "Language", "language_code": language, "language_name": language, "enabled": 1}
		).insert()
	return frappe.get_doc(
		{
			"doctype": "Translation",
			"language": language,
			"source_text": source,
			"translated_text": text,
			"context": context,
		}
	).insert()


def test_a_text_is_translated() -> None:
	assert _(TEXT) == "Vertragstext"
	assert _(TEXT, lang="en") == TEXT
	assert _("Contract nobody translated this") == "Contract nobody translated this"


def test_markup_and_blanks_do_not_matter() -> None:
	assert _(f"<b>{TEXT}</b>") == "Vertragstext"
	assert _(f"  {TEXT} ") == "Vertragstext"


def test_a_context_goes_first() -> None:
	translation("de", TEXT, "Im Kontext", context="Contract")
	assert _(TEXT, context="Contract") == "Im Kontext"
	assert _(TEXT, context="Other") == "Vertragstext"
	assert _(TEXT) == "Vertragstext"


def test_a_variant_falls_back_on_its_language() -> None:
	assert get_parent_language("de-AT") == "de"
	assert get_parent_language("de") is None
	frappe.local.lang = "de-AT"
	assert _(TEXT) == "Vertragstext"


def test_a_changed_translation_counts_at_once() -> None:
	name = frappe.db.get_value("Translation", {"source_text": TEXT, "language": "de"})
	doc = frappe.get_doc("Translation", name)
	doc.translated_text = "Neu"
	doc.save()
	assert _(TEXT) == "Neu"
	doc.delete()
	assert _(TEXT) == TEXT


def test_markup_is_taken_off_the_source() -> None:
	assert translation("de", "<p>Contract marked up</p>", "x").source_text == "Contract marked up"


def test_a_text_for_later() -> None:
	later = frappe._lt(TEXT)
	assert str(later) == "Vertragstext"
	assert f"{later}!" == "Vertragstext!"
	assert "a " + later == "a Vertragstext"
	frappe.local.lang = "en"
	assert str(later) == TEXT


def test_printing_in_another_language() -> None:
	frappe.local.lang = "en"
	with print_language("de"):
		assert _(TEXT) == "Vertragstext"
	assert _(TEXT) == TEXT
	with print_language(None):
		assert _(TEXT) == TEXT


def test_the_users_language() -> None:
	frappe.db.set_value("User", "clerk@contract.test", "language", "de")
	frappe.clear_document_cache("User", "clerk@contract.test")
	assert get_user_lang("clerk@contract.test") == "de"


def test_templates_translate() -> None:
	assert frappe.render_template("{{ _('" + TEXT + "') }}", {}) == "Vertragstext"
