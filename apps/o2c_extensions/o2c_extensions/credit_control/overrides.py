"""Where a native class decides and no event is asked."""

from __future__ import annotations

from o2c_extensions import erp
from o2c_extensions.common import casebook
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.services import checking


class HoldableSalesOrder(erp.SalesOrder):
	"""A Sales Order that is held where ERPNext would refuse it.

	No event would do: the native check is a method that `on_submit`, saving after submission, "Update Items" and reopening
	call in their middle, and it throws. Events run after it, too late to take the refusal back.
	"""

	def check_credit_limit(self) -> None:
		"""The native check's place, where holding over the limit is switched on in O2C Settings."""
		if setting("hold_over_limit"):
			checking.check_order(self, casebook.today())
		else:
			super().check_credit_limit()
