"""The settings of a new site, as v15's setup wizard leaves them: language, clock, formats, all other defaults saved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from minibench.context import db, local

# What the wizard asks for or decides by the country; the rest are the fields' own defaults.
_FORMATS = {
	"date_format": "yyyy-mm-dd",
	"time_format": "HH:mm:ss",
	"number_format": "#,###.##",
	"float_precision": "3",
	"rounding_method": "Banker's Rounding",
	"backup_limit": 3,
	"setup_complete": 1,
}


def save_settings() -> None:
	"""Save the Single DocTypes that the framework reads, so that their defaults are in the database.

	`time_zone` and `lang` of the site's configuration say what the machine's clock and English would else say.
	"""
	from minibench.model.document import get_doc

	language = local.conf.lang or "en"
	if not db.exists("Language", language):
		name = {"en": "English"}.get(language, language)
		values = {"doctype": "Language", "language_code": language, "language_name": name, "enabled": 1}
		get_doc(values).insert(ignore_permissions=True)
	chosen = {"language": language, "time_zone": local.conf.time_zone or machine_time_zone(), **_FORMATS}
	_save("System Settings", chosen)
	for doctype in ("Website Settings", "Portal Settings", "Print Settings"):
		_save(doctype, {})


def sync_portal_menu() -> None:
	"""Offer on the portal what the installed apps bring for it."""
	from minibench.model.document import get_doc

	get_doc("Portal Settings").sync_menu()


def _save(doctype: str, values: dict[str, Any]) -> None:
	from minibench.model.document import get_doc

	if not db.exists("DocType", doctype):
		return
	settings = get_doc(doctype)
	settings.update(values)
	settings.flags.ignore_permissions = True
	# A default may name a record that an app brings later.
	settings.flags.ignore_links = True
	settings.save()


def machine_time_zone() -> str:
	"""The name of the zone that this machine's clock shows; UTC where it does not say."""
	known = available_timezones()
	asked = os.environ.get("TZ", "").lstrip(":")
	if asked in known:
		return asked
	_before, found, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
	return name if found and name in known else "UTC"
