"""What the portal says to the framework's and ERPNext's own website: where a visit begins, and what is not to be seen."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from o2c_extensions.customer_portal import queries

# Functions for the desk's forms. Many of them ask for no permission: they tell any user who is logged in what a customer
# owes or an invoice amounts to, or change an order's status. Users of the website have no forms.
DESK_FUNCTIONS = (
	"erpnext.accounts.",
	"erpnext.selling.",
	"erpnext.stock.",
	"erpnext.controllers.",
	"frappe.client.get_count",
	"frappe.client.is_document_amended",
)
# The website's own among them: a customer asks to pay.
WEBSITE_FUNCTIONS = ("erpnext.accounts.doctype.payment_request.payment_request.",)


def home_page(user: str) -> str | None:
	"""Where a customer's visit begins, unless another app or the website's settings have a better place: the portal.

	The framework asks one app only. So the others are asked here, before it is our turn.
	"""
	others = [
		path for path in frappe.get_hooks("get_website_user_home_page") if not path.startswith(__name__)
	]
	if others:
		return _text(frappe.get_attr(others[-1])(user))
	if fixed := frappe.get_hooks("website_user_home_page"):
		return _text(fixed[-1])
	by_role = frappe.get_hooks("role_home_page") or {}
	if user == "Guest" or any(role in by_role for role in frappe.get_roles(user)):
		return None
	if frappe.db.get_single_value("Website Settings", "home_page") not in (None, "", "login", "me"):
		return None
	is_website_user = frappe.get_cached_value("User", user, "user_type") == "Website User"
	return "my" if is_website_user and queries.customers_of(user) else None


def refuse_functions_of_the_desk() -> None:
	"""Keep a website's user off the functions that ERPNext has for its forms.

	Runs when it is known who asks, with a password or with a key.
	"""
	if frappe.session.user == "Guest" or not any(_is_for_the_desk(name) for name in _names_called()):
		return
	if frappe.get_cached_value("User", frappe.session.user, "user_type") == "Website User":
		frappe.throw(_("Not permitted"), frappe.PermissionError)


def may_see_sales_document(doc: Any, ptype: str, user: str, verbose: bool = False) -> bool:
	"""ERPNext's pages and prints show a customer what is the customer's own; not before it is submitted."""
	return int(doc.docstatus) == 1


def may_see_purchase_order(doc: Any, ptype: str, user: str, verbose: bool = False) -> bool:
	"""A Purchase Order shows what the company pays: to its supplier only, not to the customer to whom it is shipped."""
	return queries.is_portal_user(user, "Supplier", doc.supplier)


def _is_for_the_desk(name: str) -> bool:
	return name.startswith(DESK_FUNCTIONS) and not name.startswith(WEBSITE_FUNCTIONS)


def _names_called() -> list[str]:
	"""The function that the request calls: as it is called, and where it is defined, since others may have imported it."""
	name = _path_called() or str(frappe.form_dict.get("cmd") or "")
	if name.partition(".")[0] not in frappe.get_installed_apps():
		return []
	try:
		function = frappe.get_attr(name)
	except Exception:
		return [name]
	return [name, f"{getattr(function, '__module__', '')}.{getattr(function, '__name__', '')}"]


def _path_called() -> str:
	path = frappe.local.request.path
	for prefix in ("/api/method/", "/api/v1/method/", "/api/v2/method/"):
		if path.startswith(prefix):
			first, _slash, rest = path.removeprefix(prefix).strip("/").partition("/")
			# The second version of the API also takes a DocType and a function beside its controller: a form's way.
			return DESK_FUNCTIONS[0] if rest and "v2" in prefix else first
	return ""


def _text(value: Any) -> str | None:
	return str(value) if value else None
