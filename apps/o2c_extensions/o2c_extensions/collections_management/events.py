"""Document events of Dunning, of what settles the invoices dunned, and of Company, which gets its levels."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.collections_management import services
from o2c_extensions.setup import dunning_types


def sales_invoice_on_change(doc: Any, method: str | None = None) -> None:
	services.invoice_changed(doc)


def payment_entry_on_submit(doc: Any, method: str | None = None) -> None:
	services.payment_changed(doc)


def payment_entry_on_cancel(doc: Any, method: str | None = None) -> None:
	services.payment_changed(doc)


def company_on_update(doc: Any, method: str | None = None) -> None:
	if frappe.has_permission("Dunning Type", "create"):
		dunning_types.sync([doc.name])


def dunning_validate(doc: Any, method: str | None = None) -> None:
	services.take_level(doc)


def dunning_on_submit(doc: Any, method: str | None = None) -> None:
	services.dunning_submitted(doc)


def dunning_on_cancel(doc: Any, method: str | None = None) -> None:
	services.dunning_cancelled(doc)
