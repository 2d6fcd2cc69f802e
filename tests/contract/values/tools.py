"""Settings that values depend on, the same on either engine for the length of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

FIXED = {
	"date_format": "yyyy-mm-dd",
	"time_format": "HH:mm:ss",
	"number_format": "#,###.##",
	"float_precision": "3",
	"currency_precision": "",
	"rounding_method": "Banker's Rounding",
	"first_day_of_the_week": "Monday",
	"time_zone": "Europe/Berlin",
	"language": "en",
}
# What System Settings write into the defaults, from where formats are read.
DEFAULTS = (
	"date_format",
	"time_format",
	"number_format",
	"float_precision",
	"currency_precision",
	"time_zone",
)


def choose(**values: Any) -> None:
	"""Set System Settings for the rest of the test."""
	for fieldname, value in values.items():
		frappe.db.set_single_value("System Settings", fieldname, value)
		if fieldname in DEFAULTS:
			set_default(fieldname, value)
	forget()


def set_default(key: str, value: str) -> None:
	"""A default of the site. `frappe.db.set_default` would empty every cache of a bench each time."""
	held = {"parent": "__default", "defkey": key}
	if frappe.db.exists("DefaultValue", held):
		frappe.db.set_value("DefaultValue", held, "defvalue", value)
	else:
		row = {"doctype": "DefaultValue", **held, "parenttype": "__default", "parentfield": "system_defaults"}
		frappe.get_doc({**row, "defvalue": value}).insert(ignore_permissions=True)


def forget() -> None:
	"""Have the settings read anew."""
	frappe.clear_document_cache("System Settings", "System Settings")
	frappe.clear_cache(user="Administrator")
	if hasattr(frappe.local, "system_settings"):
		del frappe.local.system_settings
	frappe.local.user_date_format = None
	frappe.local.user_time_format = None
	frappe.db.value_cache.clear()


@contextmanager
def fixed_settings(engine: Any) -> Iterator[Any]:
	"""The settings above and Euro, Rupee, until the block ends."""
	import frappe.defaults

	language, frappe.local.lang = frappe.local.lang, "en"
	choose(**FIXED)
	currency("EUR", fraction="Cent", fraction_units=100, symbol="€", smallest_currency_fraction_value=0.01)
	currency("INR", fraction="Paisa", fraction_units=100, symbol="₹", number_format="#,##,###.##")
	try:
		with engine.config(host_name="http://contract.test", webserver_port=None, http_port=None):
			yield choose
	finally:
		frappe.db.rollback()
		frappe.clear_document_cache("Currency", "EUR")
		frappe.clear_document_cache("Currency", "INR")
		forget()
		frappe.local.lang = language


def currency(name: str, **values: Any) -> None:
	"""Have a currency with these values."""
	values = {"enabled": 1, "symbol_on_right": 0, **values}
	if frappe.db.exists("Currency", name):
		frappe.db.set_value("Currency", name, values)
	else:
		frappe.get_doc({"doctype": "Currency", "currency_name": name, **values}).insert()
	frappe.clear_document_cache("Currency", name)
	frappe.db.value_cache.clear()
