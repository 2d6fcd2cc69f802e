"""Everything that the app adds to a site besides its own DocTypes, brought up to date."""

from __future__ import annotations

from o2c_extensions.setup import (
	authorities,
	credit_policies,
	custom_fields,
	defaults,
	dunning_types,
	exposure,
	indexes,
	notifications,
	property_setters,
	roles,
	rule_sets,
	server_scripts,
	templates,
	workflows,
)


def sync() -> None:
	"""Add what is missing. Runs after the installation and after every migration; a second run changes nothing.

	Whatever an administrator has changed stays changed, and what an administrator has removed stays away: except for
	custom fields, which the app cannot do without.
	"""
	roles.sync()
	custom_fields.sync()
	property_setters.sync()
	workflows.sync()
	authorities.sync()
	defaults.sync()
	templates.sync()
	notifications.sync()
	dunning_types.sync()
	indexes.sync()
	credit_policies.sync()
	rule_sets.sync()
	server_scripts.sync()
	exposure.sync()
