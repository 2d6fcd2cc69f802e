"""What the workspace at /o2c asks: one call a screen. Each answers with what the user may see, and nothing else."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.translate import get_all_translations
from frappe.utils import getdate

from o2c_extensions.credit_control.queries.holds import HOLD
from o2c_extensions.o2c_workspace.services import credit, holds, page, screens
from o2c_extensions.setup.roles import ROLES

STAFF = ("System Manager", *ROLES)


@frappe.whitelist(methods=["GET"])
def overview(company: str | None = None) -> dict[str, Any]:
	"""What needs a human now, and the money in each stage."""
	frappe.only_for(STAFF)
	return screens.overview(_company(company), getdate())


@frappe.whitelist(methods=["GET"])
def order(name: str) -> dict[str, Any]:
	"""One order with all that came of it: deliveries, invoices, payments, holds, events and decisions."""
	frappe.has_permission("Sales Order", "read", doc=name, throw=True)
	return screens.order(name)


@frappe.whitelist(methods=["GET"])
def customer(name: str, company: str | None = None) -> dict[str, Any]:
	"""One customer with its credit, open items, payment behaviour and history."""
	frappe.has_permission("Customer", "read", doc=name, throw=True)
	return screens.customer(name, _company(company), getdate())


@frappe.whitelist(methods=["GET"])
def hold_queue(company: str | None = None) -> dict[str, Any]:
	"""The credit holds that wait, by priority and age, and whose turn each is."""
	frappe.has_permission(HOLD, "read", throw=True)
	return holds.queue(_company(company) if company else None)


@frappe.whitelist(methods=["GET"])
def hold(name: str) -> dict[str, Any]:
	"""One credit hold with all that is needed to decide about it."""
	frappe.has_permission(HOLD, "read", doc=name, throw=True)
	return holds.hold(name, getdate())


@frappe.whitelist(methods=["GET"])
def customer_credit(name: str, company: str | None = None) -> dict[str, Any]:
	"""One customer's credit: what was agreed, what is at stake, holds, decisions and changes. For who may see holds."""
	frappe.has_permission("Customer", "read", doc=name, throw=True)
	frappe.has_permission(HOLD, "read", throw=True)
	return credit.customer_credit(name, _company(company), getdate())


@frappe.whitelist(methods=["GET"])
def texts() -> dict[str, str]:
	"""What the framework, its apps and the site's own translations say in the user's language: source -> translation."""
	frappe.only_for(STAFF)
	return dict(get_all_translations(frappe.local.lang or "en"))


def _company(wanted: str | None) -> str:
	known = page.companies()
	if wanted and wanted not in known:
		frappe.throw(_("You may not see the figures of {0}.").format(wanted), frappe.PermissionError)
	if not known:
		frappe.throw(_("There is no company whose figures you may see."), frappe.PermissionError)
	return wanted or known[0]
