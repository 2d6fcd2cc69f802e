"""What the reports on credit have in common: what they ask for, and how their columns are written down."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.common import casebook
from o2c_extensions.common.dates import months_before
from o2c_extensions.credit_control.domain.waiting import bucket_bounds

# Whoever may open the reports on credit. A test compares the reports' own lists with this one.
ROLES = ("System Manager", "O2C Administrator", "O2C Analyst", "Credit Controller", "Credit Manager")
Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

COLORS = ("#2a78d6", "#1a8f5a", "#e3a008", "#d95926", "#b42318", "#8a63d2")


@dataclass(frozen=True)
class Asked:
	"""What a report was asked for. `first` and `last` are the days of the period, both of them in it."""

	company: str
	currency: str
	customer: str | None
	first: date
	last: date
	options: dict[str, Any]

	def option(self, name: str, *allowed: str) -> str:
		"""What was chosen of some words; the first of them if nothing was.

		Raises:
			frappe.ValidationError: something else was.
		"""
		chosen = str(self.options.get(name) or allowed[0])
		if chosen not in allowed:
			frappe.throw(_("{0} is none of {1}.").format(chosen, ", ".join(allowed)))
		return chosen


def asked(filters: dict[str, Any] | None) -> Asked:
	"""The filters of a report, with what is left out: the default company, the last twelve months.

	Raises:
		frappe.ValidationError: there is no such company, or the period ends before it begins.
	"""
	options = dict(filters or {})
	company = options.get("company") or frappe.defaults.get_user_default("Company")
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else None
	if not currency:
		frappe.throw(_("Choose a company."))
	last = getdate(options["to_date"]) if options.get("to_date") else casebook.today()
	first = getdate(options["from_date"]) if options.get("from_date") else months_before(last, 12)
	if first > last:
		frappe.throw(_("The period ends before it begins."))
	return Asked(str(company), str(currency), options.get("customer") or None, first, last, options)


def groups(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
	"""The rows by a key, in the order in which the keys come first."""
	found: dict[Key, list[Row]] = {}
	for row in rows:
		found.setdefault(key(row), []).append(row)
	return found


def causes(hold: Any) -> str:
	"""What held it, in words: all of its tests together are one cause, so that a hold counts once."""
	names = [name for name in (hold.causes or "").split("\n") if name]
	return ", ".join(_(name) for name in names) or _("Not Recorded")


def column(
	fieldname: str, label: str, fieldtype: str = "Data", width: int = 120, **more: Any
) -> dict[str, Any]:
	"""A column of a report."""
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def link(fieldname: str, label: str, doctype: str, width: int = 160) -> dict[str, Any]:
	"""A column of links to documents of one kind; of plain names for whoever may not read that kind.

	The framework refuses the whole report to a user who may not read what one of its columns links to.
	"""
	if not frappe.has_permission(doctype, "read"):
		return column(fieldname, label, width=width)
	return column(fieldname, label, "Link", width, options=doctype)


def money(fieldname: str, label: str, width: int = 130) -> dict[str, Any]:
	"""A column of amounts in the company's currency, which a hidden column names."""
	return column(fieldname, label, "Currency", width, options="currency")


def currency_column() -> dict[str, Any]:
	"""Which currency the amounts are in. No link: not everybody may read currencies."""
	return column("currency", _("Currency"), hidden=1)


def figure(
	label: str, value: Any, datatype: str, currency: str | None = None, indicator: str = "Blue"
) -> Any:
	"""One of the numbers above a report."""
	number = float(value) if isinstance(value, Decimal) else value
	return {
		"label": label,
		"value": number,
		"datatype": datatype,
		"indicator": indicator,
		**({"currency": currency} if currency else {}),
	}


def bucket_labels() -> list[str]:
	"""What the buckets of ages are called."""
	return [
		_("{0} Days or More").format(first) if last is None else _("{0}-{1} Days").format(first, last)
		for first, last in bucket_bounds()
	]
