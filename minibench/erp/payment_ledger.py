"""The payment ledger: what each customer and supplier owes on each voucher, and what has been paid of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from minibench.context import Dict, db, session
from minibench.erp import ledger_rows
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.values.dates import now
from minibench.values.numbers import flt

DOCTYPE = "Payment Ledger Entry"
_OUTSTANDING_ON = ("Journal Entry", "Sales Invoice", "Purchase Invoice")


def rows_from(gl_rows: Iterable[Dict], cancel: bool = False) -> list[Dict]:
	"""The payment ledger's entries that belong to entries of the general ledger on receivable or payable accounts."""
	result = []
	for gle in gl_rows:
		account_type = get_cached_value("Account", gle.account, "account_type")
		if account_type not in ("Receivable", "Payable"):
			continue
		sign = (1 if account_type == "Receivable" else -1) * (-1 if cancel else 1)
		result.append(
			Dict(
				posting_date=gle.posting_date,
				company=gle.company,
				account_type=account_type,
				account=gle.account,
				party_type=gle.party_type,
				party=gle.party,
				cost_center=gle.cost_center,
				due_date=gle.due_date,
				voucher_type=gle.voucher_type,
				voucher_no=gle.voucher_no,
				voucher_detail_no=gle.voucher_detail_no,
				against_voucher_type=gle.against_voucher_type or gle.voucher_type,
				against_voucher_no=gle.against_voucher or gle.voucher_no,
				account_currency=gle.account_currency,
				amount=sign * (flt(gle.debit) - flt(gle.credit)),
				amount_in_account_currency=sign
				* (flt(gle.debit_in_account_currency) - flt(gle.credit_in_account_currency)),
				delinked=1 if cancel else 0,
				remarks=gle.remarks,
			)
		)
	return result


def create(
	gl_rows: Iterable[Dict],
	*,
	cancel: bool = False,
	advance_adjustment: bool = False,
	update_outstanding: bool = True,
	reposting: bool = False,
) -> None:
	"""Write the entries that belong to those of the general ledger, and the outstanding amounts that follow."""
	from minibench.erp.gl import refuse_frozen_account

	rows = rows_from(gl_rows, cancel)
	for row in rows:
		if not reposting:
			refuse_frozen_account(row.account, advance_adjustment)
		if cancel:
			_delink(row)
	ledger_rows.write(DOCTYPE, rows)
	if not update_outstanding:
		return
	vouchers = dict.fromkeys(
		(row.against_voucher_type, row.against_voucher_no, row.account, row.party_type, row.party)
		for row in rows
		if row.against_voucher_type in _OUTSTANDING_ON
	)
	for voucher in vouchers:
		update_voucher_outstanding(*voucher)


_SAME_ENTRY = (
	"company",
	"account_type",
	"account",
	"party_type",
	"party",
	"voucher_type",
	"voucher_no",
	"against_voucher_type",
	"against_voucher_no",
)


def _delink(row: Dict) -> None:
	where = " and ".join(f"`{name}` is ?" for name in _SAME_ENTRY)
	db.execute(
		f"update `tabPayment Ledger Entry` set delinked = 1, modified = ?, modified_by = ? where {where}",
		(now(), session.user, *(row[name] for name in _SAME_ENTRY)),
	)


def voucher_outstanding(
	voucher_type: str, voucher_no: str, account: str | None, party_type: str | None, party: str | None
) -> float | None:
	"""What is outstanding on a voucher, in its account's currency; None where it has no entry of its own."""
	condition, values = _conditions(account, party_type, party)
	own = db.execute(
		"select account, party_type, party from `tabPayment Ledger Entry` where delinked = 0 and voucher_type = ? "
		f"and voucher_no = ?{condition} limit 1",
		(voucher_type, voucher_no, *values),
	)
	if not own:
		return None
	rows = db.execute(
		"select round(sum(amount_in_account_currency), 9) from `tabPayment Ledger Entry` where delinked = 0 "
		f"and against_voucher_type = ? and against_voucher_no = ?{condition}",
		(voucher_type, voucher_no, *values),
	)
	return float(flt(rows[0][0]))


