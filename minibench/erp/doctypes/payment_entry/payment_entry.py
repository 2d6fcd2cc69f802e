"""Payment Entry: money received from a customer, paid to a supplier, or moved between own accounts."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db, flags
from minibench.erp import (
	advance_ledger,
	gain_loss,
	gl,
	gl_map,
	parties,
	payment_amounts,
	payment_entries,
	payment_references,
	payment_unlinking,
	unsupported,
)
from minibench.erp.balances import get_balance_on
from minibench.erp.companies import get_account_currency, get_company_currency
from minibench.erp.exchange import get_exchange_rate
from minibench.model.caches import get_cached_value
from minibench.model.document import Document, get_doc
from minibench.translate import _
from minibench.values.numbers import cint, flt
from minibench.values.words import money_in_words

ORDERS = ("Sales Order", "Purchase Order")


class PaymentEntry(Document):
	is_opening: Any
	references: Any
	title: Any

	# Where the party's side of the payment is; set by setup_party_account_field().
	party_account_field: Any
	party_account: Any
	party_account_currency: Any

	def __setup__(self) -> None:
		self.setup_party_account_field()

	@property
	def company_currency(self) -> Any:
		return get_company_currency(self.company)

	def setup_party_account_field(self) -> None:
		kind = self.get("payment_type")
		fieldname = {"Receive": "paid_from", "Pay": "paid_to"}.get(kind)
		self.party_account_field = fieldname
		self.party_account = self.get(fieldname) if fieldname else None
		self.party_account_currency = self.get(f"{fieldname}_account_currency") if fieldname else None

	def get_exchange_rate(self) -> Any:
		return self.source_exchange_rate if self.payment_type == "Receive" else self.target_exchange_rate

	# --- checks ------------------------------------------------------------------------------------------------------------

	def validate(self) -> None:
		unsupported.refuse(self)
		self.setup_party_account_field()
		self.set_missing_values()
		self.is_opening = (
			"No" if self.docstatus == 0 and self.payment_type != "Internal Transfer" else self.is_opening
		)
		self.set_missing_ref_details(force=True)
		if self.payment_type not in ("Receive", "Pay", "Internal Transfer"):
			throw(_("Payment Type must be one of Receive, Pay and Internal Transfer"))
		if self.party and not db.exists(self.party_type, self.party):
			throw(_("{0} {1} does not exist").format(_(self.party_type), self.party))
		self.set_exchange_rate()
		for fieldname in ("paid_amount", "received_amount", "source_exchange_rate", "target_exchange_rate"):
			if not self.get(fieldname):
				throw(_("{0} is mandatory").format(self.meta.get_label(fieldname)))
		payment_references.check_documents(self)
		self.set_amounts()
		same = self.paid_from_account_currency == self.paid_to_account_currency
		if same and flt(self.paid_amount) < flt(self.received_amount):
			throw(_("Received Amount cannot be greater than Paid Amount"))
		self.clear_unallocated_reference_document_rows()
		self._check_bank_reference()
		self._set_title()
		payment_entries.set_remarks(self)
		payment_references.refuse_duplicates(self)
		self.validate_payment_type_with_outstanding()
		payment_references.check_allocated(self)
		payment_references.warn_about_paid_invoices(self)
		self._refuse_blocked_supplier()
		self.set_status()
		self._set_words()

	def set_missing_values(self) -> None:
		if self.payment_type == "Internal Transfer":
			for fieldname in (
				"party",
				"party_balance",
				"total_allocated_amount",
				"base_total_allocated_amount",
				"unallocated_amount",
			):
				self.set(fieldname, None)
			self.set("references", [])
		else:
			if not self.party_type:
				throw(_("Party Type is mandatory"))
			if not self.party:
				throw(_("Party is mandatory"))
			self.party_name = get_cached_value(self.party_type, self.party, f"{self.party_type.lower()}_name")
		if self.party:
			if not self.get("party_balance"):
				self.party_balance = get_balance_on(
					party_type=self.party_type, party=self.party, date=self.posting_date, company=self.company
				)
			if not self.party_account:
				self.party_account = parties.get_party_account(self.party_type, self.party, self.company)
				self.set(self.party_account_field, self.party_account)
		for fieldname in ("paid_from", "paid_to"):
			account = self.get(fieldname)
			currency, balance = f"{fieldname}_account_currency", f"{fieldname}_account_balance"
			if account and not (self.get(currency) or self.get(balance)):
				self.set(currency, get_account_currency(account))
				self.set(
					balance,
					get_balance_on(
						account,
						self.posting_date,
						cost_center=self.cost_center,
						ignore_account_permission=True,
					),
				)
		self.party_account_currency = (
			self.paid_from_account_currency
			if self.payment_type == "Receive"
			else self.paid_to_account_currency
		)

	def set_missing_ref_details(
		self, force: bool = False, only: list[tuple[str, str]] | None = None, **_kwargs: Any
	) -> None:
		"""Take over from the referenced documents what they total and what is open on them."""
		for row in self.references:
			if not row.allocated_amount or (only and (row.reference_doctype, row.reference_name) not in only):
				continue
			if row.exchange_gain_loss:
				continue
			details = payment_references.get_reference_details(
				row.reference_doctype,
				row.reference_name,
				self.party_account_currency,
				self.party_type,
				self.party,
			)
			changed = {
				name: value
				for name, value in details.items()
				if (name == "exchange_rate" or not row.get(name) or force)
			}
			for name, value in changed.items():
				row.set(name, value)
			if row.name and not row.is_new():
				stored = {name: value for name, value in changed.items() if row.meta.has_field(name)}
				db.set_value(row.doctype, row.name, stored)

	def set_exchange_rate(self, ref_doc: Any = None) -> None:
		self._set_source_rate(ref_doc)
		self._set_target_rate(ref_doc)

	def _set_source_rate(self, ref_doc: Any) -> None:
		if not self.paid_from:
			return
		if self.paid_from_account_currency == self.company_currency:
			self.source_exchange_rate = 1
		elif ref_doc and self.paid_from_account_currency == ref_doc.currency:
			self.source_exchange_rate = ref_doc.get("exchange_rate") or ref_doc.get("conversion_rate")
		if not self.source_exchange_rate:
			self.source_exchange_rate = get_exchange_rate(
				self.paid_from_account_currency, self.company_currency, self.posting_date
			)

	def _set_target_rate(self, ref_doc: Any) -> None:
		if self.paid_from_account_currency == self.paid_to_account_currency:
			self.target_exchange_rate = self.source_exchange_rate
		elif self.paid_to and not self.target_exchange_rate:
			if ref_doc and self.paid_to_account_currency == ref_doc.currency:
				self.target_exchange_rate = ref_doc.get("exchange_rate") or ref_doc.get("conversion_rate")
			if not self.target_exchange_rate:
				self.target_exchange_rate = get_exchange_rate(
					self.paid_to_account_currency, self.company_currency, self.posting_date
				)

	def set_amounts(self) -> None:
		payment_amounts.set_company_amounts(self)
		payment_amounts.set_allocated(self, ORDERS)
		payment_amounts.set_unallocated(self)
		self._set_exchange_deduction()
		payment_amounts.set_difference(self)

	def _set_exchange_deduction(self) -> None:
		"""One deduction takes up what the bank's rate differs from the party's."""
		amount = flt(
			self.base_paid_amount - self.base_received_amount, self.precision("amount", "deductions")
		)
		rows = [row for row in self.deductions if row.is_exchange_gain_loss]
		for row in rows[1:] if amount else rows:
			self.remove(row)
		if not amount:
			return
		if rows:
			rows[0].amount = amount
			return
		account, cost_center = get_cached_value(
			"Company", self.company, ["exchange_gain_loss_account", "cost_center"]
		)
		for fieldname, value in (("exchange_gain_loss_account", account), ("cost_center", cost_center)):
			if not value:
				msgprint(
					_("Please set {0} in Company {1} to account for Exchange Gain / Loss").format(
						fieldname, self.company
					),
					title=_("Missing Default in Company"),
					raise_exception=bool(self.docstatus == 1),
				)
				return
		self.append(
			"deductions",
			{"account": account, "cost_center": cost_center, "is_exchange_gain_loss": 1, "amount": amount},
		)

	def clear_unallocated_reference_document_rows(self) -> None:
		kept = [row for row in self.references if flt(row.allocated_amount)]
		if len(kept) != len(self.references):
			self.references = kept
		if self.name:
			db.execute(
				"delete from `tabPayment Entry Reference` where parent = ? and allocated_amount = 0",
				(self.name,),
			)

	def _check_bank_reference(self) -> None:
		account = self.paid_to if self.payment_type == "Receive" else self.paid_from
		if get_cached_value("Account", account, "account_type") != "Bank":
			return
		if not self.reference_no or not self.reference_date:
			throw(_("Reference No and Reference Date is mandatory for Bank transaction"))

	def _set_title(self) -> None:
		if flags.in_import and self.title:
			return
		if self.payment_type in ("Receive", "Pay"):
			self.title = self.party
		else:
			self.title = f"{self.paid_from} - {self.paid_to}"

	def validate_payment_type_with_outstanding(self) -> None:
		total = sum(flt(row.allocated_amount) for row in self.references)
		if total < 0 and self.party_type == "Customer" and self.payment_type == "Receive":
			throw(
				_("Cannot receive from customer against negative outstanding"),
				title=_("Incorrect Payment Type"),
			)

	def _refuse_blocked_supplier(self) -> None:
		if self.party_type == "Supplier":
			parties.refuse_blocked_supplier(self.party, "Payments")

	def set_status(self) -> None:
		self.status = {0: "Draft", 1: "Submitted", 2: "Cancelled"}[int(self.docstatus)]
		if not self.is_new():
			db.set_value(self.doctype, self.name, "status", self.status, update_modified=False)

	def _set_words(self) -> None:
		if self.payment_type == "Receive":
			base, amount, currency = (
				self.base_received_amount,
				self.received_amount,
				self.paid_to_account_currency,
			)
		else:
			base, amount, currency = self.base_paid_amount, self.paid_amount, self.paid_from_account_currency
		self.base_in_words = money_in_words(abs(flt(base)), self.company_currency)
		self.in_words = money_in_words(abs(flt(amount)), currency)

	def set_bank_account_data(self) -> None:
		if not self.bank_account:
			return
		account, bank, number = get_cached_value(
			"Bank Account", self.bank_account, ["account", "bank", "bank_account_no"]
		)
		self.bank, self.bank_account_no = bank, number
		fieldname = "paid_from" if self.payment_type == "Pay" else "paid_to"
		if not self.get(fieldname):
			self.set(fieldname, account)

	# --- submitting and cancelling ---------------------------------------------------------------------------------------------

	def on_submit(self) -> None:
		if self.difference_amount:
			throw(_("Difference Amount must be zero"))
		self.make_gl_entries()
		self.set_missing_ref_details(force=True)
		payment_references.update_schedules(self)
		advance_ledger.write_for_payment(self)
		self._update_advances()

	def on_update_after_submit(self) -> None:
		"""Nothing: who reconciles the payment writes its ledger anew."""

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = (
			"GL Entry",
			"Stock Ledger Entry",
			"Payment Ledger Entry",
			"Advance Payment Ledger Entry",
		)
		payment_unlinking.on_cancel_invoice(self)
		self.make_gl_entries(cancel=1)
		self.set_missing_ref_details(force=True)
		for row in self.references:
			if row.reference_doctype == "Sales Invoice":
				db.delete(
					"Sales Invoice Advance", {"parent": row.reference_name, "reference_name": self.name}
				)
		payment_references.update_schedules(self, cancel=True)
		advance_ledger.write_for_payment(self)
		self._update_advances()
		self.set_status()

	def build_gl_map(self) -> list[Any]:
		self.setup_party_account_field()
		return payment_entries.entries(self)

	def make_gl_entries(self, cancel: int = 0, adv_adj: int = 0) -> None:
		if cancel:
			gl.reverse(self.doctype, self.name, advance_adjustment=bool(cint(adv_adj)))
			gain_loss.cancel_linked(self)
			return
		rows = gl_map.positive(gl_map.merged(self.build_gl_map(), gl.precision(self.company)))
		gl.post(rows, advance_adjustment=bool(cint(adv_adj)))
		gain_loss.book_for_payment(self)

	def _update_advances(self) -> None:
		if self.payment_type not in ("Receive", "Pay") or not self.party:
			return
		orders = dict.fromkeys(
			(row.reference_doctype, row.reference_name)
			for row in self.references
			if row.allocated_amount and row.reference_doctype in ORDERS
		)
		for doctype, name in orders:
			get_doc(doctype, name, for_update=True).set_total_advance_paid()
