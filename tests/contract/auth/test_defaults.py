"""Default values of the site and of users."""

from __future__ import annotations

import frappe
import frappe.defaults as defaults

USER = "clerk@contract.test"


def test_of_the_site():
	defaults.set_global_default("contract_key", "one")
	assert defaults.get_global_default("contract_key") == "one"
	assert frappe.db.get_default("contract_key") == "one"
	defaults.set_global_default("contract_key", "two")
	assert defaults.get_defaults()["contract_key"] == "two"
	assert frappe.db.count("DefaultValue", {"defkey": "contract_key"}) == 1
	defaults.set_global_default("contract_key", None)
	assert defaults.get_global_default("contract_key") is None
	assert defaults.get_global_default("contract_nothing") is None


def test_several_values():
	defaults.add_global_default("contract_key", "one")
	defaults.add_global_default("contract_key", "two")
	defaults.add_global_default("contract_key", "one")
	assert defaults.get_defaults_for()["contract_key"] == ["one", "two"]
	assert defaults.get_global_default("contract_key") == "one"
	defaults.clear_default("contract_key", "one")
	assert defaults.get_global_default("contract_key") == "two"


def test_of_a_user():
	defaults.set_global_default("contract_key", "of the site")
	assert defaults.get_user_default("contract_key", USER) == "of the site"
	defaults.set_user_default("contract_key", "mine", USER)
	assert defaults.get_user_default("contract_key", USER) == "mine"
	assert defaults.get_user_default("contract_key") == "of the site"
	assert defaults.get_user_default_as_list("contract_key", USER) == ["mine"]
	defaults.clear_user_default("contract_key", USER)
	assert defaults.get_user_default("contract_key", USER) == "of the site"


def test_who_is_told():
	found = defaults.get_defaults(USER)
	assert found["user"] == found["owner"] == USER
	assert "user" not in defaults.get_defaults_for(USER)


def test_a_doctypes_name_as_key():
	assert defaults.is_a_user_permission_key("Contract Party")
	assert not defaults.is_a_user_permission_key("contract_party")
	assert not defaults.is_a_user_permission_key("desktop:home_page")
	defaults.set_user_default("contract_party", "P One", USER)
	assert defaults.get_user_default("Contract Party", USER) == "P One"


def test_a_default_out_of_reach_is_none():
	for name in ("P One", "P Two"):
		frappe.get_doc({"doctype": "Contract Party", "party_name": name}).insert()
	defaults.set_user_default("contract_party", "P Two", USER)
	frappe.permissions.add_user_permission("Contract Party", "P One", USER)
	assert defaults.get_user_default("Contract Party", USER) is None
	assert defaults.get_user_default("contract_party", USER) is None


def test_global_values_of_the_framework():
	frappe.db.set_global("contract_key", "x")
	assert frappe.db.get_global("contract_key") == "x"
	assert defaults.get_defaults_for("__global")["contract_key"] == "x"


def test_settings_are_defaults():
	settings = frappe.get_doc("System Settings")
	settings.float_precision = "5" if settings.float_precision != "5" else "4"
	settings.save()
	assert frappe.db.get_default("float_precision") == settings.float_precision
	assert frappe.get_system_settings("float_precision") == settings.float_precision


def test_settings_are_checked():
	import pytest

	settings = frappe.get_doc("System Settings")
	settings.session_expiry = "soon"
	with pytest.raises(frappe.ValidationError, match="hh:mm"):
		settings.save()
	settings.reload()
	settings.link_field_results_limit = 1000
	settings.allowed_file_extensions = "pdf\n csv"
	settings.save()
	assert settings.link_field_results_limit == 50
	assert settings.allowed_file_extensions == "PDF\nCSV"
