"""What a customer's own programs ask: the same as the portal's pages, as JSON, PDF and CSV.

For users who are named among a customer's portal users; others are refused (403). What is not the customer's is not found
(404), whether it exists or not.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate

from o2c_extensions.customer_portal import services

# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@frappe.whitelist(methods=["GET"])
def my_orders(page: int = 1, only_open: bool = False) -> dict[str, Any]:
	"""One page of the customer's orders, the newest first."""
	services.check_permission()
	return services.orders(cint(page), bool(cint(only_open)))


@frappe.whitelist(methods=["GET"])
def my_order(name: str) -> dict[str, Any]:
	"""One order: its lines, promised dates, deliveries, invoices and what happened."""
	services.check_permission()
	return services.order(name)


@frappe.whitelist(methods=["GET"])
def my_invoices(page: int = 1, only_open: bool = False) -> dict[str, Any]:
	"""One page of the customer's invoices, the newest first; open ones by the day on which they are due."""
	services.check_permission()
	return services.invoices(getdate(), cint(page), bool(cint(only_open)))


@frappe.whitelist(methods=["GET"])
def my_invoice(name: str) -> dict[str, Any]:
	"""One invoice: its lines, when it is due, what was paid."""
	services.check_permission()
	return services.invoice(name, getdate())


@frappe.whitelist(methods=["GET"])
def my_statement(
	from_date: str | None = None,
	to_date: str | None = None,
	customer: str | None = None,
	company: str | None = None,
	currency: str | None = None,
) -> dict[str, Any]:
	"""The account over a range of days: opening balance, movements with the balance after each, closing balance."""
	services.check_permission()
	return services.statement(getdate(), from_date, to_date, customer, company, currency)


@frappe.whitelist(methods=["GET"])
def statement_csv(
	from_date: str | None = None,
	to_date: str | None = None,
	customer: str | None = None,
	company: str | None = None,
	currency: str | None = None,
) -> None:
	"""The statement as a file for spreadsheets: UTF-8, commas, days as 2026-03-31, amounts as 1234.50."""
	services.check_permission()
	said = services.statement(getdate(), from_date, to_date, customer, company, currency)
	frappe.local.response.update(
		type="download",
		filename=f"statement-{said['from_date']}-{said['to_date']}.csv",
		filecontent=_as_csv(said).encode("utf-8-sig"),
		content_type="text/csv",
		display_content_as="attachment",
	)


@frappe.whitelist(methods=["GET"])
def invoice_pdf(name: str) -> None:
	"""One invoice as it prints."""
	services.check_permission()
	filename, content = services.invoice_pdf(name)
	frappe.local.response.update(type="pdf", filename=filename, filecontent=content)


def _as_csv(said: dict[str, Any]) -> str:
	out = io.StringIO()
	writer = csv.writer(out)
	writer.writerow([_("Date"), _("Document"), _("No."), _("Due"), _("Amount"), _("Balance"), _("Currency")])
	writer.writerow(
		[said["from_date"], _("Opening Balance"), "", "", "", f"{said['opening']:.2f}", said["currency"]]
	)
	for move in said["movements"]:
		writer.writerow(
			[
				move["day"],
				_text(move["kind"]),
				_text(move["voucher_no"]),
				move["due_date"] or "",
				f"{move['amount']:.2f}",
				f"{move['balance']:.2f}",
				said["currency"],
			]
		)
	writer.writerow(
		[said["to_date"], _("Closing Balance"), "", "", "", f"{said['closing']:.2f}", said["currency"]]
	)
	return out.getvalue()


def _text(value: str) -> str:
	return f"'{value}" if value.startswith(FORMULA) else value
