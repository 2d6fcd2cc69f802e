"""What all pages of the portal have in common: who may come in, the way around, how money and days are written."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _
from frappe.utils import cint, fmt_money, formatdate

from o2c_extensions.customer_portal import services


def begin(context: Any, section: str, title: str) -> None:
	"""Prepare a page of the portal, or send a visitor to log in.

	Raises:
		PermissionError: the user belongs to no customer.
	"""
	if frappe.session.user == "Guest":
		asked = frappe.local.request.full_path.rstrip("?") if frappe.local.request else "/my"
		frappe.local.flags.redirect_location = f"/login?redirect-to={quote(asked)}"
		raise frappe.Redirect(302)
	# Before anything can fail: the framework remembers for all users what one of them did not find.
	frappe.local.no_cache = 1
	customers = services.customers()
	context.no_cache = 1
	context.update(
		title=title,
		section=section,
		several=len(customers) > 1,
		customers=customers,
		money=money,
		day=day,
		quantity=quantity,
		words=words(),
		path_of=path_of,
		navigation=[
			{"section": "overview", "route": "/my", "label": _("Overview")},
			{"section": "orders", "route": "/my/orders", "label": _("Orders")},
			{"section": "invoices", "route": "/my/invoices", "label": _("Invoices")},
			{"section": "statement", "route": "/my/statement", "label": _("Statement")},
		],
	)


def page_asked() -> int:
	return cint(frappe.form_dict.get("page")) or 1


def only_open() -> bool:
	return bool(frappe.form_dict.get("show") == "open")


def name_asked() -> str:
	return str(frappe.form_dict.get("name") or "")


def money(amount: Any, currency: str | None) -> str:
	return str(fmt_money(amount or 0, currency=currency))


def day(value: Any) -> str:
	return str(formatdate(value)) if value else "–"


def quantity(value: float | None) -> str:
	"""A quantity without decimals that it does not have."""
	number = value or 0
	if number == int(number):
		return str(frappe.format_value(int(number), {"fieldtype": "Int"}))
	return str(frappe.format_value(number, {"fieldtype": "Float"}))


def path_of(section: str, name: str) -> str:
	"""The address of an order's or invoice's page, whatever its name holds."""
	return f"/my/{section}/{quote(name, safe='')}"


def query(**values: Any) -> str:
	"""The part of an address behind the question mark, of the values that there are."""
	return urlencode({key: value for key, value in values.items() if value})


def words() -> dict[str, str]:
	"""How a standing reads."""
	return {
		"Open": _("Open"),
		"Partly Delivered": _("Partly delivered"),
		"Delivered": _("Delivered"),
		"Completed": _("Completed"),
		"Closed": _("Closed"),
		"Credit Note": _("Credit note"),
		"Paid": _("Paid"),
		"Partly Paid": _("Partly paid"),
		"Overdue": _("Overdue"),
	}
