"""Importing an app's files: what is imported, what is left alone, what is refused."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from minibench import epoch
from minibench.errors import NotInMinibench
from minibench.lifecycle import importer

APP = "contract_app"
DocTypeFile = Callable[..., Path]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
	"""An installed app with one module and nothing in it."""
	module = tmp_path / APP / "contract_module"
	module.mkdir(parents=True)
	for folder in (module.parent, module):
		(folder / "__init__.py").touch()
	(module.parent / "hooks.py").write_text('app_name = "contract_app"\n')
	(module.parent / "modules.txt").write_text("Contract Module\n")
	monkeypatch.syspath_prepend(str(tmp_path))
	frappe.db.set_global("installed_apps", json.dumps([*frappe.get_installed_apps(), APP]))
	epoch.bump_epoch()
	frappe.get_doc({"doctype": "Module Def", "module_name": "Contract Module", "app_name": APP}).insert()
	yield module
	frappe.db.rollback()
	epoch.forget_everything()
	for name in [name for name in sys.modules if name.partition(".")[0] == APP]:
		del sys.modules[name]


def write(module: Path, kind: str, name: str, content: dict[str, Any], code: str = "") -> Path:
	scrubbed = name.lower().replace(" ", "_")
	folder = module / kind / scrubbed
	folder.mkdir(parents=True, exist_ok=True)
	for each in (module / kind, folder):
		(each / "__init__.py").touch()
	if code:
		(folder / f"{scrubbed}.py").write_text(code)
	file = folder / f"{scrubbed}.json"
	file.write_text(json.dumps({"name": name, "module": "Contract Module", **content}))
	return file


def doctype(module: Path, *fieldnames: str, **values: Any) -> Path:
	content = {
		"doctype": "DocType",
		"modified": "2026-01-01 00:00:00.000000",
		"field_order": list(fieldnames),
		"fields": [
			{"fieldname": name, "fieldtype": "Data", "label": name.title()} for name in reversed(fieldnames)
		],
		"permissions": [{"role": "Contract Imported Role", "read": 1}],
		**values,
	}
	code = (
		"from minibench.model.document import Document\n\n\n"
		"class ContractThing(Document):\n\tdef validate(self):\n\t\tself.note = 'validated'\n"
	)
	return write(module, "doctype", "Contract Thing", content, code)


def test_doctype_is_imported_with_its_code_table_and_roles(app: Path) -> None:
	doctype(app, "title", "note")
	importer.sync_app(APP)
	meta = frappe.get_meta("Contract Thing")
	assert [df.fieldname for df in meta.fields] == ["title", "note"]
	assert not meta.custom and meta.module == "Contract Module"
	doc = frappe.get_doc({"doctype": "Contract Thing", "title": "x"}).insert()
	assert type(doc).__name__ == "ContractThing" and doc.note == "validated"
	assert frappe.db.exists("Role", "Contract Imported Role")


def test_unchanged_file_is_left_alone(app: Path) -> None:
	doctype(app, "title")
	importer.sync_app(APP)
	row = frappe.db.get_value("DocField", {"parent": "Contract Thing"}, "name")
	importer.sync_app(APP)
	assert frappe.db.get_value("DocField", {"parent": "Contract Thing"}, "name") == row


def test_changed_file_changes_the_table_and_keeps_documents(app: Path) -> None:
	doctype(app, "title", "note")
	importer.sync_app(APP)
	frappe.get_doc({"doctype": "Contract Thing", "title": "kept"}).insert()
	doctype(app, "title", "note", "extra")
	importer.sync_app(APP)
	assert frappe.get_meta("Contract Thing").has_field("extra")
	assert frappe.get_all("Contract Thing", pluck="title") == ["kept"]
	frappe.get_doc({"doctype": "Contract Thing", "title": "new", "extra": "e"}).insert()
	assert frappe.get_all("Contract Thing", filters={"extra": "e"}, pluck="title") == ["new"]


def test_series_that_are_in_use_outlive_a_new_file(app: Path) -> None:
	def series(options: str) -> None:
		file = doctype(app, "title", "note", autoname="naming_series:")
		content = json.loads(file.read_text())
		field = {"fieldname": "naming_series", "fieldtype": "Select", "label": "Series", "options": options}
		content["fields"].append(field)
		file.write_text(json.dumps(content))
		importer.sync_app(APP)

	series("OLD-.##")
	frappe.get_doc({"doctype": "Contract Thing", "title": "x"}).insert()
	series("NEW-.##")
	assert frappe.get_meta("Contract Thing").get_options("naming_series") == "OLD-.##"


def test_missing_code_is_an_error(app: Path) -> None:
	file = doctype(app, "title")
	(file.parent / "contract_thing.py").unlink()
	with pytest.raises(ImportError, match="Contract Thing"):
		importer.sync_app(APP)


def test_records_of_modules_are_imported(app: Path) -> None:
	card = {
		"doctype": "Number Card",
		"label": "Contract Card",
		"type": "Document Type",
		"document_type": "Contract Party",
		"function": "Count",
		"is_standard": 1,
		"modified": "2026-01-01 00:00:00",
	}
	write(app, "number_card", "Contract Card", card)
	importer.sync_app(APP)
	assert frappe.db.get_value("Number Card", "Contract Card", "document_type") == "Contract Party"
	frappe.db.set_value("Number Card", "Contract Card", "label", "Edited", update_modified=False)
	importer.sync_app(APP)
	assert frappe.db.get_value("Number Card", "Contract Card", "label") == "Edited"
	write(app, "number_card", "Contract Card", {**card, "modified": "2026-02-01 00:00:00"})
	importer.sync_app(APP)
	assert frappe.db.get_value("Number Card", "Contract Card", "label") == "Contract Card"


def test_records_of_doctypes_that_minibench_lacks_are_named(app: Path) -> None:
	write(app, "web_form", "Contract Form", {"doctype": "Web Form"})
	with pytest.raises(NotInMinibench, match="Web Form"):
		importer.sync_app(APP)


def test_records_in_folders_that_v15_passes_over_are_named(app: Path) -> None:
	write(app, "workflow", "Contract Flow", {"doctype": "Workflow"})
	with pytest.raises(NotInMinibench, match="workflow"):
		importer.sync_app(APP)


def test_broken_json_names_its_file(app: Path) -> None:
	doctype(app, "title").write_text("{")
	with pytest.raises(ValueError, match=r"contract_thing\.json"):
		importer.sync_app(APP)


def test_fixtures_are_imported_over_what_is_there(app: Path) -> None:
	fixtures = app.parent / "fixtures"
	fixtures.mkdir()
	records = [
		{
			"doctype": "Role",
			"name": "Contract Fixture Role",
			"role_name": "Contract Fixture Role",
			"desk_access": 0,
		},
		{
			"doctype": "Contract Party",
			"name": "Contract Fixture",
			"party_name": "Contract Fixture",
			"notes": "file",
		},
	]
	(fixtures / "records.json").write_text(json.dumps(records))
	(fixtures / "later.json").write_text(json.dumps([{"doctype": "No Such Type", "name": "x"}]))
	importer.sync_fixtures(APP)
	assert frappe.db.get_value("Role", "Contract Fixture Role", "desk_access") == 0
	frappe.db.set_value("Contract Party", "Contract Fixture", "notes", "edited")
	importer.sync_fixtures(APP)
	assert frappe.db.get_value("Contract Party", "Contract Fixture", "notes") == "file"
	assert not frappe.flags.in_fixtures and not frappe.flags.in_import


def test_bad_fixture_is_an_error_and_leaves_no_flag(app: Path) -> None:
	fixtures = app.parent / "fixtures"
	fixtures.mkdir()
	(fixtures / "bad.json").write_text(
		json.dumps([{"doctype": "Contract Order", "name": "x", "items": [{}]}])
	)
	with pytest.raises(frappe.MandatoryError):
		importer.sync_fixtures(APP)
	assert not frappe.flags.in_fixtures and not frappe.flags.in_import


def test_customizations_of_a_module(app: Path) -> None:
	folder = app / "custom"
	folder.mkdir()
	(folder / "contract_party.json").write_text(
		json.dumps(
			{
				"doctype": "Contract Party",
				"sync_on_migrate": 1,
				"custom_fields": [
					{
						"name": "Contract Party-contract_from_file",
						"dt": "Contract Party",
						"fieldname": "contract_from_file",
						"fieldtype": "Data",
						"label": "From File",
						"insert_after": "email",
					}
				],
				"property_setters": [
					{
						"doc_type": "Contract Party",
						"doctype_or_field": "DocField",
						"field_name": "email",
						"property": "label",
						"property_type": "Data",
						"value": "Mail",
					}
				],
			}
		)
	)
	for _ in range(2):
		importer.sync_app(APP)
		meta = frappe.get_meta("Contract Party")
		assert meta.has_field("contract_from_file") and meta.get_label("email") == "Mail"
		assert frappe.db.has_column("Contract Party", "contract_from_file")


def test_framework_is_not_imported_twice() -> None:
	before = frappe.db.get_value("DocType", "User", "modified")
	fields = frappe.get_all("DocField", filters={"parent": "User"}, pluck="name")
	importer.sync_app("frappe")
	assert frappe.db.get_value("DocType", "User", "modified") == before
	assert frappe.get_all("DocField", filters={"parent": "User"}, pluck="name") == fields


def test_override_of_a_class(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
	doctype(app, "title", "note")
	(app.parent / "overrides.py").write_text(
		"from contract_app.contract_module.doctype.contract_thing.contract_thing import ContractThing\n\n\n"
		"class Better(ContractThing):\n\tdef validate(self):\n\t\tsuper().validate()\n\t\tself.note += ', twice'\n"
	)
	(app.parent / "hooks.py").write_text(
		'app_name = "contract_app"\n'
		'override_doctype_class = {"Contract Thing": "contract_app.overrides.Better"}\n'
	)
	del sys.modules["contract_app.hooks"]
	importlib.invalidate_caches()
	epoch.bump_epoch()
	importer.sync_app(APP)
	assert frappe.get_doc({"doctype": "Contract Thing"}).insert().note == "validated, twice"
