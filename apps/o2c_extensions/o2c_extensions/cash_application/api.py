"""What clerks, the staff page and other programs ask of statements and receipts.

Whoever calls needs ERPNext's own rights on Bank Transaction and Payment Entry too, such as its role Accounts User has.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from o2c_extensions.cash_application.queries import receipts as queries
from o2c_extensions.cash_application.queries.doctypes import LINE
from o2c_extensions.cash_application.services import (
	advice_files,
	files,
	intake,
	receipts,
	remittances,
	statements,
)

CLERKS = ("Cash Application Clerk", "O2C Administrator", "System Manager")
# Who may take a statement whose lines do not make its closing balance.
SUPERVISORS = ("O2C Administrator", "System Manager")
_SHOWN = [
	"name",
	"date",
	"deposit",
	"unallocated_amount",
	"currency",
	"company",
	"bank_account",
	"description",
	"reference_number",
	"bank_party_name",
	"bank_party_iban",
	"o2c_match_status",
	"o2c_bank_statement",
]


@frappe.whitelist(methods=["POST"])
def import_statement(
	content: str | None = None,
	filename: str | None = None,
	file_url: str | None = None,
	accept_difference: bool = False,
	mapping: str | dict[str, Any] | None = None,
	bank_account: str | None = None,
) -> dict[str, Any]:
	"""Import a bank's file in any format: uploaded (`file`), one on the site, or its bytes in base64.

	The same file sent again returns the same statements.

	Args:
		mapping: for a table: the name of a Bank Statement Mapping, or its values. Left out: the one that fits.
		bank_account: whose table it is, where it does not say.
	"""
	frappe.only_for(CLERKS)
	if cint(accept_difference):
		frappe.only_for(SUPERVISORS)
	data, name = _file(content, filename, file_url)
	made = statements.import_statement(
		data,
		name,
		accept_difference=bool(cint(accept_difference)),
		mapping=_named_or_told(mapping),
		bank_account=bank_account,
	)
	return {"statements": made}


@frappe.whitelist(methods=["POST"])
def preview_statement(
	content: str | None = None,
	filename: str | None = None,
	file_url: str | None = None,
	mapping: str | dict[str, Any] | None = None,
	bank_account: str | None = None,
) -> dict[str, Any]:
	"""What a bank's file would bring, and nothing is imported: its statements, or the first rows of a table as they are read.

	For a table also the mapping that it is read with (`values`: the one given, a saved one that fits, or a proposal made of
	its headings) and what is wrong in each row, by column.
	"""
	frappe.only_for(CLERKS)
	data, name = _file(content, filename, file_url)
	return files.preview(data, name, _named_or_told(mapping), bank_account)


@frappe.whitelist(methods=["POST"])
def import_advice(
	content: str | None = None,
	filename: str | None = None,
	file_url: str | None = None,
	mapping: str | dict[str, Any] | None = None,
) -> dict[str, Any]:
	"""Keep the remittance advices in a file (EDIFACT REMADV, X12 820, CSV, XLSX, a mail's text) and join them with their payments.

	It is uploaded (`file`), or one on the site, or its bytes in base64. The same advice sent again returns the same documents.

	Args:
		mapping: for a table: the name of a Remittance Advice Mapping, or its values. Left out: the one that fits, or what the
			headings propose.
	"""
	frappe.only_for(CLERKS)
	data, name = _file(content, filename, file_url)
	return {"advices": remittances.import_advices(data, name, _named_or_told(mapping))}


@frappe.whitelist(methods=["POST"])
def preview_advice(
	content: str | None = None,
	filename: str | None = None,
	file_url: str | None = None,
	mapping: str | dict[str, Any] | None = None,
) -> dict[str, Any]:
	"""What a file of remittance advices would bring, and nothing is kept; of a table its first rows and how they are read."""
	frappe.only_for(CLERKS)
	data, name = _file(content, filename, file_url)
	return advice_files.preview(data, name, _named_or_told(mapping))


@frappe.whitelist(methods=["GET"])
def unmatched_receipts(
	bank_account: str | None = None,
	from_date: date | None = None,
	to_date: date | None = None,
	limit_start: int = 0,
	limit_page_length: int = 50,
) -> list[dict[str, Any]]:
	"""The receipts that are not wholly reconciled, the oldest first, each with the reasons why it waits."""
	frappe.has_permission(LINE, "read", throw=True)
	filters: list[list[Any]] = [["docstatus", "=", 1], ["deposit", ">", 0], ["unallocated_amount", ">", 0]]
	if bank_account:
		filters.append(["bank_account", "=", bank_account])
	if from_date:
		filters.append(["date", ">=", from_date])
	if to_date:
		filters.append(["date", "<=", to_date])
	rows: list[dict[str, Any]] = frappe.get_list(
		LINE,
		filters=filters,
		fields=_SHOWN,
		order_by="date asc, name asc",
		limit_start=cint(limit_start),
		limit_page_length=min(cint(limit_page_length), 500),
	)
	reasons = queries.waiting_reasons([row["name"] for row in rows])
	return [{**row, "reasons": reasons.get(row["name"], "").split("\n")} for row in rows]


@frappe.whitelist(methods=["POST"])
def apply(bank_transaction: str) -> dict[str, Any]:
	"""Apply a receipt to the invoices that it names, also if that was taken back before."""
	frappe.get_doc(LINE, bank_transaction).check_permission("write")
	payment = receipts.apply_receipt(bank_transaction, again=True)
	return {"payment_entry": payment, "reasons": None if payment else queries.last_reasons(bank_transaction)}


@frappe.whitelist(methods=["POST"])
def match_by_hand(bank_transaction: str, invoices: list[str] | str) -> dict[str, Any]:
	"""Apply a receipt to the invoices that a person has chosen for it."""
	frappe.get_doc(LINE, bank_transaction).check_permission("write")
	return {"payment_entry": receipts.match_by_hand(bank_transaction, frappe.parse_json(invoices))}


def _named_or_told(mapping: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
	"""A mapping's name, or its values, which an upload sends as JSON."""
	if isinstance(mapping, str) and mapping.lstrip().startswith("{"):
		told: dict[str, Any] = frappe.parse_json(mapping)
		return told
	return mapping or None


def _file(content: str | None, filename: str | None, file_url: str | None) -> tuple[bytes, str]:
	"""The bytes of what was sent, and what it is called."""
	files = getattr(frappe.request, "files", None) if frappe.request else None
	if files and "file" in files:
		sent = files["file"]
		return sent.stream.read(), sent.filename or "statement"
	if file_url:
		file = frappe.get_doc("File", {"file_url": file_url})
		file.check_permission("read")
		return intake.content_of(file), file.file_name
	try:
		return base64.b64decode(content or "", validate=True), filename or "statement"
	except binascii.Error:
		frappe.throw(_("`content` is not base64."))
		raise
