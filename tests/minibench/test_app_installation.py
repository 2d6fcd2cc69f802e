"""The app on a site of its own: installed, migrated twice, uninstalled. tests/bench does the same on a real ERPNext."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frappe
import pytest

from minibench import context
from minibench.lifecycle import site as sites

SITE = "install.localhost"
TABLES = (
	"Role",
	"Custom Field",
	"Property Setter",
	"Singles",
	"Scheduled Job Type",
	"Module Def",
	"DefaultValue",
)


@pytest.fixture
def place(site: Any, tmp_path: Path) -> Any:
	"""A fresh site with the app, in place of the suite's."""
	context.destroy()
	sites.new_site(SITE, tmp_path, "admin")
	yield tmp_path
	context.destroy()
	site.connect()


# The list of apps, and the engine's own count of changes to DocTypes.
FRAMEWORK_OWN = ("installed_apps", "__Metadata")


def rows(place: Path) -> dict[str, list[str]]:
	with sqlite3.connect(f"file:{place / SITE / 'site.db'}?mode=ro", uri=True) as connection:
		found = {table: connection.execute(f'select * from "tab{table}"').fetchall() for table in TABLES}
	texts = {table: [json.dumps(row, default=str) for row in lines] for table, lines in found.items()}
	return {
		table: sorted(row for row in lines if not any(word in row for word in FRAMEWORK_OWN))
		for table, lines in texts.items()
	}


def tables(place: Path) -> set[str]:
	with sqlite3.connect(f"file:{place / SITE / 'site.db'}?mode=ro", uri=True) as connection:
		return {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}


def on_site(place: Path, act: Callable[[], object]) -> None:
	context.init(SITE, place, force=True)
	context.connect()
	try:
		act()
		frappe.db.commit()
	finally:
		context.destroy()


def test_migrating_twice_changes_nothing(place: Path) -> None:
	def edit() -> None:
		settings = frappe.get_doc("O2C Settings")
		settings.idempotency_days = 77
		settings.save()
		frappe.db.set_value("Role", "O2C Analyst", "disabled", 1)
		frappe.db.delete("Role", {"name": "Collections Agent"})

	on_site(place, edit)
	before = rows(place)
	for _time in range(2):
		on_site(place, sites.migrate)
		assert rows(place) == before


def test_uninstalling_leaves_nothing_behind(place: Path) -> None:
	on_site(place, lambda: sites.uninstall_app("o2c_extensions"))
	left = [
		row
		for lines in rows(place).values()
		for row in lines
		if "O2C" in row or "o2c_" in row or "Credit Controller" in row
	]
	assert not left
	assert not [name for name in tables(place) if "O2C" in name]
	before = rows(place)
	on_site(place, lambda: sites.install_app("o2c_extensions"))
	assert any("O2C" in name for name in tables(place))
	on_site(place, lambda: sites.uninstall_app("o2c_extensions"))
	assert rows(place) == before
