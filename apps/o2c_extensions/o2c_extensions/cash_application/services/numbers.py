"""Numbers of Payment Entries, taken in advance by those who share the posting of receipts.

Whoever takes a number locks its series until the transaction ends: two workers who post receipts would do so one after the
other. So each takes as many as it is going to need, in a short transaction before. One that is not used in the end is a gap, as
a deleted Payment Entry leaves it.
"""

from __future__ import annotations

import frappe
from frappe.model.naming import NamingSeries

from o2c_extensions.cash_application.queries import posting as queries
from o2c_extensions.cash_application.queries.doctypes import PAYMENT

# What a series may be made of besides fixed text, so that the next names are known before the documents.
_DATES = ("YYYY", "YY", "MM", "DD")


class Numbers:
	"""The numbers of one worker."""

	def __init__(self) -> None:
		self._names: list[str] = []
		self._last: str | None = None

	def take(self, count: int) -> None:
		"""Have so many numbers; to be committed before the first is used. None, where a name depends on its document."""
		missing = count - len(self._names)
		series = frappe.new_doc(PAYMENT).naming_series
		if missing <= 0 or not _is_counted(series):
			return
		naming = NamingSeries(series)
		prefix = naming.get_prefix()
		first = naming.generate_next_name(frappe.new_doc(PAYMENT)).removeprefix(prefix)
		naming.update_counter(int(first) + missing - 1)
		self._names += [f"{prefix}{int(first) + step:0{len(first)}d}" for step in range(missing)]

	def next(self) -> str | None:
		"""The number to use; it stays the next one until it is `used`."""
		return self._names[0] if self._names else None

	def used(self, name: str) -> None:
		if self._names and self._names[0] == name:
			self._last = self._names.pop(0)

	def give_back(self) -> None:
		"""What was used last has been rolled back."""
		if self._last:
			self._names.insert(0, self._last)
			self._last = None


def _is_counted(series: str | None) -> bool:
	"""Whether names are fixed text, the date, and a number at the end."""
	meta = frappe.get_meta(PAYMENT)
	if not series or (meta.autoname or "") != "naming_series:" or queries.names_payments_otherwise():
		return False
	*parts, number = NamingSeries(series).series.split(".")
	return set(number) == {"#"} and all(part in _DATES or _is_fixed(part) for part in parts)


def _is_fixed(part: str) -> bool:
	"""Text that ends with a sign is no code: neither a field's, nor one that an app gives a meaning."""
	return "#" not in part and "{" not in part and (not part or part.endswith(("-", "/")))
