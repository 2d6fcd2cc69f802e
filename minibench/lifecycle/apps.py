"""Which apps a site has, and the records that belong to an app's modules."""

from __future__ import annotations

import json

from minibench.context import db, local


def add_installed(app: str) -> None:
	"""Append `app` to the site's list of installed apps."""
	from minibench.hooks import get_installed_apps

	_write([*get_installed_apps(), app])


def remove_installed(app: str) -> None:
	"""Take `app` off the site's list of installed apps."""
	from minibench.hooks import get_installed_apps

	_write([name for name in get_installed_apps() if name != app])


def _write(apps: list[str]) -> None:
	from minibench.model import meta

	db.set_global("installed_apps", json.dumps(apps))
	local.cache.clear()
	meta.bump_epoch()


def sync_modules(app: str) -> None:
	"""A Module Def for every line of the app's modules.txt that has none yet."""
	from minibench.data.query import get_all
	from minibench.hooks import get_module_list
	from minibench.model.document import get_doc

	present = set(get_all("Module Def", pluck="name"))
	for module in get_module_list(app):
		if module not in present:
			get_doc({"doctype": "Module Def", "module_name": module, "app_name": app}).insert(
				ignore_permissions=True, ignore_if_duplicate=True
			)


def remove_records(app: str) -> None:
	"""Delete all that belongs to the app's modules: records that link to a Module Def, DocTypes and their tables."""
	from minibench.data.query import get_all
	from minibench.model.deletion import delete_doc

	modules = get_all("Module Def", filters={"app_name": app}, pluck="name")
	if not modules:
		return
	doctypes = get_all("DocType", filters={"module": ["in", modules]}, fields=["name", "issingle"])
	for doctype, fieldname in _links_to_module_def():
		for name in get_all(doctype, filters={fieldname: ["in", modules]}, pluck="name"):
			delete_doc(doctype, name, force=True, ignore_permissions=True, ignore_on_trash=True)
	for row in doctypes:
		delete_doc("DocType", row.name, force=True, ignore_permissions=True, ignore_on_trash=True)
		if not row.issingle:
			db.drop_table(row.name)
	for module in modules:
		delete_doc("Module Def", module, force=True, ignore_permissions=True, ignore_on_trash=True)


def _links_to_module_def() -> list[tuple[str, str]]:
	from minibench.data.query import get_all

	fields = get_all(
		"DocField",
		filters={"fieldtype": "Link", "options": "Module Def", "parent": ["!=", "DocType"]},
		fields=["parent", "fieldname"],
		order_by="parent",
	)
	singles_and_tables = set(get_all("DocType", or_filters={"issingle": 1, "istable": 1}, pluck="name"))
	return [(row.parent, row.fieldname) for row in fields if row.parent not in singles_and_tables]