def _conditions(account: str | None, party_type: str | None, party: str | None) -> tuple[str, list[Any]]:
	condition, values = "", []
	for name, value in (("account", account), ("party_type", party_type), ("party", party)):
		if value:
			condition += f" and {name} = ?"
			values.append(value)
	return condition, values


def update_voucher_outstanding(
	voucher_type: str, voucher_no: str, account: str | None, party_type: str | None, party: str | None
) -> None:
	"""Write what is outstanding on an invoice into it, with the status that follows."""
	if voucher_type != "Sales Invoice" or not (party_type and party):
		return
	outstanding = voucher_outstanding(voucher_type, voucher_no, account, party_type, party)
	if outstanding is None:
		return
	doc = get_doc(voucher_type, voucher_no)
	doc.outstanding_amount = outstanding
	db.set_value(voucher_type, voucher_no, "outstanding_amount", outstanding)
	doc.set_status(update=True)
	doc.notify_update()


def outstanding_vouchers(
	party_type: str,
	party: str,
	accounts: Sequence[str],
	*,
	company: str | None = None,
	vouchers: Sequence[tuple[str, str]] | None = None,
	invoices_only: bool = True,
) -> list[Dict]:
	"""The vouchers of a party with what is open on each, by due date; payments without an invoice are negative."""
	if not accounts:
		return []
	marks = ", ".join("?" * len(accounts))
	condition, values = "", [party_type, party, *accounts]
	if company:
		condition += " and p.company = ?"
		values.append(company)
	cursor = db.cursor(
		"select p.account, p.voucher_type, p.voucher_no, p.party_type, p.party, p.posting_date, p.due_date, "
		"p.account_currency as currency, p.cost_center, p.remarks, round(sum(p.amount_in_account_currency), 9) as invoice_amount, "
		"(select round(sum(o.amount_in_account_currency), 9) from `tabPayment Ledger Entry` o where o.delinked = 0 "
		"and o.against_voucher_type = p.voucher_type and o.against_voucher_no = p.voucher_no and o.account = p.account "
		"and o.party_type = p.party_type and o.party = p.party) as outstanding_amount "
		f"from `tabPayment Ledger Entry` p where p.delinked = 0 and p.party_type = ? and p.party = ? "
		f"and p.account in ({marks}){condition} "
		"group by p.voucher_type, p.voucher_no, p.party_type, p.party",
		values,
	)
	keys = [column[0] for column in cursor.description]
	found = [Dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]
	wanted = set(vouchers) if vouchers is not None else None
	result = []
	for row in found:
		row.invoice_amount = flt(row.invoice_amount)
		row.outstanding_amount = flt(row.outstanding_amount)
		row.payment_amount = row.invoice_amount - row.outstanding_amount
		if wanted is not None and (row.voucher_type, row.voucher_no) not in wanted:
			continue
		if not invoices_only or row.outstanding_amount > 0.005:
			result.append(row)
	return sorted(result, key=lambda row: str(row.due_date or "9999"))


def unlink_references(voucher_type: str, voucher_no: str, payment: str | None = None) -> None:
	"""Entries against a voucher that is being cancelled stand for themselves from now on."""
	moment, user = now(), session.user
	condition, extra = (" and voucher_no = ?", [payment]) if payment else ("", [])
	db.execute(
		"update `tabGL Entry` set against_voucher_type = null, against_voucher = null, modified = ?, modified_by = ? "
		f"where against_voucher_type = ? and against_voucher = ?{condition}",
		(moment, user, voucher_type, voucher_no, *extra),
	)
	db.execute(
		"update `tabPayment Ledger Entry` set against_voucher_type = voucher_type, against_voucher_no = voucher_no, "
		"modified = ?, modified_by = ? where against_voucher_type = ? and against_voucher_no = ? and delinked = 0"
		f"{condition}",
		(moment, user, voucher_type, voucher_no, *extra),
	)
