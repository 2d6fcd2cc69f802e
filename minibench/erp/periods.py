"""Fiscal years, closed accounting periods and the date up to which the books are frozen."""

from __future__ import annotations

import datetime
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db, session
from minibench.errors import ValidationError
from minibench.translate import _
from minibench.values.dateformats import formatdate
from minibench.values.dates import getdate
from minibench.values.text import bold


class FiscalYearError(ValidationError):
	"""No active fiscal year covers the date."""


class ClosedAccountingPeriod(ValidationError):
	"""The date lies in a period that is closed for this kind of document."""


def get_fiscal_year(
	date: Any = None,
	fiscal_year: str | None = None,
	label: str = "Date",
	verbose: int = 1,
	company: str | None = None,
	as_dict: bool = False,
	boolean: bool = False,
) -> Any:
	"""(name, start, end) of the fiscal year of a date, or of that name.

	Raises:
		FiscalYearError: there is none.
	"""
	years = get_fiscal_years(date, fiscal_year, label, verbose, company, as_dict, boolean)
	return years if boolean else years[0]


def get_fiscal_years(
	transaction_date: Any = None,
	fiscal_year: str | None = None,
	label: str = "Date",
	verbose: int = 1,
	company: str | None = None,
	as_dict: bool = False,
	boolean: bool = False,
) -> Any:
	years = _active_years(company)
	if not transaction_date and not fiscal_year:
		return years
	day = getdate(transaction_date) if transaction_date else None
	for year in years:
		if (fiscal_year and year.name == fiscal_year) or (
			day and year.year_start_date <= day <= year.year_end_date
		):
			return (year,) if as_dict else ((year.name, year.year_start_date, year.year_end_date),)
	if boolean:
		return False
	message = _("{0} {1} is not in any active Fiscal Year").format(_(label), formatdate(transaction_date))
	if company:
		message = _("{0} for {1}").format(message, bold(company))
	if verbose == 1:
		msgprint(message)
	raise FiscalYearError(message)


def _active_years(company: str | None) -> list[Dict]:
	"""The years that are not disabled, the latest first; those that name companies only for these."""
	rows = db.recall(
		"select fy.name, fy.year_start_date, fy.year_end_date from `tabFiscal Year` fy where fy.disabled = 0 and ("
		"? is null or not exists (select 1 from `tabFiscal Year Company` c where c.parent = fy.name) "
		"or exists (select 1 from `tabFiscal Year Company` c where c.parent = fy.name and c.company = ?)) "
		"order by fy.year_start_date desc",
		(company, company),
	)
	return [Dict(name=name, year_start_date=start, year_end_date=end) for name, start, end in rows]


def fiscal_year_of(date: datetime.date, company: str) -> str:
	"""The name of the fiscal year of a date."""
	return str(get_fiscal_years(date, company=company)[0][0])


def refuse_closed_period(doc: Any, method: str | None = None) -> None:
	"""Refuse to save a document whose date lies in a period that is closed for its DocType.

	Raises:
		ClosedAccountingPeriod: it does.
	"""
	if period := closed_period(doc.company, doc.doctype, doc.posting_date):
		throw(
			_("You cannot create a {0} within the closed Accounting Period {1}").format(
				doc.doctype, bold(period)
			),
			ClosedAccountingPeriod,
		)


def refuse_entries_in_closed_period(company: str, voucher_type: str, date: Any) -> None:
	"""Refuse to write or take back ledger entries in a closed period.

	Raises:
		ClosedAccountingPeriod: the period is closed for this kind of voucher.
	"""
	if period := closed_period(company, voucher_type, date):
		throw(
			_(
				"You cannot create or cancel any accounting entries with in the closed Accounting Period {0}"
			).format(bold(period)),
			ClosedAccountingPeriod,
		)


def closed_period(company: str, doctype: str, date: Any) -> str | None:
	rows = db.recall(
		"select ap.name from `tabAccounting Period` ap join `tabClosed Document` cd on cd.parent = ap.name "
		"where ap.company = ? and cd.closed = 1 and cd.document_type = ? and ? between ap.start_date and ap.end_date",
		(company, doctype, str(getdate(date))),
	)
	return rows[0][0] if rows else None


def refuse_frozen_books(posting_date: Any, advance_adjustment: bool = False) -> None:
	"""Refuse entries up to the date to which the books are frozen, but for the role that may change them."""
	if advance_adjustment:
		return
	frozen_upto = db.get_single_value("Accounts Settings", "acc_frozen_upto")
	if not frozen_upto or getdate(posting_date) > getdate(frozen_upto):
		return
	from minibench.access.users import get_roles

	modifier = db.get_single_value("Accounts Settings", "frozen_accounts_modifier")
	if modifier not in get_roles() or session.user == "Administrator":
		throw(_("You are not authorized to add or update entries before {0}").format(formatdate(frozen_upto)))
