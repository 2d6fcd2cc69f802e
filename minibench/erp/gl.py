"""The general ledger: making a voucher's entries, writing them, taking them back."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, session
from minibench.erp import gl_map, ledger_rows, parties, payment_ledger, periods
from minibench.erp.companies import get_account_currency, get_company_currency
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.meta import get_field_precision, get_meta
from minibench.translate import _
from minibench.values.dates import now
from minibench.values.numbers import flt
from minibench.values.text import bold

DOCTYPE = "GL Entry"
_NO_CURRENCY_CHECK = ("Journal Entry", "Payment Entry", "Stock Entry")
_OWN_CURRENCIES = ("Journal Entry", "Payment Entry")
_SUBTYPE_FIELD = {
	"Journal Entry": "voucher_type",
	"Payment Entry": "payment_type",
	"Stock Entry": "stock_entry_type",
}


class InvalidAccountCurrency(parties.InvalidAccountCurrency):
	"""An entry names another currency than that of its account."""


class MissingAccountError(ValidationError):
	"""An account is missing."""


# --- making entries ----------------------------------------------------------------------------------------------------


def entry(doc: Any, values: dict[str, Any], account_currency: str | None = None, item: Any = None) -> Dict:
	"""An entry of a voucher: what all of its entries share, with `values` over it and amounts in all currencies.

	post() adds the fiscal year.
	"""
	row = Dict(
		company=doc.company,
		posting_date=doc.get("posting_date"),
		voucher_type=doc.doctype,
		voucher_no=doc.name,
		voucher_subtype=_subtype(doc),
		remarks=doc.get("remarks") or doc.get("remark"),
		debit=0,
		credit=0,
		debit_in_account_currency=0,
		credit_in_account_currency=0,
		is_opening=doc.get("is_opening") or "No",
		party_type=None,
		party=None,
	)
	row.update(values)
	currency = account_currency or get_account_currency(row.account)
	company_currency = get_company_currency(doc.company)
	if row.account and doc.doctype not in _NO_CURRENCY_CHECK:
		_check_currency(doc, row.account, currency, company_currency)
	if row.account and doc.doctype not in _OWN_CURRENCIES:
		_fill_account_currency(row, currency, doc.get("conversion_rate"), company_currency)
	_fill_transaction_currency(doc, row, currency, company_currency, item)
	return row


def _subtype(doc: Any) -> str:
	if fieldname := _SUBTYPE_FIELD.get(doc.doctype):
		return doc.get(fieldname) or doc.doctype  # type: ignore[no-any-return]
	if doc.doctype == "Delivery Note" and doc.is_return:
		return "Sales Return"
	if doc.doctype == "Sales Invoice" and doc.is_return:
		return "Credit Note"
	if doc.doctype == "Sales Invoice" and doc.is_debit_note:
		return "Debit Note"
	return str(doc.doctype)


def _check_currency(doc: Any, account: str, currency: str, company_currency: str) -> None:
	valid = [company_currency]
	if doc.get("currency") and doc.currency != company_currency:
		valid.append(doc.currency)
	if currency not in valid:
		throw(
			_("Account {0} is invalid. Account Currency must be {1}").format(
				account, (" " + _("or") + " ").join(valid)
			)
		)


def _fill_account_currency(row: Dict, currency: str, rate: Any, company_currency: str) -> None:
	if not rate and currency != company_currency:
		throw(_("Account: {0} with currency: {1} can not be selected").format(row.account, currency))
	row.account_currency = currency
	for side in gl_map.AMOUNTS:
		own = f"{side}_in_account_currency"
		if flt(row[side]) and not flt(row[own]):
			row[own] = row[side] if currency == company_currency else flt(row[side] / rate, 2)


def _fill_transaction_currency(doc: Any, row: Dict, currency: str, company_currency: str, item: Any) -> None:
	rate = doc.get("conversion_rate") or 1
	row.transaction_currency = doc.get("currency") or company_currency
	by_row = doc.doctype == "Journal Entry" and item is not None
	row.transaction_exchange_rate = (item.get("exchange_rate") or 1) if by_row else rate
	for side in gl_map.AMOUNTS:
		same = currency == doc.get("currency")
		row[f"{side}_in_transaction_currency"] = (
			row[f"{side}_in_account_currency"] if same else flt((row[side] or 0) / rate)
		)


# --- writing ------------------------------------------------------------------------------------------------------------


def precision(company: str) -> int:
	df = get_meta(DOCTYPE).get_field("debit")
	return int(get_field_precision(df, currency=get_company_currency(company)) or 2)


def post(
	rows: list[Dict],
	*,
	merge: bool = True,
	advance_adjustment: bool = False,
	update_outstanding: bool = True,
	reposting: bool = False,
) -> None:
	"""Write a voucher's entries to the general and the payment ledger.

	Raises:
		ValidationError: they do not balance, or an account or party must not be used.
		ClosedAccountingPeriod: the period is closed for this kind of voucher.
	"""
	if not rows:
		return
	first = rows[0]
	years = {day: periods.fiscal_year_of(day, first.company) for day in {row.posting_date for row in rows}}
	for row in rows:
		row.fiscal_year = years[row.posting_date]
	periods.refuse_entries_in_closed_period(first.company, first.voucher_type, first.posting_date)
	_refuse_disabled_accounts(rows)
	places = precision(first.company)
	is_gain_loss = _is_exchange_gain_loss(first)
	if merge:
		rows = gl_map.merged(rows, places, keep_zero=is_gain_loss)
	rows = gl_map.positive(rows)
	if not rows:
		return
	if len(rows) == 1:
		throw(
			_(
				"Incorrect number of General Ledger Entries found. You might have selected a wrong Account in the transaction."
			)
		)
	payment_ledger.create(
		rows,
		advance_adjustment=advance_adjustment,
		update_outstanding=update_outstanding,
		reposting=reposting,
	)
	_save(balanced(rows, is_gain_loss), advance_adjustment, update_outstanding, reposting)


def balanced(rows: list[Dict], is_gain_loss: bool = False) -> list[Dict]:
	"""The rows, with a small difference put to the round-off account. Raises ValidationError if it is not small."""
	first = rows[0]
	places = precision(first.company)
	allowed = gl_map.allowance(first.voucher_type, places)
	diff = gl_map.difference(rows, places)
	if abs(diff) > allowed:
		if not is_gain_loss:
			_refuse_difference(diff, first)
	elif abs(diff) >= 1.0 / 10**places:
		opening = any(row.is_opening == "Yes" for row in rows)
		account, cost_center = round_off_account(first.company, first.voucher_type, first.voucher_no, opening)
		rows = gl_map.with_round_off(rows, diff, places, account, cost_center, opening)
	diff = gl_map.difference(rows, places)
	if abs(diff) > allowed and not is_gain_loss:
		_refuse_difference(diff, first)
	return rows


def _refuse_difference(diff: float, row: Dict) -> None:
	throw(
		_("Debit and Credit not equal for {0} #{1}. Difference is {2}.").format(
			row.voucher_type, row.voucher_no, diff
		)
	)


def _is_exchange_gain_loss(row: Dict) -> bool:
	return bool(
		row.voucher_type == "Journal Entry"
		and db.get_value("Journal Entry", row.voucher_no, "voucher_type") == "Exchange Gain Or Loss"
	)


def round_off_account(
	company: str, voucher_type: str, voucher_no: str, opening: bool = False, company_cost_center: bool = False
) -> tuple[str, str]:
	"""Account and cost centre for differences of rounding; the voucher's own cost centre goes before the company's."""
	account, cost_center, for_opening, expense = get_cached_value(
		"Company",
		company,
		["round_off_account", "round_off_cost_center", "round_off_for_opening", "default_expense_account"],
	)
	if opening:
		if not for_opening:
			throw(_("Please set '{0}' in Company: {1}").format(bold("Round Off for Opening"), company))
		account = for_opening
	account = account or expense
	if not company_cost_center and get_meta(voucher_type).has_field("cost_center"):
		cost_center = db.get_value(voucher_type, voucher_no, "cost_center") or cost_center
	for value, label in ((account, "Round Off Account"), (cost_center, "Round Off Cost Center")):
		if not value:
			throw(_("Please mention '{0}' in Company: {1}").format(bold(label), company))
	return account, cost_center


def _refuse_disabled_accounts(rows: list[Dict]) -> None:
	disabled = sorted(
		{row.account for row in rows if row.account and get_cached_value("Account", row.account, "disabled")}
	)
	if disabled:
		throw(
			_("Cannot create accounting entries against disabled accounts: {0}").format(
				"<br>" + ", ".join(bold(account) for account in disabled)
			),
			title=_("Disabled Account Selected"),
		)


def _save(rows: list[Dict], advance_adjustment: bool, update_outstanding: bool, reposting: bool) -> None:
	periods.refuse_frozen_books(rows[0].posting_date, advance_adjustment)
	for row in rows:
		_check_entry(row, advance_adjustment, reposting)
	ledger_rows.write(DOCTYPE, rows)
	for account in {row.account for row in rows}:
		_check_balance_type(account, advance_adjustment)


def _check_entry(row: Dict, advance_adjustment: bool, reposting: bool) -> None:
	"""What v15 checks of each entry when it is saved."""
	for key in ("account", "voucher_type", "voucher_no", "company"):
		if not row.get(key):
			throw(_("{0} is required").format(_(get_meta(DOCTYPE).get_label(key))))
	if not row.fiscal_year:
		row.fiscal_year = periods.fiscal_year_of(row.posting_date, row.company)
	account = get_cached_value(
		"Account",
		row.account,
		["account_type", "report_type", "is_group", "company", "freeze_account", "name"],
		as_dict=True,
	)
	voucher = (row.voucher_type, row.voucher_no)
	if account.report_type == "Profit and Loss" and not row.cost_center:
		throw(
			_("{0} {1}: Cost Center is required for 'Profit and Loss' account {2}.").format(
				*voucher, row.account
			)
			+ " "
			+ _(
				"Please set the cost center field in {0} or setup a default Cost Center for the Company."
			).format(row.voucher_type),
			title=_("Missing Cost Center"),
		)
	if reposting:
		return
	_check_party(row, account, voucher)
	places = precision(row.company)
	if not (flt(row.debit, places) or flt(row.credit, places)) and not _is_exchange_gain_loss(row):
		throw(_("{0} {1}: Either debit or credit amount is required for {2}").format(*voucher, row.account))
	if row.is_opening == "Yes" and account.report_type == "Profit and Loss" and not row.is_cancelled:
		throw(
			_("{0} {1}: 'Profit and Loss' type account {2} not allowed in Opening Entry").format(
				*voucher, row.account
			)
		)
	_check_cost_center(row, voucher)
	_check_entry_currency(row, voucher)
	if account.is_group:
		throw(
			_(
				"{0} {1}: Account {2} is a Group Account and group accounts cannot be used in transactions"
			).format(*voucher, row.account)
		)
	if account.company != row.company:
		throw(
			_("{0} {1}: Account {2} does not belong to Company {3}").format(
				*voucher, row.account, row.company
			)
		)
	refuse_frozen_account(row.account, advance_adjustment)


def _check_party(row: Dict, account: Dict, voucher: tuple[str, str]) -> None:
	if not row.is_cancelled and not (row.party_type and row.party):
		if account.account_type == "Receivable":
			throw(
				_("{0} {1}: Customer is required against Receivable account {2}").format(
					*voucher, row.account
				)
			)
		if account.account_type == "Payable":
			throw(
				_("{0} {1}: Supplier is required against Payable account {2}").format(*voucher, row.account)
			)
	parties.refuse_frozen_or_disabled(row.party_type, row.party)
	if not row.is_cancelled and row.party_type and row.party:
		if account.account_type and account.account_type not in ("Receivable", "Payable", "Equity"):
			throw(
				_("Party Type and Party can only be set for Receivable / Payable account<br><br>{0}").format(
					row.account
				)
			)


def _check_cost_center(row: Dict, voucher: tuple[str, str]) -> None:
	if not row.cost_center:
		return
	is_group, company = get_cached_value("Cost Center", row.cost_center, ["is_group", "company"])
	if company != row.company:
		throw(
			_("{0} {1}: Cost Center {2} does not belong to Company {3}").format(
				*voucher, row.cost_center, row.company
			)
		)
	if is_group:
		throw(
			_(
				"{0} {1}: Cost Center {2} is a group cost center and group cost centers cannot be used in transactions"
			).format(*voucher, bold(row.cost_center))
		)


def _check_entry_currency(row: Dict, voucher: tuple[str, str]) -> None:
	if row.is_cancelled:
		return
	currency = get_account_currency(row.account)
	if not row.account_currency:
		row.account_currency = currency
	if currency != row.account_currency:
		throw(
			_("{0} {1}: Accounting Entry for {2} can only be made in currency: {3}").format(
				*voucher, row.account, currency
			),
			InvalidAccountCurrency,
		)
	if row.party_type and row.party:
		parties.validate_party_gle_currency(row.party_type, row.party, row.company, row.account_currency)


def refuse_frozen_account(account: str, advance_adjustment: bool = False) -> None:
	if advance_adjustment or get_cached_value("Account", account, "freeze_account") != "Yes":
		return
	from minibench.access.users import get_roles

	modifier = db.get_single_value("Accounts Settings", "frozen_accounts_modifier")
	if not modifier:
		throw(_("Account {0} is frozen").format(account))
	if modifier not in get_roles():
		throw(_("Not authorized to edit frozen Account {0}").format(account))


def _check_balance_type(account: str, advance_adjustment: bool) -> None:
	wanted = get_cached_value("Account", account, "balance_must_be")
	if advance_adjustment or not wanted:
		return
	balance = flt(
		db.execute(
			"select round(sum(debit), 9) - round(sum(credit), 9) from `tabGL Entry` where account = ?",
			(account,),
		)[0][0]
	)
	if (wanted == "Debit" and balance < 0) or (wanted == "Credit" and balance > 0):
		throw(_("Balance for Account {0} must always be {1}").format(account, _(wanted)))


# --- taking back ---------------------------------------------------------------------------------------------------------


def reverse(
	voucher_type: str, voucher_no: str, advance_adjustment: bool = False, update_outstanding: bool = True
) -> None:
	"""Take a voucher's entries back: they are marked, and others with debit and credit exchanged are written."""
	rows = entries_of(voucher_type, voucher_no)
	if not rows:
		return
	payment_ledger.create(
		rows, cancel=True, advance_adjustment=advance_adjustment, update_outstanding=update_outstanding
	)
	first = rows[0]
	periods.refuse_entries_in_closed_period(first.company, voucher_type, first.posting_date)
	periods.refuse_frozen_books(first.posting_date, advance_adjustment)
	db.execute(
		"update `tabGL Entry` set is_cancelled = 1, modified = ?, modified_by = ? "
		"where voucher_type = ? and voucher_no = ? and is_cancelled = 0",
		(now(), session.user, voucher_type, voucher_no),
	)
	back = [gl_map.reversed_row(row) for row in rows if row.debit or row.credit]
	_save([Dict({**row, "creation": None}) for row in back], advance_adjustment, update_outstanding, False)


def entries_of(voucher_type: str, voucher_no: str) -> list[Dict]:
	"""A voucher's entries that count."""
	cursor = db.cursor(
		"select * from `tabGL Entry` where voucher_type = ? and voucher_no = ? and is_cancelled = 0 order by rowid",
		(voucher_type, voucher_no),
		lock=True,
	)
	keys = [column[0] for column in cursor.description]
	return [Dict(zip(keys, values, strict=True)) for values in cursor.fetchall()]


def has_entries(voucher_type: str, voucher_no: str) -> bool:
	return bool(
		db.execute(
			"select 1 from `tabGL Entry` where voucher_type = ? and voucher_no = ? limit 1",
			(voucher_type, voucher_no),
		)
	)


def delete(voucher_type: str, voucher_no: str) -> None:
	"""Remove a voucher's entries from both ledgers, before they are made anew."""
	for table in ("GL Entry", "Payment Ledger Entry"):
		db.execute(
			f"delete from `tab{table}` where voucher_type = ? and voucher_no = ?", (voucher_type, voucher_no)
		)
