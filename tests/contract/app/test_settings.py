"""O2C Settings, and what setup/sync.py makes of a site."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from o2c_extensions.setup import ledger
from o2c_extensions.setup.property_setters import SETTERS
from o2c_extensions.setup.roles import ROLES
from o2c_extensions.setup.sync import sync

DEFAULTS = {"takeover_seconds": 120, "time_budget": 20, "decision_years": 10, "idempotency_days": 30}


def snapshot() -> dict[str, Any]:
	"""All that sync() could touch, with the times of the last change."""
	tables = ("Role", "Custom Field", "Property Setter", "O2C Decision Chain", "DefaultValue")
	rows: dict[str, Any] = {
		table: frappe.get_all(table, fields=["*"], order_by="name asc", limit_page_length=0)
		for table in tables
	}
	rows["O2C Settings"] = frappe.db.get_singles_dict("O2C Settings")
	return rows


@pytest.mark.parametrize("fieldname", DEFAULTS)
def test_defaults(fieldname: str) -> None:
	assert frappe.get_meta("O2C Settings").get_field(fieldname).default == str(DEFAULTS[fieldname])
	assert frappe.db.get_single_value("O2C Settings", fieldname) > 0


@pytest.mark.parametrize(
	("fieldname", "value"),
	[
		("takeover_seconds", 0),
		("takeover_seconds", 4),
		("takeover_seconds", 3601),
		("time_budget", 0),
		("time_budget", 51),
		("decision_years", 0),
		("decision_years", -1),
		("idempotency_days", 0),
	],
)
def test_what_makes_no_sense_is_refused(fieldname: str, value: int) -> None:
	settings = frappe.get_doc("O2C Settings")
	settings.set(fieldname, value)
	with pytest.raises(frappe.ValidationError):
		settings.save()


def test_sensible_values_are_saved() -> None:
	settings = frappe.get_doc("O2C Settings")
	settings.takeover_seconds, settings.time_budget = 30, 50
	settings.save()
	assert frappe.db.get_single_value("O2C Settings", "takeover_seconds") == 30


def test_roles_exist() -> None:
	rows = frappe.get_all("Role", filters={"name": ("in", ROLES)}, fields=["name", "desk_access", "disabled"])
	assert {row.name for row in rows} == set(ROLES)
	assert all(row.desk_access and not row.disabled for row in rows)


def test_a_second_sync_changes_nothing() -> None:
	sync()
	before = snapshot()
	sync()
	assert snapshot() == before


def test_what_an_administrator_changed_stays() -> None:
	frappe.db.set_value("Role", "O2C Analyst", "disabled", 1)
	settings = frappe.get_doc("O2C Settings")
	settings.idempotency_days = 77
	settings.save()
	sync()
	assert frappe.db.get_value("Role", "O2C Analyst", "disabled") == 1
	assert frappe.db.get_single_value("O2C Settings", "idempotency_days") == 77


def test_what_an_administrator_removed_stays_away() -> None:
	frappe.db.delete("Has Role", {"role": "O2C Analyst"})
	frappe.db.delete("Role", {"name": "O2C Analyst"})
	sync()
	assert not frappe.db.exists("Role", "O2C Analyst")


def test_a_new_setting_gets_its_default() -> None:
	frappe.db.delete("Singles", {"doctype": "O2C Settings", "field": "time_budget"})
	sync()
	assert frappe.db.get_single_value("O2C Settings", "time_budget") == 20


def test_the_ledger_knows_what_the_app_made() -> None:
	assert set(ledger.made("Role")) <= set(ROLES)
	if frappe.db.exists("DocType", "Customer Group"):
		assert ledger.made("Property Setter") == [f"{s['doc_type']}-main-{s['property']}" for s in SETTERS]
		assert frappe.get_meta("Customer Group").track_changes == 1


def test_there_is_one_chain() -> None:
	with pytest.raises(frappe.ValidationError, match="one chain"):
		frappe.get_doc({"doctype": "O2C Decision Chain", "name": "Other"}).insert()
