"""Runs of kind "Dunning", and the daily one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import frappe
from frappe import _

from o2c_extensions.collections_management import queries, services
from o2c_extensions.common import batch
from o2c_extensions.common.settings import setting
from o2c_extensions.common.work import Work

KIND = "Dunning"


class DunningWork(Work):
	"""Everything overdue goes to its next level.

	Parameters: `date` (ISO), the day of the Dunnings, default today; `company`, default all that have levels.
	"""

	roles: ClassVar[tuple[str, ...]] = ("Collections Manager", "Accounts User", "Accounts Manager")

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		if unknown := set(parameters) - {"date", "company"}:
			frappe.throw(_("Unknown parameters: {0}").format(", ".join(sorted(unknown))))
		self.today = self.business_day()
		self.company = parameters.get("company")

	def items(self) -> Iterator[str]:
		for company in [self.company] if self.company else queries.companies_with_levels():
			yield from services.due_dunnings(company, self.today)

	def do(self, item: str) -> str | None:
		return services.dun(item, self.today)


def dun_overdue() -> None:
	"""Daily: dun what is overdue, where an administrator wants that."""
	if setting("dun_overdue"):
		batch.start(KIND)
