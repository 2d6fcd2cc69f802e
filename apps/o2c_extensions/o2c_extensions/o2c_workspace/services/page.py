"""The workspace's page itself: who is here, what they may see, and where the built scripts are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import frappe
from frappe.translate import get_translations_from_apps
from frappe.utils import cint, getdate

from o2c_extensions.common.money import digits
from o2c_extensions.o2c_analytics import queries as analytics
from o2c_extensions.o2c_workspace import queries

# What the sidebar, the search and the overview show, in the order of the money's way.
DOCTYPES = (
	"Sales Order",
	"Credit Hold",
	"Credit Limit Proposal",
	"Credit Profile",
	"Credit Policy",
	"Credit Policy Version",
	"Credit Simulation",
	"Fulfilment Plan",
	"Delivery Note",
	"Purchase Order",
	"Sales Invoice",
	"Dunning",
	"Bank Statement",
	"Bank Transaction",
	"Remittance Advice",
	"Payment Entry",
	"Reconciliation Rule Set",
	"Reconciliation Rule Set Version",
	"Deduction",
	"Deduction Reason",
	"Match Simulation",
	"Match Calibration",
	"Customer",
	"Item",
	"O2C Run",
	"O2C Decision",
	"O2C Event",
	"O2C Settings",
	"Workflow",
	"Server Script",
	"Notification",
	"User",
	"Role",
)
ASSETS = "/assets/o2c_extensions/frontend"
ENTRY = "src/main.ts"


def boot() -> dict[str, Any]:
	"""Who is here, what they may see, and how their numbers look: what the page knows before its first request."""
	user = frappe.get_cached_doc("User", frappe.session.user)
	found = companies()
	company = found[0] if found else ""
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else ""
	formats = frappe.get_cached_doc("System Settings")
	language = frappe.local.lang or "en"
	return {
		"user": {
			"name": user.name,
			"fullName": user.full_name or user.name,
			"image": user.user_image,
			"roles": frappe.get_roles(),
		},
		"language": language,
		"company": company,
		"companies": found,
		"today": getdate().isoformat(),
		"dateFormat": formats.date_format or "yyyy-mm-dd",
		"timeZone": formats.time_zone or "UTC",
		"numbers": {
			"format": frappe.get_cached_value("Currency", currency, "number_format")
			if currency and not formats.number_format
			else formats.number_format or "#,###.##",
			"currency": currency or "EUR",
			"symbolOnRight": bool(
				currency and frappe.get_cached_value("Currency", currency, "symbol_on_right")
			),
			"currencyDigits": digits(currency or "EUR"),
			"floatDigits": cint(formats.float_precision) or 3,
		},
		"readable": queries.readable(DOCTYPES),
		"creatable": queries.readable(DOCTYPES, "create"),
		"reports": queries.reports(),
		"texts": get_translations_from_apps(language, apps=["o2c_extensions"]) if language != "en" else {},
	}


def assets() -> dict[str, Any] | None:
	"""The addresses of the built pages: one script, its styles. None where nobody has built them yet."""
	manifest = Path(frappe.get_app_path("o2c_extensions", "public", "frontend", "manifest.json"))
	if not manifest.exists():
		return None
	entry = json.loads(manifest.read_text())[ENTRY]
	return {
		"script": f"{ASSETS}/{entry['file']}",
		"styles": [f"{ASSETS}/{sheet}" for sheet in entry.get("css", [])],
	}


def companies() -> list[str]:
	"""The companies whose figures the user may see, the default one first: also for whoever reads no Company record."""
	return analytics.companies()
