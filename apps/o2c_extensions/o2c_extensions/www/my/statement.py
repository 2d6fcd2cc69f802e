"""The customer's account over a range of days."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.customer_portal import services
from o2c_extensions.www.my import layout

no_cache = 1
ASKED = ("from_date", "to_date", "customer", "company", "currency")


def get_context(context: Any) -> None:
	layout.begin(context, "statement", _("Statement of Account"))
	asked = {key: frappe.form_dict.get(key) or None for key in ASKED}
	context.mistake = None
	try:
		said = services.statement(getdate(), **asked)
	except frappe.DoesNotExistError:
		raise frappe.PageDoesNotExistError
	except frappe.ValidationError as error:
		context.mistake = str(error)
		said = services.statement(getdate(), **{**asked, "from_date": None, "to_date": None})
	context.statement = said
	context.choices = {
		key: list(dict.fromkeys(account[key] for account in said["accounts"]))
		for key in ("customer", "company", "currency")
	}
	context.csv = "/api/method/o2c_extensions.customer_portal.api.statement_csv?" + layout.query(
		**{key: said[key] for key in ASKED}
	)
