"""Leaves the site as if the app had never been there, except for what ERPNext's own records hold.

The framework removes our DocTypes with their tables, and the records that name one of our modules. What it would forget is
removed here. The columns of our custom fields stay in ERPNext's tables, as the framework never drops a column by itself
(`bench trim-tables` does): after a new installation the documents know their cases again.
"""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.setup import ledger
from o2c_extensions.setup.custom_fields import MODULE

# DocTypes whose rows speak of other documents, and the field that holds the other document's DocType.
_NOTES_ON_DOCUMENTS = {
	"Version": "ref_doctype",
	"Comment": "reference_doctype",
	"ToDo": "reference_type",
	"Workflow Action": "reference_doctype",
	"DocShare": "share_doctype",
	"Tag Link": "document_type",
	"Notification Log": "document_type",
	"Deleted Document": "deleted_doctype",
}


def before_uninstall() -> None:
	doctypes = frappe.get_all("DocType", filters={"module": ("in", _modules())}, pluck="name")
	_remove_customizations()
	_remove_records()
	_remove_roles(ledger.made("Role"))
	_remove_settings(doctypes)
	_remove_notes(doctypes)
	_remove_scheduled_jobs()
	frappe.db.delete("Patch Log", {"patch": ("like", "o2c_extensions.%")})
	ledger.forget()
	frappe.clear_cache()


def _modules() -> list[str]:
	modules: list[str] = frappe.get_all("Module Def", filters={"app_name": "o2c_extensions"}, pluck="name")
	return modules


def _remove_customizations() -> None:
	fields = frappe.get_all("Custom Field", filters={"module": MODULE}, fields=["name", "dt", "fieldname"])
	_delete("Custom Field", "name", [field.name for field in fields])
	_delete("Property Setter", "name", ledger.made("Property Setter"))
	# What an administrator has put upon our fields would point at nothing.
	fieldnames = sorted({field.fieldname for field in fields})
	_delete("Property Setter", "field_name", fieldnames, doc_type=("in", [field.dt for field in fields]))


def _remove_records() -> None:
	"""What setup/records.py made, but for what a document of ERPNext's still needs, such as the type of a Dunning."""
	made = [doctype for doctype in ledger.doctypes() if doctype not in ("Property Setter", "Role")]
	for doctype in reversed(made):
		present = frappe.get_all(doctype, filters={"name": ("in", ledger.made(doctype))}, pluck="name")
		for name in present:
			try:
				frappe.delete_doc(doctype, name)
			except frappe.LinkExistsError:
				frappe.clear_messages()


def _remove_roles(roles: list[str]) -> None:
	"""The roles that the app made, and every mention of them in users, permissions, pages and reports."""
	for doctype in ("Has Role", "Custom DocPerm", "DocPerm"):
		_delete(doctype, "role", roles)
	_delete("Role", "name", roles)


def _remove_settings(doctypes: list[str]) -> None:
	_delete("Singles", "doctype", doctypes)
	frappe.db.delete("Series", {"name": ("like", "O2C-RUN-%")})
	frappe.db.delete("Series", {"name": ("like", "O2C-HOLD-%")})
	frappe.db.delete("Series", {"name": ("like", "O2C-SIM-%")})


def _remove_notes(doctypes: list[str]) -> None:
	for notes, fieldname in _NOTES_ON_DOCUMENTS.items():
		_delete(notes, fieldname, doctypes)


def _remove_scheduled_jobs() -> None:
	jobs = frappe.get_all(
		"Scheduled Job Type", filters={"method": ("like", "o2c_extensions.%")}, pluck="name"
	)
	_delete("Scheduled Job Log", "scheduled_job_type", jobs)
	_delete("Scheduled Job Type", "name", jobs)


def _delete(doctype: str, fieldname: str, values: list[str], **more: Any) -> None:
	"""Delete the rows whose field is one of `values`; none of them, no rows."""
	if values:
		frappe.db.delete(doctype, {fieldname: ("in", values), **more})
