"""Runs of kind "Invoicing", and the daily one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import frappe
from frappe import _

from o2c_extensions.billing import queries, services
from o2c_extensions.common import batch
from o2c_extensions.common.settings import setting
from o2c_extensions.common.work import Work

KIND = "Invoicing"


class InvoicingWork(Work):
	"""Everything billable becomes an invoice. Parameter: `date` (ISO), the day that invoices bear; default today."""

	roles: ClassVar[tuple[str, ...]] = ("Order Manager", "Accounts User", "Accounts Manager")

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		if unknown := set(parameters) - {"date"}:
			frappe.throw(_("Unknown parameters: {0}").format(", ".join(sorted(unknown))))
		self.today = self.business_day()

	def items(self) -> Iterator[str]:
		for name in queries.deliveries_to_invoice(self.today):
			yield f"Delivery Note:{name}"
		for name in queries.orders_to_invoice(self.today):
			yield f"Sales Order:{name}"

	def do(self, item: str) -> str | None:
		doctype, _separator, name = item.partition(":")
		if doctype == "Delivery Note":
			return services.invoice_delivery(name, self.today)
		return services.invoice_drop_shipped(name, self.today)


def invoice_deliveries() -> None:
	"""Daily: invoice what was delivered, where an administrator wants that."""
	if setting("invoice_deliveries"):
		batch.start(KIND)
