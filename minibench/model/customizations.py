"""Customizations that an app ships: `<module>/custom/<doctype>.json`, as v15's Customize Form exports them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from minibench.context import db, flags
from minibench.hooks import app_modules, get_installed_apps, get_module_path, scrub

KINDS = {
	"custom_fields": ("Custom Field", "dt"),
	"property_setters": ("Property Setter", "doc_type"),
	"custom_perms": ("Custom DocPerm", "parent"),
}


def sync_customizations(app: str | None = None) -> None:
	"""Bring custom fields, property setters and permissions in line with the apps' files."""
	from minibench.model.controllers import _HOMES

	for name in [app] if app else get_installed_apps():
		if name in _HOMES:
			continue
		for module in app_modules().get(name, []):
			for file in sorted((Path(get_module_path(module)) / "custom").glob("*.json")):
				data = json.loads(file.read_text())
				if data.get("sync_on_migrate") or (flags.in_install and app):
					sync_customizations_for_doctype(data, str(file.parent), file.name)


def sync_customizations_for_doctype(data: dict[str, Any], folder: str, filename: str = "") -> None:
	"""Apply one file's customizations; those of a child table only where it has no file of its own."""
	from minibench.doctypes.doctype.doctype import validate_fields_for_doctype

	doctype = data["doctype"]
	if not db.exists("DocType", doctype):
		print(f"Skipping customizations of {doctype} from {filename}: there is no such DocType")
		return
	for key, (kind, column) in KINDS.items():
		for target in dict.fromkeys(row.get(column) for row in data.get(key) or []):
			if target == doctype or not (Path(folder) / f"{scrub(target)}.json").exists():
				_apply(kind, target, [row for row in data[key] if row.get(column) == target])
	_settle(doctype)
	validate_fields_for_doctype(doctype)
	if data.get("custom_fields") and not db.get_value("DocType", doctype, "issingle"):
		db.updatedb(doctype)


def _apply(kind: str, doctype: str, rows: list[dict[str, Any]]) -> None:
	from minibench.model.document import get_doc

	if kind == "Custom DocPerm":
		db.delete(kind, {"parent": doctype})
	for row in rows:
		existing = (
			db.get_value(kind, {"dt": doctype, "fieldname": row["fieldname"]})
			if kind == "Custom Field"
			else None
		)
		if existing:
			doc = get_doc(kind, existing)
			doc.update(row)
			doc.db_update()
		elif kind == "Property Setter":
			doc = get_doc({**row, "doctype": kind})
			doc.flags.validate_fields_for_doctype = False
			doc.insert()
		else:
			owner = {"owner": "Administrator"} if kind == "Custom Field" else {}
			get_doc({**row, **owner, "doctype": kind}).db_insert()


def _settle(doctype: str) -> None:
	from minibench.model.meta import clear_cache

	clear_cache(doctype=doctype)
