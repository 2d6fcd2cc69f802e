"""What every document with rows of items shares, with or without a party."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import flags
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.dates import get_time, now_datetime
from minibench.values.numbers import cint, flt
from minibench.values.text import bold


class UOMMustBeIntegerError(ValidationError):
	"""The unit cannot be split."""


class Voucher(Document):
	"""A document that happens at a time and counts in units."""

	posting_date: Any

	def validate_posting_time(self) -> None:
		"""Date and time are those of now, unless somebody wants to set them."""
		if flags.in_import and self.posting_date:
			self.set_posting_time = 1
		if not self.get("set_posting_time"):
			moment = now_datetime()
			self.posting_date = moment.strftime("%Y-%m-%d")
			self.posting_time = moment.strftime("%H:%M:%S.%f")
		elif self.posting_time:
			try:
				get_time(self.posting_time)
			except ValueError:
				throw(_("Invalid Posting Time"))

	def validate_uom_is_integer(self, uom_field: str, qty_field: str) -> None:
		units = {row.get(uom_field) for row in self.items if row.get(uom_field)}
		whole = {unit for unit in units if cint(get_cached_value("UOM", unit, "must_be_whole_number"))}
		for row in self.items:
			qty = row.get(qty_field)
			if not qty or row.get(uom_field) not in whole:
				continue
			qty = flt(qty, row.precision(qty_field))
			if abs(cint(qty) - qty) > 0.0000001:
				throw(
					_(
						"Row {1}: Quantity ({0}) cannot be a fraction. To allow this, disable '{2}' in UOM {3}."
					).format(qty, row.idx, bold(_("Must be Whole Number")), bold(row.get(uom_field))),
					UOMMustBeIntegerError,
				)

	def reset_default_field_value(self, default_field: str, child_table: str, child_field: str) -> None:
		"""A default for all rows is emptied when the rows differ."""
		if len({row.get(child_field) for row in self.get(child_table)}) > 1:
			self.set(default_field, None)
