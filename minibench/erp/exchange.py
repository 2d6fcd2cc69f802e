"""Exchange rates between currencies, as Currency Exchange records them."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint
from minibench.context import db
from minibench.translate import _
from minibench.values.dates import add_days, getdate, nowdate
from minibench.values.numbers import cint, flt
from minibench.web.whitelist import whitelist

_PURPOSE = {"for_buying": "for_buying", "for_selling": "for_selling"}


@whitelist()
def get_exchange_rate(
	from_currency: str | None, to_currency: str | None, transaction_date: Any = None, args: str | None = None
) -> Any:
	"""The last recorded rate on or before a day; 0 with a message if there is none. No service on the web is asked."""
	if not (from_currency and to_currency):
		return None
	if from_currency == to_currency:
		return 1
	day = getdate(transaction_date or nowdate())
	condition, values = "", [str(day), from_currency, to_currency]
	if args in _PURPOSE:
		condition += f" and {_PURPOSE[args]} = 1"
	if not cint(db.get_single_value("Accounts Settings", "allow_stale")):
		condition += " and date > ?"
		values.append(str(add_days(day, -cint(db.get_single_value("Accounts Settings", "stale_days")))))
	rows = db.execute(
		"select exchange_rate from `tabCurrency Exchange` where date <= ? and from_currency = ? and to_currency = ?"
		f"{condition} order by date desc limit 1",
		values,
	)
	if rows:
		return flt(rows[0][0])
	msgprint(
		_(
			"Unable to find exchange rate for {0} to {1} for key date {2}. Please create a Currency Exchange record manually"
		).format(from_currency, to_currency, day)
	)
	return 0.0
