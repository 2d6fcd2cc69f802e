"""Every text of the app that a user may see, and where it stands."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.architecture.source import APP, Source, dotted, python_files

LANGUAGES = ("de", "nl")
# _("text") and _('text') in pages and templates; __("text") and __('text') in scripts.
_TEMPLATE_TEXT = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_TAG = re.compile(r"<[^>]*>")
_SCRIPT_TEXT = re.compile(r"""\b__\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")

# The workspace's pages, outside the app's package.
PAGES = APP.parent / "frontend" / "src"
# Texts of the pages that reach __() through a variable: file -> where in it they stand.
_SAID_LATER = {
	"pages/list/columns.ts": (r'label: "(\w+)"', r'standard\("\w+", "([^"]+)"'),
	"pages/list/FilterBar.vue": (r'options: "(set)\\n', r'\\n(not set)"'),
	"pages/list/filters.ts": (r'^\t(?:"[^"]+"|\w+): "([^"]+)",$',),
	"ui/StatusBadge.vue": (r'"([A-Z][A-Za-z ]+)"(?=[^\n]*\],\n)',),
}

# Words of events and decisions, which are stored as they are and translated where they are shown.
WORDS = (
	# Kinds of decisions.
	*(
		"Credit Check",
		"Credit Recheck",
		"Fulfilment",
		"Invoicing",
		"Dunning",
		"Cash Match",
		"Deduction",
		"Retention",
	),
	*("Limit Proposal", "Limit Decision"),
	# Their outcomes.
	*(
		"Pass",
		"Warn",
		"Deposit",
		"Prepayment",
		"Hold",
		"Release",
		"Reject",
		"From Stock",
		"Drop Ship",
		"Split",
		"Backorder",
	),
	*("Invoiced", "Nothing to Invoice", "Waiting"),
	*("Matched", "Matched by Hand", "Proposed", "Declined", "Undone"),
	# What held an order.
	*("Exposure Over Limit", "Check Failed", "Rule Failed", "Natural Person"),
	# Events.
	*("Submitted", "Reopened", "Cancelled", "Promised"),
	*("Passed", "Held", "Released", "Rejected", "Withdrawn", "Escalated", "Release Renewed"),
	*("Delivery Drafted", "Purchase Ordered", "Delivered", "Returned", "Credited", "Mailed", "Not Mailed"),
	*("Dunned", "Received", "Paid", "Short Paid"),
	*("Deduction Accepted", "Deduction Refused", "Deduction Settled", "Deduction Reopened"),
)

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
		*_in_pages(),
		*_in_templates(),
		*_in_events_and_decisions(),
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
		found += [(source.path, text) for text in _listed(source)]
	return found


# File -> the names of its lists and tables whose words (or keys) are shown.
_LISTS = {
	"hooks.py": ("o2c_run_kinds",),
	"o2c_workspace/services/page.py": ("DOCTYPES",),
	"setup/workflows.py": ("STATES", "ACTIONS"),
}


def _listed(source: Source) -> list[str]:
	found: list[str] = []
	for node in source.tree.body:
		if isinstance(node, ast.Assign) and dotted(node.targets[0]) in _LISTS.get(source.path, ()):
			found += ast.literal_eval(node.value)
	return found


def _in_events_and_decisions() -> list[tuple[str, str]]:
	"""Those words that some file still has: what nobody writes any more, nobody has to translate."""
	written = {
		node.value: source.path
		for source in python_files()
		for node in ast.walk(source.tree)
		if isinstance(node, ast.Constant) and node.value in WORDS
	}
	return [(written[word], word) for word in WORDS if word in written]


def _labels(node: ast.Dict) -> list[str]:
	return [
		str(value.value)
		for key, value in zip(node.keys, node.values, strict=True)
		if isinstance(key, ast.Constant)
		and key.value in ("label", "description")
		and isinstance(value, ast.Constant)
	]


def _in_scripts() -> list[tuple[str, str]]:
	built = APP / "public" / "frontend"
	return [
		(str(path.relative_to(APP)), text)
		for path in sorted(APP.rglob("*.js"))
		if not {"node_modules", "dist"} & set(path.parts) and built not in path.parents
		for text in _said(_SCRIPT_TEXT, path.read_text())
	]


def _said(pattern: re.Pattern[str], source: str) -> list[str]:
	"""The texts in quotation marks that stand there, as the script means them."""
	return [re.sub(r"\\(.)", r"\1", double or single) for double, single in pattern.findall(source)]


def _in_pages() -> list[tuple[str, str]]:
	found = []
	for path in sorted([*PAGES.rglob("*.ts"), *PAGES.rglob("*.vue")]):
		source, name = path.read_text(), path.relative_to(PAGES).as_posix()
		found += [(name, text) for text in _said(_SCRIPT_TEXT, source)]
		for pattern in _SAID_LATER.get(name, ()):
			later = re.findall(pattern, source, re.MULTILINE)
			assert later, f"{name} has no texts like {pattern} any more"
			found += [(name, text) for text in later]
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
			found += [(str(path.relative_to(APP)), text) for text in _on_the_page(record)]
	return found


def _on_the_page(record: dict[str, Any]) -> Iterator[str]:
	"""The headings and the shortcuts of a workspace. What its links lead to is named elsewhere."""
	yield from (_TAG.sub("", block["data"]["text"]) for block in _blocks(record) if block["type"] == "header")
	yield from (row["label"] for row in record.get("shortcuts", []))
	yield from (row["label"] for row in record.get("links", []) if row["type"] == "Card Break")


def _blocks(record: dict[str, Any]) -> list[dict[str, Any]]:
	return json.loads(record["content"]) if "content" in record else []


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
