"""Runs of cash application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from frappe.utils import getdate

from o2c_extensions.cash_application.queries import receipts as queries
from o2c_extensions.cash_application.services import receipts, statements
from o2c_extensions.common.work import Work


class CashApplication(Work):
	"""Applies every open receipt that names its invoices, each in a transaction of its own.

	Parameters: `date`, the business day (default: today); `statements`, the Bank Statements to look at (default: all).
	"""

	roles = ("Cash Application Clerk",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.today: date = getdate(parameters.get("date"))
		self.statements: list[str] = list(parameters.get("statements") or ())

	def items(self) -> Iterable[str]:
		statements.refresh_statements()
		return queries.open_receipts(self.today, self.statements)

	def do(self, item: str) -> str | None:
		return receipts.apply_receipt(item, self.today) or "Waiting"
