"""What the workspace at /o2c asks: one call a screen. Each answers with what the user may see, and nothing else."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.translate import get_all_translations
from frappe.utils import getdate

from o2c_extensions.o2c_workspace import services
from o2c_extensions.setup.roles import ROLES

STAFF = ("System Manager", *ROLES)


@frappe.whitelist(methods=["GET"])
def overview(company: str | None = None) -> dict[str, Any]:
	"""What needs a human now, and the money in each stage."""
	frappe.only_for(STAFF)
	return services.overview(_company(company), getdate())


@frappe.whitelist(methods=["GET"])
def order(name: str) -> dict[str, Any]:
	"""One order with all that came of it: deliveries, invoices, payments, holds, events and decisions."""
	frappe.has_permission("Sales Order", "read", doc=name, throw=True)
	return services.order(name)


@frappe.whitelist(methods=["GET"])
def customer(name: str, company: str | None = None) -> dict[str, Any]:
	"""One customer with its credit, open items, payment behaviour and history."""
	frappe.has_permission("Customer", "read", doc=name, throw=True)
	return services.customer(name, _company(company), getdate())


@frappe.whitelist(methods=["GET"])
def texts() -> dict[str, str]:
	"""What the framework, its apps and the site's own translations say in the user's language: source -> translation."""
	frappe.only_for(STAFF)
	return dict(get_all_translations(frappe.local.lang or "en"))


def _company(wanted: str | None) -> str:
	known = services.companies()
	if wanted and wanted not in known:
		frappe.throw(_("You may not see the figures of {0}.").format(wanted), frappe.PermissionError)
	if not known:
		frappe.throw(_("There is no company whose figures you may see."), frappe.PermissionError)
	return wanted or known[0]
