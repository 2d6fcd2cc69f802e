"""Document events of Sales Invoice."""

from __future__ import annotations

from typing import Any

from o2c_extensions.billing import services


def sales_invoice_validate(doc: Any, method: str | None = None) -> None:
	services.join_case(doc)


def sales_invoice_on_submit(doc: Any, method: str | None = None) -> None:
	services.invoice_submitted(doc)


def sales_invoice_on_cancel(doc: Any, method: str | None = None) -> None:
	services.invoice_cancelled(doc)


def sales_invoice_on_change(doc: Any, method: str | None = None) -> None:
	services.invoice_changed(doc)
