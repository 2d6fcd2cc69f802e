"""What clerks, the staff page and other programs ask of statements and receipts.

Whoever calls needs ERPNext's own rights on Bank Transaction and Payment Entry too, such as its role Accounts User has.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from o2c_extensions.cash_application.domain.settlement import Booked
from o2c_extensions.cash_application.queries import notifications
from o2c_extensions.cash_application.queries import workbench as queries
from o2c_extensions.cash_application.queries.doctypes import LINE
from o2c_extensions.cash_application.services import (
	advice_files,
	clerks,
	files,
	intake,
	matching,
	remittances,
	statements,
	workbench,
)
from o2c_extensions.cash_application.services.clerks import Choice
from o2c_extensions.common.money import decimal

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

	The same file sent again returns the same statements. Of a notification (camt.054) no line is made: its batches take apart the
	lines of statements that they are, whichever comes first.

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
	told = notifications.of_these(made)
	return {
		"statements": [name for name in made if name not in told],
		"notifications": [name for name in made if name in told],
	}


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
	"""Have a line decided and posted, if it is sure enough; also if that was taken back before."""
	frappe.get_doc(LINE, bank_transaction).check_permission("write")
	payment = matching.apply(bank_transaction, again=True)
	reasons = None if payment else queries.waiting_reasons([bank_transaction]).get(bank_transaction)
	return {"payment_entry": payment, "reasons": reasons}


@frappe.whitelist(methods=["POST"])
def match_by_hand(bank_transaction: str, invoices: list[str] | str) -> dict[str, Any]:
	"""Apply a receipt to the invoices that a person has chosen for it."""
	frappe.get_doc(LINE, bank_transaction).check_permission("write")
	return {"payment_entry": clerks.match_by_hand(bank_transaction, frappe.parse_json(invoices))}


# --- the workbench -------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["GET"])
def lines(
	filters: dict[str, Any] | str | None = None, page: int = 0, page_length: int = 50
) -> dict[str, Any]:
	"""One page of lines, the oldest first, each with what is proposed for it; and how many there are of each status and kind.

	Args:
		filters: `company`, `bank_account`, `statement`, `status` (Open, New, Proposed, Left, Matched, All; default Open), `kind` of
			reason, `sign` (In, Out), `from_date`, `to_date`, `text` (in description, reference, payer's name or IBAN).
	"""
	frappe.has_permission(LINE, "read", throw=True)
	return workbench.lines(_told(filters), max(cint(page), 0), min(cint(page_length) or 50, 500))


@frappe.whitelist(methods=["GET"])
def candidates(line: str) -> dict[str, Any]:
	"""What a line may be: what is proposed, with the parts of its score, and the three nearest with why not."""
	frappe.get_doc(LINE, line).check_permission("read")
	return workbench.candidates(line)


@frappe.whitelist(methods=["POST"])
def confirm(line: str, digest: str | None = None) -> dict[str, Any]:
	"""Book what is proposed for a line.

	Args:
		digest: of the proposal that was shown: another one is not confirmed unseen.
	"""
	frappe.get_doc(LINE, line).check_permission("write")
	return _made(clerks.confirm(line, digest))


@frappe.whitelist(methods=["POST"])
def confirm_many(lines: list[str] | str, digests: dict[str, str] | str | None = None) -> list[dict[str, Any]]:
	"""Confirm what is proposed for several lines, at most a hundred. Each has its own outcome; one that fails takes none along.

	Args:
		digests: line -> digest of the proposal that was shown for it: another one is not confirmed unseen.
	"""
	frappe.has_permission(LINE, "write", throw=True)
	seen: dict[str, str] = frappe.parse_json(digests) if digests else {}
	return [_outcome(str(line), seen.get(str(line))) for line in _several(lines)]


@frappe.whitelist(methods=["POST"])
def match_line(
	line: str,
	allocations: list[dict[str, Any]] | str,
	customer: str | None = None,
	keep_rest: bool = True,
	charges: float | str = 0,
) -> dict[str, Any]:
	"""Match a line by hand: with documents, of several customers too, and accounts.

	Args:
		allocations: each with `document_type` (Sales Invoice, Sales Order, Payment Entry, Journal Entry, or Account), `document`,
			`amount` of the line (left out: what is open), `discount`, `write_off`; for an Account also `cost_center`, `tax`, `party`.
		customer: whose account keeps the rest, if it is not the documents'.
		keep_rest: keep on account what no document gets; else it has to come out even.
		charges: what a bank has kept of it.
	"""
	frappe.get_doc(LINE, line).check_permission("write")
	told = [_choice(each) for each in frappe.parse_json(allocations) or []]
	return _made(clerks.match_line(line, told, customer, bool(cint(keep_rest)), _amount(charges)))


@frappe.whitelist(methods=["POST"])
def book_to_account(
	line: str,
	account: str,
	cost_center: str | None = None,
	tax: str | None = None,
	party: str | None = None,
	amount: float | str | None = None,
) -> dict[str, Any]:
	"""Book a line, or `amount` of it, straight to an account.

	Args:
		tax: an Item Tax Template: so much of the amount is tax.
		party: whose a receivable or payable account is.
	"""
	frappe.get_doc(LINE, line).check_permission("write")
	booked = Booked(account, _amount(0), cost_center or "", tax or "", party=party or "")
	return _made(clerks.book_to_account(line, booked, None if amount in (None, "") else _amount(amount)))


@frappe.whitelist(methods=["POST"])
def decline(line: str) -> dict[str, Any]:
	"""Say that what is proposed for a line is wrong: it is not proposed again."""
	frappe.get_doc(LINE, line).check_permission("write")
	clerks.decline(line)
	return {"line": line}


@frappe.whitelist(methods=["POST"])
def undo(line: str) -> dict[str, Any]:
	"""Cancel what a match has made, and put the line back. It is never matched again by itself."""
	frappe.get_doc(LINE, line).check_permission("write")
	return {"cancelled": _made(clerks.undo(line))["vouchers"]}


@frappe.whitelist(methods=["GET"])
def search_open_items(
	company: str,
	text: str | None = None,
	customer: str | None = None,
	documents: list[str] | str | None = None,
) -> list[dict[str, Any]]:
	"""What is open of a company's customers, by number, customer, order or amount: the fifty that are due first.

	Args:
		documents: the numbers of exactly those that are asked for.
	"""
	frappe.has_permission("Company", "read", doc=company, throw=True)
	frappe.has_permission("Sales Invoice", "read", throw=True)
	return workbench.search(
		company, text or "", customer, frappe.parse_json(documents) if documents else None
	)


@frappe.whitelist(methods=["GET"])
def statement_totals(bank_account: str | None = None, statement: str | None = None) -> dict[str, Any]:
	"""opening + matched + open = closing, of one statement or of all of an account; `difference` is what is missing."""
	frappe.has_permission(LINE, "read", throw=True)
	if not (bank_account or statement):
		frappe.throw(_("Say of which bank account or statement."))
	return workbench.totals(bank_account, statement)


def _made(vouchers: list[tuple[str, str]]) -> dict[str, Any]:
	return {"vouchers": [{"document_type": doctype, "document": name} for doctype, name in vouchers]}


def _outcome(line: str, digest: str | None) -> dict[str, Any]:
	"""Confirm one of several: whatever it leaves half done is taken back."""
	messages = list(frappe.local.message_log)
	frappe.db.savepoint("confirm")
	try:
		made = _made(clerks.confirm(line, digest))
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="confirm")
		frappe.local.message_log = messages
		return {"line": line, "done": False, "vouchers": [], "error": str(error)}
	return {"line": line, "done": True, **made, "error": None}


def _several(lines: list[str] | str) -> list[Any]:
	told = list(dict.fromkeys(frappe.parse_json(lines) or []))
	if len(told) > 100:
		frappe.throw(_("At most {0} lines at once.").format(100))
	return told


def _told(filters: dict[str, Any] | str | None) -> dict[str, Any]:
	told: dict[str, Any] = frappe.parse_json(filters) if filters else {}
	if told.get("status") and told["status"] not in queries.STATUSES:
		frappe.throw(_("There is no status {0}.").format(told["status"]))
	return told


def _choice(each: dict[str, Any]) -> Choice:
	amount = each.get("amount")
	return Choice(
		doctype=str(each.get("document_type") or ""),
		name=str(each.get("document") or ""),
		amount=None if amount in (None, "") else _amount(amount),
		discount=_amount(each.get("discount")),
		written_off=_amount(each.get("write_off")),
		cost_center=each.get("cost_center") or "",
		tax=each.get("tax") or "",
		party=each.get("party") or "",
	)


def _amount(value: Any) -> Decimal:
	try:
		return decimal(value)
	except ValueError:
		frappe.throw(_("{0} is no amount.").format(value))
		raise


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
