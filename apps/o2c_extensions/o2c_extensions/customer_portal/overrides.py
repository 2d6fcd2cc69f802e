"""What the portal says to the framework's and ERPNext's own website: where a visit begins, and what is not to be seen."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.customer_portal import queries


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


def may_see_sales_document(doc: Any, ptype: str, user: str, verbose: bool = False) -> bool:
	"""ERPNext's pages and prints show a customer what is the customer's own; not before it is submitted."""
	return int(doc.docstatus) == 1


def may_see_purchase_order(doc: Any, ptype: str, user: str, verbose: bool = False) -> bool:
	"""A Purchase Order shows what the company pays: to its supplier only, not to the customer to whom it is shipped."""
	return queries.is_portal_user(user, "Supplier", doc.supplier)


def _text(value: Any) -> str | None:
	return str(value) if value else None
