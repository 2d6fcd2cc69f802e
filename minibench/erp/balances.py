"""Balances of accounts and parties, by the general ledger."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.erp import gl
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.values.dates import getdate
from minibench.values.numbers import cint, flt
from minibench.web.whitelist import whitelist


@whitelist()
def get_balance_on(
	account: str | None = None,
	date: Any = None,
	party_type: str | None = None,
	party: str | None = None,
	company: str | None = None,
	in_account_currency: bool = True,
	cost_center: str | None = None,
	ignore_account_permission: bool = False,
	account_type: str | None = None,
	start_date: Any = None,
) -> float:
	"""Debit minus credit of an account (with those below it), of a party or of all accounts of a type, up to a day."""
	where, values = ["is_cancelled = 0"], []
	if start_date:
		where.append("posting_date >= ?")
		values.append(str(getdate(start_date)))
	if date:
		where.append("posting_date <= ?")
		values.append(str(getdate(date)))
	if account:
		doc = get_cached_doc("Account", account)
		if not ignore_account_permission:
			doc.check_permission("read")
		if doc.is_group:
			where.append("account in (select name from `tabAccount` where lft >= ? and rgt <= ?)")
			values += [doc.lft, doc.rgt]
			if doc.account_currency == get_cached_value("Company", doc.company, "default_currency"):
				in_account_currency = False
		else:
			where.append("account = ?")
			values.append(account)
		if cost_center and doc.report_type == "Profit and Loss":
			lft, rgt = get_cached_value("Cost Center", cost_center, ["lft", "rgt"])
			where.append("cost_center in (select name from `tabCost Center` where lft >= ? and rgt <= ?)")
			values += [lft, rgt]
	if account_type:
		where.append(
			"account in (select name from `tabAccount` where company = ? and account_type = ? and is_group = 0)"
		)
		values += [str(company), account_type]
	if party_type and party:
		where.append("party_type = ? and party = ?")
		values += [party_type, party]
	if company:
		where.append("company = ?")
		values.append(company)
	if not (account or (party_type and party) or account_type):
		return 0.0
	suffix = "_in_account_currency" if cint(in_account_currency) else ""
	places = _precision(company)
	rows = db.execute(
		f"select round(sum(round(debit{suffix}, {places})), 9) - round(sum(round(credit{suffix}, {places})), 9) from `tabGL Entry` "
		f"where {' and '.join(where)}",
		values,
	)
	return float(flt(rows[0][0], 9))


def _precision(company: str | None) -> int:
	own = cint(db.get_single_value("System Settings", "currency_precision"))
	return own or (gl.precision(company) if company else 2)
