"""Journal Entry: debits and credits of any accounts, entered by hand or by the system."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db
from minibench.erp import (
	advance_ledger,
	credit,
	gain_loss,
	gl,
	journal_references,
	payment_unlinking,
	unsupported,
)
from minibench.erp.companies import get_company_currency
from minibench.erp.exchange import get_exchange_rate
from minibench.errors import MandatoryError, NotInMinibench, ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.document import Document, get_doc
from minibench.translate import _
from minibench.values.dateformats import formatdate
from minibench.values.numbers import cint, flt, fmt_money
from minibench.values.words import money_in_words

ORDERS = ("Sales Order", "Purchase Order")
_SUPPORTED = (
	"Journal Entry",
	"Bank Entry",
	"Cash Entry",
	"Credit Card Entry",
	"Debit Note",
	"Credit Note",
	"Contra Entry",
	"Write Off Entry",
	"Opening Entry",
	"Exchange Gain Or Loss",
)


class StockAccountInvalidTransaction(ValidationError):
	"""Stock accounts are booked by movements of stock only."""


class JournalEntry(Document):
	title: Any

	@property
	def company_currency(self) -> Any:
		return get_company_currency(self.company)

	@property
	def is_gain_loss(self) -> bool:
		return bool(self.voucher_type == "Exchange Gain Or Loss" and self.multi_currency)

	def validate(self) -> None:
		unsupported.refuse(self)
		if self.voucher_type not in _SUPPORTED:
			raise NotInMinibench(f"Journal Entry.voucher_type {self.voucher_type}")
		if self.voucher_type == "Opening Entry":
			self.is_opening = "Yes"
		self.is_opening = self.is_opening or "No"
		self.clearance_date = None
		self._check_parties()
		journal_references.check_advances(self)
		self._set_currencies()
		self._set_amounts()
		self._set_totals()
		journal_references.check_journals(self)
		self._refuse_stock_accounts()
		journal_references.check_documents(self)
		if self.docstatus == 0:
			self._set_against_accounts()
		self._set_remark()
		self._set_printed_amount()
		if not self.accounts:
			throw(_("Accounts table cannot be blank."))
		if not self.title:
			self.title = self.pay_to_recd_from or self.accounts[0].account

	# --- rows ----------------------------------------------------------------------------------------------------------------

	def _check_parties(self) -> None:
		for row in self.accounts:
			kind = get_cached_value("Account", row.account, "account_type")
			if kind not in ("Receivable", "Payable"):
				continue
			if not (row.party_type and row.party):
				throw(
					_(
						"Row {0}: Party Type and Party is required for Receivable / Payable account {1}"
					).format(row.idx, row.account)
				)
			if get_cached_value("Party Type", row.party_type, "account_type") != kind:
				throw(
					_("Row {0}: Account {1} and Party Type {2} have different account types").format(
						row.idx, row.account, row.party_type
					)
				)

	def _set_currencies(self) -> None:
		foreign = False
		for row in self.accounts:
			currency, kind = get_cached_value("Account", row.account, ["account_currency", "account_type"])
			row.account_currency = currency or self.company_currency
			row.account_type = kind
			foreign = foreign or row.account_currency != self.company_currency
		if foreign and not self.multi_currency:
			throw(_("Please check Multi Currency option to allow accounts with other currency"))
		for row in self.accounts:
			self._set_rate(row)

	def _set_rate(self, row: Any) -> None:
		invoice = row.reference_type in ("Sales Invoice", "Purchase Invoice") and row.reference_name
		if row.account_currency == self.company_currency:
			row.exchange_rate = 1
		elif invoice:
			row.exchange_rate = (
				flt(db.get_value(row.reference_type, row.reference_name, "conversion_rate")) or 1
			)
		elif not row.exchange_rate or row.exchange_rate == 1:
			row.exchange_rate = (
				get_exchange_rate(row.account_currency, self.company_currency, self.posting_date) or 1
			)
		if not row.exchange_rate:
			throw(_("Row {0}: Exchange Rate is mandatory").format(row.idx))

	def _set_amounts(self) -> None:
		if self.is_gain_loss:
			return
		for row in self.accounts:
			for side in ("debit", "credit"):
				own = f"{side}_in_account_currency"
				row.set(own, flt(row.get(own), row.precision(own)))
				row.set(side, flt(row.get(own) * flt(row.exchange_rate), row.precision(side)))
			if not row.debit and not row.credit:
				throw(_("Row {0}: Both Debit and Credit values cannot be zero").format(row.idx))

	def _set_totals(self) -> None:
		self.total_debit = self.total_credit = 0
		for row in self.accounts:
			if row.debit and row.credit:
				throw(_("You cannot credit and debit same account at the same time"))
			self.total_debit = flt(self.total_debit) + flt(row.debit, row.precision("debit"))
			self.total_credit = flt(self.total_credit) + flt(row.credit, row.precision("credit"))
		self.difference = flt(self.total_debit, self.precision("total_debit")) - flt(
			self.total_credit, self.precision("total_credit")
		)

	def _refuse_stock_accounts(self) -> None:
		"""Where movements of stock are booked, their accounts are not booked by hand while they agree."""
		if not cint(get_cached_value("Company", self.company, "enable_perpetual_inventory")):
			return
		from minibench.erp.stock_balance import account_and_stock

		accounts = {
			row.account
			for row in self.accounts
			if get_cached_value("Account", row.account, "account_type") == "Stock"
		}
		for account in accounts:
			booked, stock = account_and_stock(account, self.posting_date, self.company)
			if booked == stock:
				throw(
					_("Account: {0} can only be updated via Stock Transactions").format(account),
					StockAccountInvalidTransaction,
				)

	def _set_against_accounts(self) -> None:
		debited = list(dict.fromkeys(row.party or row.account for row in self.accounts if flt(row.debit) > 0))
		credited = list(
			dict.fromkeys(row.party or row.account for row in self.accounts if flt(row.credit) > 0)
		)
		for row in self.accounts:
			if flt(row.debit) > 0:
				row.against_account = ", ".join(credited)
			if flt(row.credit) > 0:
				row.against_account = ", ".join(debited)

	# --- texts ------------------------------------------------------------------------------------------------------------------

	def _set_remark(self) -> None:
		lines = []
		if self.user_remark:
			lines.append(_("Note: {0}").format(self.user_remark))
		if self.cheque_no:
			if not self.cheque_date:
				msgprint(_("Please enter Reference date"), raise_exception=MandatoryError)
			lines.append(_("Reference #{0} dated {1}").format(self.cheque_no, formatdate(self.cheque_date)))
		for row in self.accounts:
			money = fmt_money(flt(row.credit), currency=self.company_currency)
			if row.reference_type in ("Sales Invoice", "Sales Order") and row.credit:
				lines.append(_("{0} against {1} {2}").format(money, row.reference_type, row.reference_name))
			if row.reference_type == "Purchase Order" and row.debit:
				lines.append(_("{0} against Purchase Order {1}").format(money, row.reference_name))
		if lines:
			self.remark = "\n".join(lines)

	def _set_printed_amount(self) -> None:
		bank = party = 0.0
		bank_currency = party_currency = party_type = name = None
		for row in self.accounts:
			amount = flt(row.debit_in_account_currency) or flt(row.credit_in_account_currency)
			if row.party_type in ("Customer", "Supplier") and row.party:
				party_type = row.party_type
				name = name or row.party
				if name == row.party:
					party += amount
					party_currency = row.account_currency
			elif row.account_type in ("Bank", "Cash"):
				bank += amount
				bank_currency = row.account_currency
		total, currency = 0.0, None
		if party_type and name:
			self.pay_to_recd_from = get_cached_value(party_type, name, f"{party_type.lower()}_name")
			total, currency = (bank, bank_currency) if bank else (party, party_currency)
		self.total_amount = total
		self.total_amount_currency = currency
		self.total_amount_in_words = money_in_words(total, currency)

	# --- submitting and cancelling --------------------------------------------------------------------------------------------------

	def before_submit(self) -> None:
		if self.difference and not self.is_gain_loss:
			throw(
				_("Total Debit must be equal to Total Credit. The difference is {0}").format(self.difference)
			)

	def on_submit(self) -> None:
		if self.voucher_type == "Bank Entry" and not (self.cheque_no and self.cheque_date):
			msgprint(
				_("Reference No & Reference Date is required for {0}").format(self.voucher_type),
				raise_exception=1,
			)
		if self.cheque_date and not self.cheque_no:
			msgprint(_("Reference No is mandatory if you entered Reference Date"), raise_exception=1)
		for customer in dict.fromkeys(
			row.party for row in self.accounts if row.party_type == "Customer" and flt(row.debit) > 0
		):
			credit.check_credit_limit(customer, self.company)
		self.make_gl_entries()
		advance_ledger.write_for_journal(self)
		self._update_advances()

	def on_update_after_submit(self) -> None:
		"""Nothing: who reconciles the entry writes its ledger anew."""

	def on_cancel(self) -> None:
		payment_unlinking.on_cancel_invoice(self)
		self.ignore_linked_doctypes = (
			"GL Entry",
			"Stock Ledger Entry",
			"Payment Ledger Entry",
			"Advance Payment Ledger Entry",
		)
		self.make_gl_entries(1)
		advance_ledger.write_for_journal(self)
		self._update_advances()
		for row in self.accounts:
			if row.is_advance == "Yes" and row.reference_type == "Sales Invoice":
				db.delete(
					"Sales Invoice Advance", {"parent": row.reference_name, "reference_name": self.name}
				)
				row.reference_type = row.reference_name = ""
				row.db_update()

	def _update_advances(self) -> None:
		orders = dict.fromkeys(
			(row.reference_type, row.reference_name)
			for row in self.accounts
			if row.is_advance and row.reference_type in ORDERS
		)
		for doctype, name in orders:
			get_doc(doctype, name).set_total_advance_paid()

	def build_gl_map(self) -> list[Dict]:
		self.currency = self.company_currency
		if self.multi_currency:
			foreign = next(
				(row for row in self.accounts if row.account_currency != self.company_currency), None
			)
			self.currency = foreign.account_currency if foreign else None
			self.conversion_rate = foreign.exchange_rate if foreign else None
		rows = []
		for row in self.accounts:
			if not (row.debit or row.credit or self.voucher_type == "Exchange Gain Or Loss"):
				continue
			rows.append(
				gl.entry(
					self,
					{
						"account": row.account,
						"party_type": row.party_type,
						"due_date": self.due_date,
						"party": row.party,
						"against": row.against_account,
						"debit": flt(row.debit, row.precision("debit")),
						"credit": flt(row.credit, row.precision("credit")),
						"account_currency": row.account_currency,
						"debit_in_account_currency": flt(
							row.debit_in_account_currency, row.precision("debit_in_account_currency")
						),
						"credit_in_account_currency": flt(
							row.credit_in_account_currency, row.precision("credit_in_account_currency")
						),
						"against_voucher_type": row.reference_type,
						"against_voucher": row.reference_name,
						"remarks": "\n".join(text for text in (row.user_remark, self.remark) if text),
						"voucher_detail_no": row.reference_detail_no,
						"cost_center": row.cost_center,
					},
					item=row,
				)
			)
		return rows

	def make_gl_entries(self, cancel: int = 0, adv_adj: int = 0) -> None:
		if cancel:
			gl.reverse(self.doctype, self.name, advance_adjustment=bool(cint(adv_adj)))
			gain_loss.cancel_linked(self)
			return
		merge = bool(cint(db.get_single_value("Accounts Settings", "merge_similar_account_heads")))
		gl.post(self.build_gl_map(), merge=merge, advance_adjustment=bool(cint(adv_adj)))
