"""Where an app keeps the files of its records, and which of them are imported.

An app's module has a folder for each kind of record, in it one for each record: `report/aging/aging.json`. The
framework's and the ERPNext subset's DocTypes are all in one folder, `doctypes/`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from minibench.context import db, flags
from minibench.errors import NotInMinibench
from minibench.hooks import app_modules, get_app_path, get_module_app, get_module_path, scrub, unscrub
from minibench.model.controllers import _HOMES

# The kinds of records that v15 imports from a module's folders, in its order.
IMPORTABLE = (
	"doctype",
	"page",
	"report",
	"dashboard_chart_source",
	"print_format",
	"web_page",
	"website_theme",
	"web_form",
	"web_template",
	"notification",
	"print_style",
	"workspace",
	"onboarding_step",
	"module_onboarding",
	"form_tour",
	"client_script",
	"server_script",
	"custom_field",
	"property_setter",
)
# These come last, and while they are imported no link and no default is looked at.
DASHBOARD_FOLDERS = ("dashboard_chart", "number_card")
DOCTYPE_OF_FOLDER = {"doctype": "DocType"}


def calculate_hash(path: str | Path) -> str:
	"""What tells whether a file's content has changed."""
	return hashlib.md5(Path(path).read_bytes(), usedforsecurity=False).hexdigest()


def read_records(path: str | Path) -> list[dict[str, Any]]:
	"""The record, or the list of records, in a JSON file.

	Raises:
		ValueError: the file is no JSON; the message names it.
	"""
	try:
		content = json.loads(Path(path).read_text())
	except ValueError as error:
		raise ValueError(f"{path} is not valid JSON: {error}") from error
	return content if isinstance(content, list) else [content]


def get_file_path(module: str, dt: str, dn: str) -> str:
	"""The JSON file of a record of a module."""
	kind, name = scrub(dt), scrub(dn)
	app = get_module_app(module)
	if app in _HOMES:
		return get_app_path(app, "doctypes", name, f"{name}.json")
	return get_module_path(module, kind, name, f"{name}.json")


def record_files(app: str) -> list[Path]:
	"""The files of the DocTypes of an embedded app."""
	return _files_below(Path(get_app_path(app, "doctypes")))


def _files_below(folder: Path) -> list[Path]:
	"""`x/x.json` below a folder."""
	candidates = (child / f"{child.name}.json" for child in sorted(folder.glob("*")) if child.is_dir())
	return [file for file in candidates if file.exists()]


def sync_files(app: str, import_file: Callable[[Path], Any]) -> None:
	"""Call `import_file` for each record's file of an app."""
	if app in _HOMES:
		for file in record_files(app):
			import_file(file)
		return
	modules = [Path(get_module_path(module)) for module in app_modules().get(app, [])]
	for module in modules:
		_refuse_unknown_folders(module)
	# DocTypes of all modules first: a record of one module may be of a DocType of the next.
	for kind in IMPORTABLE:
		for module in modules:
			for file in _files_of_kind(module, kind):
				import_file(file)
	before, flags.in_import = flags.in_import, True
	try:
		for module in modules:
			for kind in (f"{module.name}_dashboard", *DASHBOARD_FOLDERS):
				for file in _files_of_kind(module, kind):
					import_file(file)
	finally:
		flags.in_import = before


def _files_of_kind(module: Path, kind: str) -> Iterator[Path]:
	files = _files_below(module / kind)
	if files and not kind.endswith("_dashboard"):
		doctype = DOCTYPE_OF_FOLDER.get(kind, unscrub(kind))
		if not db.exists("DocType", doctype):
			raise NotInMinibench(f"the DocType {doctype}, of which {module.name}/{kind} has records,")
	yield from files


def _refuse_unknown_folders(module: Path) -> None:
	"""A folder of records that v15 would pass over was meant to be imported by somebody."""
	known = {*IMPORTABLE, *DASHBOARD_FOLDERS, f"{module.name}_dashboard"}
	for folder in sorted(module.glob("*")):
		if not folder.is_dir() or folder.name in known:
			continue
		for file in _files_below(folder):
			if "doctype" in read_records(file)[0]:
				raise NotInMinibench(f"importing records from {module.name}/{folder.name}")
