"""Runs of cash application."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate

from o2c_extensions.cash_application.queries import lines as queries
from o2c_extensions.cash_application.services import (
	advice_intake,
	calibration,
	intake,
	match_simulation,
	matching,
	notifications,
	on_account,
	remittances,
	statements,
)
from o2c_extensions.cash_application.services.matching import Announced
from o2c_extensions.cash_application.services.numbers import Numbers
from o2c_extensions.common.work import Work


class CashApplication(Work):
	"""Decides all open lines together when it is planned, and keeps that; then each is booked in a transaction of its own.

	Parameters: `date`, the business day (default: today); `statements`, the Bank Statements to look at (default: all);
	`part` and `parts`: only this part of the lines, from 0 on, so that several workers share them (default: all of them).
	"""

	roles = ("Cash Application Clerk",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.today: date = getdate(parameters.get("date"))
		self.statements: list[str] = list(parameters.get("statements") or ())
		self.part, self.parts = cint(parameters.get("part")), cint(parameters.get("parts")) or 1
		if not 0 <= self.part < self.parts:
			frappe.throw(_("There is no part {0} of {1} parts.").format(self.part, self.parts))
		self.planned: Announced | None = None
		self.numbers = Numbers()

	def items(self) -> Iterable[str]:
		statements.refresh_statements()
		remittances.join_lines()
		rows = queries.rows_of(until=self.today, statements=self.statements, is_open=True)
		return matching.plan([row for row in rows if self._is_mine(row.name)], self.today)

	def _is_mine(self, line: str) -> bool:
		return bool(zlib.crc32(line.encode()) % self.parts == self.part)

	def expect(self, items: Sequence[str]) -> None:
		self.planned = matching.announce(items)
		if self.parts > 1:
			self.planned.poster.number_ahead(self.numbers)

	def do(self, item: str) -> str | None:
		try:
			return matching.apply(item, self.today, planned=self.planned) or "Waiting"
		except Exception:
			if self.planned:
				self.planned.forget()
			raise


def allocate_to_invoice(invoice: str) -> None:
	"""An invoice has appeared: what stands on its customer's account for it is allocated."""
	on_account.allocate_to(invoice)


def look_at_notifications(bank_account: str, day: str) -> None:
	"""A match was taken back on a day of which a notification tells: its line is taken apart."""
	notifications.look_again(bank_account, getdate(day))


def watch_folder() -> None:
	"""Every five minutes: take what the bank's software has put into the watched folder."""
	intake.watch()
	advice_intake.watch()


class StatementIntake(Work):
	"""Imports bank files that nobody uploads, each in a transaction of its own. An item is a file.

	Parameters: `files`, the names of Files that came by mail (default: what waits in the watched folder); `date`, the business
	day (default: today).
	"""

	roles = ("Cash Application Clerk",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.today = self.business_day()
		self.files: list[str] = [str(name) for name in parameters.get("files") or ()]

	def items(self) -> Iterable[str]:
		return intake.items(self.files)

	def do(self, item: str) -> str | None:
		return intake.take(item, self.today)


class AdviceIntake(Work):
	"""Keeps remittance advices that nobody uploads, each in a transaction of its own. An item is a file, or a mail.

	Parameters: `mails`, the names of Communications (default: what waits in the watched folder); `date`, the business day
	(default: today).
	"""

	roles = ("Cash Application Clerk",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.today = self.business_day()
		self.mails: list[str] = [str(name) for name in parameters.get("mails") or ()]

	def items(self) -> Iterable[str]:
		return advice_intake.items(self.mails)

	def do(self, item: str) -> str | None:
		return advice_intake.take(item, self.today)


# --- rules -------------------------------------------------------------------------------------------------------------------


class MatchSimulation(Work):
	"""Past lines matched by an edited rule set and by the one in force, day by day.

	Parameters: `simulation`, the name of a Match Simulation, which services/match_simulation.py makes together with its run.
	"""

	roles = ("Cash Application Manager",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.simulation = str(parameters.get("simulation") or "")
		if not frappe.db.exists("Match Simulation", self.simulation):
			frappe.throw(_("A simulation is started with a rule set."))
		self.replay: match_simulation.Replay | None = None

	def items(self) -> Iterable[str]:
		return match_simulation.days_of(self.simulation)

	def do(self, item: str) -> str | None:
		self.replay = self.replay or match_simulation.Replay(self.simulation)
		return self.replay.day(getdate(item))


class MatchCalibration(Work):
	"""Confirmed history replayed: what a score is worth, and what evidence weighs. An item is a day, or what is made of the days.

	Parameters: `calibration`, the name of a Match Calibration.
	"""

	roles = ("Cash Application Manager",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.calibration = str(parameters.get("calibration") or "")
		if not frappe.db.exists("Match Calibration", self.calibration):
			frappe.throw(_("There is no calibration called {0}.").format(self.calibration))

	def items(self) -> Iterable[str]:
		return calibration.steps_of(self.calibration)

	def do(self, item: str) -> str | None:
		return calibration.do(self.calibration, item)


def calibrate_matching() -> None:
	"""Monthly: measure anew what a score is worth."""
	calibration.start_all()
