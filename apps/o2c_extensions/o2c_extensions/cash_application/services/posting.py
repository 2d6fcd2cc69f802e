"""Decided receipts become Payment Entries, reconciled with their lines: one by one as a person does it, or a chunk at a time.

A chunk ends in the same fields, ledgers and statuses as its receipts one by one, for a fraction of the queries. It is one
transaction; within it each receipt has a savepoint of its own, so that one that ERPNext refuses takes none along. Nothing
is half done: whoever is killed leaves the whole chunk undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from o2c_extensions import erp
from o2c_extensions.cash_application.domain.posting import Posting, each_line_once, faults
from o2c_extensions.cash_application.queries import posting as queries
from o2c_extensions.cash_application.queries.doctypes import LINE, PAYMENT
from o2c_extensions.cash_application.queries.lines import lock_line
from o2c_extensions.cash_application.services import quick
from o2c_extensions.cash_application.services.ledger import Ledger
from o2c_extensions.cash_application.services.numbers import Numbers
from o2c_extensions.cash_application.services.statements import refresh_statement
from o2c_extensions.cash_application.services.surroundings import Surroundings
from o2c_extensions.common import documents
from o2c_extensions.common.money import as_float, decimal

MATCHED = "Matched"


def post(posting: Posting, status: str = MATCHED) -> str:
	"""Post one receipt as a person does: Payment Entry, then reconciled with its line. Returns the Payment Entry.

	It is inserted as submitted: ERPNext then checks it once, with the same ledger entries as in two steps. Where the company
	books advances to an account of their own it takes two steps, since ERPNext chooses that account in a draft only.

	Raises:
		frappe.TimestampMismatchError: somebody else has reconciled the line meanwhile.
		frappe.ValidationError: the posting makes no sense, or ERPNext refuses it.
	"""
	_refuse_nonsense(posting)
	line = lock_line(posting.line)
	_refuse_if_taken(line, posting)
	bank = queries.bank_accounts([line.bank_account])[line.bank_account]
	company = queries.companies([line.company])[line.company]
	payment = frappe.get_doc(_values(posting, line, bank, company))
	if company.get("book_advance_payments_in_separate_party_account"):
		payment.docstatus = 0
		payment.insert()
		payment.submit()
	else:
		payment.insert()
	frappe.db.set_value(LINE, line.name, "o2c_match_status", status, update_modified=False)
	erp.reconcile(line.name, [(PAYMENT, payment.name)])
	return str(payment.name)


def post_chunk(postings: Sequence[Posting], status: str = MATCHED) -> dict[str, str]:
	"""Post receipts in one transaction: {line: Payment Entry}. What is missing is untouched: `post` does it, or says why not.

	All lines, and then all invoices, are locked in the order of their names. Whoever needs locks besides takes these first.
	"""
	chunk = [posting for posting in each_line_once(postings) if not faults(posting)]
	poster = Poster(chunk, lock=True)
	done = {}
	for posting in chunk:
		if payment := poster.post(posting, status):
			done[posting.line] = payment
	poster.refresh_statements()
	return done


class Poster:
	"""Posts receipts that were announced to it, and so knows their surroundings.

	Without `lock` it may be used over several transactions, each of which posts some of the receipts: what is locked then is
	no more than one receipt needs, so that other workers and clerks hardly wait. What the site has set (accounts, budgets,
	dimensions, closed periods) is asked once: announce a hundred receipts, not all of a year.
	"""

	def __init__(self, postings: Sequence[Posting], lock: bool = False) -> None:
		self.announced = len(postings)
		self.numbers = Numbers()
		self.payment_class, self.line_class = quick.payment_class(), quick.line_class()
		self.known: Surroundings | None = None
		self._statements: set[str] = set()
		if postings and self.payment_class and self.line_class:
			self.known = Surroundings(postings, lock)
			self.ledgers = {company: Ledger.of(company) for company in self.known.companies}

	def post(self, posting: Posting, status: str = MATCHED) -> str | None:
		"""The Payment Entry; None if this is no receipt for the quick way, or was refused: nothing of it is left then."""
		if self.known is None:
			return None
		self.known.hold(posting)
		one = _Receipt(posting, self.known, self.payment_class, self.line_class)
		if not one.can_be_posted():
			return None
		payment = one.post(self.ledgers[one.line["company"]], status, self.numbers.next())
		if payment:
			self.numbers.used(payment)
		if payment and self.known.is_locked and one.line.get("o2c_bank_statement"):
			self._statements.add(one.line["o2c_bank_statement"])
		return payment

	def number_ahead(self, numbers: Numbers) -> None:
		"""Take the numbers of the payments now, to be committed before the first is made: for several workers at once."""
		numbers.take(self.announced)
		self.numbers = numbers

	def forget(self) -> None:
		"""What was posted last has been rolled back."""
		self.numbers.give_back()
		if self.known is not None:
			self.known.forget()

	def refresh_statements(self) -> None:
		for statement in sorted(self._statements):
			refresh_statement(statement)
		self._statements.clear()


class _Receipt:
	"""One receipt of a chunk."""

	def __init__(self, posting: Posting, known: Surroundings, payment_class: Any, line_class: Any) -> None:
		self.posting, self.known = posting, known
		self.payment_class, self.line_class = payment_class, line_class
		self.line: Any = known.lines.get(posting.line)

	def can_be_posted(self) -> bool:
		"""Whether all that it needs is known, and it is still open. If not, it is done, or refused, on its own."""
		if not self.line or self.line["docstatus"] != 1 or decimal(self.line["allocated_amount"]):
			return False
		company = self.known.companies[self.line["company"]]
		return bool(
			decimal(self.line["deposit"]) > 0
			and self.posting.is_plain
			and self.line["bank_account"] in self.known.banks
			and self.posting.customer in self.known.customers
			and not company.get("book_advance_payments_in_separate_party_account")
			and self.known.knows(share.invoice for share in self.posting.shares)
		)

	def post(self, ledger: Ledger | None, status: str, name: str | None = None) -> str | None:
		"""The Payment Entry, or None: then it was refused, and nothing of it is left."""
		invoices = [share.invoice for share in self.posting.shares]
		kept = self.known.kept(invoices)
		messages = list(frappe.local.message_log)
		frappe.db.savepoint("receipt")
		try:
			payment = self._make_payment(ledger, name)
			self._reconcile(payment, status)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			# The database has taken back more than this receipt.
			raise
		except Exception:
			frappe.db.rollback(save_point="receipt")
			self.known.restore(kept)
			frappe.local.message_log = messages
			return None
		self._book(payment)
		return str(payment.name)

	def _make_payment(self, ledger: Ledger | None, name: str | None) -> Any:
		line, known = self.line, self.known
		bank, company = known.banks[line["bank_account"]], known.companies[line["company"]]
		values = _values(self.posting, frappe._dict(line), bank, company)
		for side in ("paid_from", "paid_to"):
			account = values[side]
			values[f"{side}_account_currency"] = erp.account_currency(account)
			values[f"{side}_account_balance"] = known.account_balance(account, line["date"])
		values["party_balance"] = known.party_balance(self.posting.customer, line["company"], line["date"])
		values["clearance_date"] = line["date"]
		has_all = _fetch(values, known)
		payment = self.payment_class(values)
		payment.flags.ignore_links = has_all
		payment.flags.known, payment.flags.ledger = known, ledger
		payment.flags.o2c_cases = known.cases(share.invoice for share in self.posting.shares)
		payment.insert(set_name=name)
		return payment

	def _reconcile(self, payment: Any, status: str) -> None:
		"""As ERPNext's tool reconciles, but for what it asks about the payment: that was just made for this line.

		The tool stores the status before it saves the document, as `o2c_match_status` is: no change in the eyes of the save.
		"""
		before = {**self.line, "o2c_match_status": status, "status": "Reconciled"}
		line = documents.document(before, self.line_class)
		line.flags.before, line.flags.payment = before, payment
		line.flags.ignore_links = True
		# A chunk looks once at its statements, when it is done.
		line.flags.o2c_chunk = self.known.is_locked
		line.add_payment_entries([{"payment_doctype": PAYMENT, "payment_name": payment.name}])
		line.save()

	def _book(self, payment: Any) -> None:
		"""Tell what the payment has moved, for the receipts that come after it."""
		day = payment.posting_date
		received, paid = decimal(payment.received_amount), decimal(payment.paid_amount)
		owed = decimal(payment.total_allocated_amount) + decimal(payment.unallocated_amount)
		self.known.book("account", payment.paid_to, day, received)
		self.known.book("account", payment.paid_from, day, -(owed or paid))
		self.known.book(f"party {payment.company}", payment.party, day, -(owed or paid))


def _values(posting: Posting, line: Any, bank: Any, company: Any) -> dict[str, Any]:
	"""The Payment Entry of a receipt, as a clerk would fill it in."""
	received = line.deposit if posting.received is None else as_float(posting.received)
	paid = received if posting.paid is None else as_float(posting.paid)
	values = {
		"doctype": PAYMENT,
		"docstatus": 1,
		"payment_type": "Receive",
		"company": line.company,
		"posting_date": line.date,
		"party_type": "Customer",
		"party": posting.customer,
		"paid_from": posting.account,
		"paid_to": bank.account,
		"bank_account": line.bank_account,
		"paid_amount": paid,
		"received_amount": received,
		"reference_no": line.reference_number or line.transaction_id or line.name,
		"reference_date": line.date,
		"references": [
			{
				"reference_doctype": share.doctype,
				"reference_name": share.invoice,
				"allocated_amount": as_float(share.amount),
				"payment_term": share.term or None,
			}
			for share in posting.shares
		],
		"deductions": [
			{
				"account": deduction.account,
				"cost_center": deduction.cost_center or company.cost_center,
				"amount": as_float(deduction.amount),
				"description": deduction.description or None,
			}
			for deduction in posting.deductions
		],
	}
	if posting.rate is not None:
		values["source_exchange_rate"] = as_float(posting.rate)
	if posting.target_rate is not None:
		values["target_exchange_rate"] = as_float(posting.target_rate)
	return values


def _fetch(values: dict[str, Any], known: Surroundings) -> bool:
	"""Take over from linked records what a Payment Entry shows of them. Whether nothing is left to be looked up."""
	meta = frappe.get_meta(PAYMENT)
	for link in meta.get_link_fields():
		wanted = meta.get_fields_to_fetch(link.fieldname) if values.get(link.fieldname) else ()
		sources = tuple(field.fetch_from.split(".")[-1] for field in wanted)
		row = known.fetched(link.options, values[link.fieldname], sources) if sources else {}
		if sources and not row:
			return False
		for field, source in zip(wanted, sources, strict=True):
			if not (field.fetch_if_empty and values.get(field.fieldname)):
				values[field.fieldname] = row[source]
	return not any(
		field.fetch_from
		for table in meta.get_table_fields()
		if values.get(table.fieldname)
		for field in frappe.get_meta(table.options).fields
	)


def _refuse_nonsense(posting: Posting) -> None:
	if found := faults(posting):
		text = {
			"share not positive": _("A share of the receipt is not positive."),
			"share twice": _("An invoice is given a share twice."),
			"deduction of nothing": _("A deduction has no account or no amount."),
			"paid nothing": _("The amount that was paid is not positive."),
			"no rate": _("The exchange rate is not positive."),
		}
		frappe.throw("<br>".join(str(text[code]) for code in found))


def _refuse_if_taken(line: Any, posting: Posting) -> None:
	left = decimal(line.unallocated_amount)
	if decimal(line.allocated_amount) and (posting.received is None or posting.received > left):
		frappe.throw(
			_("Somebody else has reconciled {0} in the meantime.").format(line.name),
			frappe.TimestampMismatchError,
		)
	if line.docstatus != 1 or decimal(line.deposit) <= 0:
		frappe.throw(_("{0} is no open receipt any more.").format(line.name))
