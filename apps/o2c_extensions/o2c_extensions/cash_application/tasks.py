"""Runs of cash application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from frappe.utils import getdate

from o2c_extensions.cash_application.queries import receipts as queries
from o2c_extensions.cash_application.services import intake, receipts, statements
from o2c_extensions.common import casebook
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


def watch_folder() -> None:
	"""Every five minutes: take what the bank's software has put into the watched folder."""
	intake.watch()


class StatementIntake(Work):
	"""Imports bank files that nobody uploads, each in a transaction of its own. An item is a file.

	Parameters: `files`, the names of Files that came by mail (default: what waits in the watched folder); `date`, the business
	day (default: today).
	"""

	roles = ("Cash Application Clerk",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.today: date = getdate(parameters["date"]) if parameters.get("date") else casebook.today()
		self.files: list[str] = [str(name) for name in parameters.get("files") or ()]

	def items(self) -> Iterable[str]:
		return intake.items(self.files)

	def do(self, item: str) -> str | None:
		return intake.take(item, self.today)
