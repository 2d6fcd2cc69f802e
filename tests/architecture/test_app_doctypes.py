"""The DocTypes' JSON: what the framework would notice late or never."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

from tests.architecture.source import APP, modules, scrub
from tests.architecture.test_app_files import taken
from tests.architecture.translatable import doctype_files

DOCTYPES = doctype_files()
NAMES = {doctype["name"] for doctype in DOCTYPES.values()}
LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold")
MOST_LIST_COLUMNS = 6


def _roles() -> set[str]:
	tree = ast.parse((APP / "setup" / "roles.py").read_text())
	ours = next(node.value for node in tree.body if isinstance(node, ast.Assign))
	return {*ast.literal_eval(ours), "System Manager", "All", "Customer"}


pytestmark = pytest.mark.parametrize(
	("path", "doctype"), DOCTYPES.items(), ids=[path.split("/")[-2] for path in DOCTYPES]
)


def test_it_lies_where_its_name_and_module_say(path: str, doctype: dict[str, Any]) -> None:
	module, name = scrub(doctype["module"]), scrub(doctype["name"])
	assert module in modules()
	assert path == f"{module}/doctype/{name}/{name}.json"
	assert not doctype.get("custom")


def test_it_has_a_controller(path: str, doctype: dict[str, Any]) -> None:
	tree = ast.parse((APP / path).with_suffix(".py").read_text())
	name = doctype["name"].replace(" ", "").replace("-", "")
	assert name in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
	assert (APP / path).with_name("__init__.py").exists()


def test_fields_are_in_order_and_known_once(path: str, doctype: dict[str, Any]) -> None:
	names = [field["fieldname"] for field in doctype["fields"]]
	assert doctype["field_order"] == names
	assert len(set(names)) == len(names)
	assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
	reserved = {
		"name",
		"owner",
		"creation",
		"modified",
		"parent",
		"parentfield",
		"parenttype",
		"docstatus",
		"idx",
	}
	assert not reserved & set(names)


def test_fields_are_labelled_and_point_somewhere(path: str, doctype: dict[str, Any]) -> None:
	for field in doctype["fields"]:
		where = f"{doctype['name']}.{field['fieldname']}"
		if field["fieldtype"] not in LAYOUT:
			assert field.get("label"), where
		if field["fieldtype"] in ("Link", "Table", "Table MultiSelect"):
			assert field["options"] in NAMES | taken("doctypes"), where
		if field["fieldtype"] == "Dynamic Link":
			assert field["options"] in doctype["field_order"], where
		if field["fieldtype"] == "Currency":
			assert field.get("options"), f"{where}: in which currency?"
		if field["fieldtype"] == "Select" and field.get("default"):
			assert field["default"] in field["options"].split("\n"), where
		if field["fieldtype"] == "Code" and field.get("options") == "JSON" and field.get("default"):
			json.loads(field["default"])


def test_lists_are_readable(path: str, doctype: dict[str, Any]) -> None:
	columns = [field for field in doctype["fields"] if field.get("in_list_view")]
	assert len(columns) <= MOST_LIST_COLUMNS
	if not doctype.get("issingle"):
		assert columns, "a list without columns shows names only"


def test_permissions_name_our_roles(path: str, doctype: dict[str, Any]) -> None:
	permissions = doctype["permissions"]
	if doctype.get("istable"):
		assert not permissions
		return
	roles = [(row["role"], row.get("permlevel", 0), row.get("if_owner", 0)) for row in permissions]
	assert len(set(roles)) == len(roles)
	assert {role for role, *_rest in roles} <= _roles()
	assert "System Manager" in {role for role, *_rest in roles}
	for row in permissions:
		assert row.get("read"), f"{row['role']} may do something, but not read"
		if doctype.get("in_create"):
			assert not {"create", "write", "delete"} & set(row), (
				f"{row['role']} may change what only the app writes"
			)


def test_it_is_named_somehow(path: str, doctype: dict[str, Any]) -> None:
	if not doctype.get("issingle") and not doctype.get("istable"):
		assert doctype.get("autoname")
		assert doctype.get("naming_rule")


def test_scripts_speak_of_this_doctype(path: str, doctype: dict[str, Any]) -> None:
	folder = (APP / path).parent
	form, listing = folder / f"{folder.name}.js", folder / f"{folder.name}_list.js"
	if form.exists():
		assert f'frappe.ui.form.on("{doctype["name"]}"' in form.read_text()
	if listing.exists():
		assert f'frappe.listview_settings["{doctype["name"]}"]' in listing.read_text()
	allowed = {"__init__.py", form.name, listing.name, f"{folder.name}.json", f"{folder.name}.py"}
	assert {file.name for file in folder.iterdir() if file.name != "__pycache__"} <= allowed
