"""Where a native class decides and no event is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from o2c_extensions import erp
from o2c_extensions.common import casebook
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.services import checking


class HoldableSalesOrder(erp.SalesOrder):
	"""A Sales Order that is held where ERPNext would refuse it.

	No event would do: the native check is a method that `on_submit`, saving after submission, "Update Items" and reopening
	call in their middle, and it throws. Events run after it, too late to take the refusal back.

	The check itself comes at the end of what called for it. ERPNext has it before the stock is reserved; but whoever decides
	keeps the customer's account locked, and a delivery that has locked the stock first waits there: both would wait forever.
	"""

	def on_submit(self) -> None:
		with self._checked_at_the_end():
			super().on_submit()
		if self.flags.o2c_hold and self.get("reserve_stock"):
			# It gets its stock when it is released: until then others may have it.
			self.cancel_stock_reservation_entries(notify=False)

	def update_status(self, status: str) -> None:
		with self._checked_at_the_end():
			super().update_status(status)

	def check_credit_limit(self) -> None:
		"""The native check's place, where holding over the limit is switched on in O2C Settings."""
		if not setting("hold_over_limit"):
			super().check_credit_limit()
		elif self.flags.o2c_check_waits:
			self.flags.o2c_check_is_due = True
		else:
			self.flags.o2c_hold = checking.check_order(self, casebook.today())

	@contextmanager
	def _checked_at_the_end(self) -> Iterator[None]:
		self.flags.o2c_check_waits = True
		try:
			yield
		finally:
			self.flags.o2c_check_waits = False
		if self.flags.pop("o2c_check_is_due", None):
			self.check_credit_limit()
