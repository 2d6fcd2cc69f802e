"""Every text of the app that a user may see, and where it stands."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from tests.architecture.source import APP, dotted, python_files

LANGUAGES = ("de", "nl")
# _("text") and _('text') in pages and templates; __("text") and __('text') in scripts.
_TEMPLATE_TEXT = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_SCRIPT_TEXT = re.compile(r"""\b__\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")

# What else is named on the desk: kind of record -> the field that is shown.
_SHOWN_NAMES = {
	"report": "report_name",
	"number_card": "label",
	"dashboard_chart": "chart_name",
	"workspace": "label",
}


def texts() -> dict[str, str]:
	"""Text -> where it is used first."""
	found: dict[str, str] = {}
	for where, text in [
		*_in_python(),
		*_in_scripts(),
		*_in_templates(),
		*_in_doctypes(),
		*_in_records(),
		*_in_modules(),
	]:
		if text.strip():
			found.setdefault(text, where)
	return found


def _in_python() -> list[tuple[str, str]]:
	found = []
	for source in python_files():
		for call, name in source.calls():
			if name in ("_", "frappe._") and call.args and isinstance(call.args[0], ast.Constant):
				found.append((source.path, str(call.args[0].value)))
		if source.path == "setup/custom_fields.py":
			for node in ast.walk(source.tree):
				if isinstance(node, ast.Dict):
					found += [(source.path, text) for text in _labels(node)]
		if source.path == "setup/roles.py":
			for node in ast.walk(source.tree):
				if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "ROLES":
					found += [(source.path, role) for role in ast.literal_eval(node.value)]
	return found


def _labels(node: ast.Dict) -> list[str]:
	return [
		str(value.value)
		for key, value in zip(node.keys, node.values, strict=True)
		if isinstance(key, ast.Constant)
		and key.value in ("label", "description")
		and isinstance(value, ast.Constant)
	]


def _in_scripts() -> list[tuple[str, str]]:
	found = []
	for path in sorted(APP.rglob("*.js")):
		if "node_modules" in path.parts or "dist" in path.parts:
			continue
		for double, single in _SCRIPT_TEXT.findall(path.read_text()):
			found.append((str(path.relative_to(APP)), double or single))
	return found


def _in_templates() -> list[tuple[str, str]]:
	return [
		(str(path.relative_to(APP)), double or single)
		for path in sorted(APP.rglob("*.html"))
		if "node_modules" not in path.parts and "dist" not in path.parts
		for double, single in _TEMPLATE_TEXT.findall(path.read_text())
	]


def _in_records() -> list[tuple[str, str]]:
	found = []
	for kind, field in _SHOWN_NAMES.items():
		for path in sorted(APP.glob(f"*/{kind}/*/*.json")):
			record = json.loads(path.read_text())
			found.append((str(path.relative_to(APP)), record[field]))
			found += [(str(path.relative_to(APP)), row["label"]) for row in record.get("shortcuts", [])]
	return found


def doctype_files() -> dict[str, dict[str, Any]]:
	"""Path of each DocType's JSON below the package, and what it says."""
	found = {}
	for path in sorted(APP.rglob("doctype/*/*.json")):
		found[str(path.relative_to(APP))] = json.loads(path.read_text())
	return found


def _in_doctypes() -> list[tuple[str, str]]:
	found = []
	for path, doctype in doctype_files().items():
		found.append((path, doctype["name"]))
		found += [(path, link["group"]) for link in doctype.get("links", []) if link.get("group")]
		for field in doctype["fields"]:
			found += [(path, field[key]) for key in ("label", "description") if field.get(key)]
			if field["fieldtype"] == "Select":
				found += [(path, option) for option in field.get("options", "").split("\n")]
	return found


def _in_modules() -> list[tuple[str, str]]:
	return [("modules.txt", line) for line in (APP / "modules.txt").read_text().splitlines()]
