"""hooks.py: short, without leftovers, and every path in it leads somewhere."""

from __future__ import annotations

import ast
import io
import re
import runpy
import tokenize
from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture.source import APP, Source, modules, scrub
from tests.architecture.translatable import doctype_files

PATH = APP / "hooks.py"
LONGEST = 200
_DOTTED = re.compile(r"^o2c_extensions(\.\w+)+$")
_SCRIPTS = ("doctype_js", "doctype_list_js")
_COMMENTED_CODE = re.compile(r"^#\s*(-{3,}|\w+\s*=|[\"'\]\[{}(),]|\w+\()")


@pytest.fixture(scope="module")
def hooks() -> dict[str, Any]:
	return {name: value for name, value in runpy.run_path(str(PATH)).items() if not name.startswith("__")}


def strings(value: Any) -> Iterator[str]:
	if isinstance(value, str):
		yield value
	elif isinstance(value, dict):
		for key, item in value.items():
			yield from strings(key)
			yield from strings(item)
	elif isinstance(value, (list, tuple, set)):
		for item in value:
			yield from strings(item)


def resolves(dotted: str) -> bool:
	"""Whether the path names something that a file of the app defines."""
	*parents, name = dotted.split(".")[1:]
	file = APP.joinpath(*parents).with_suffix(".py")
	if not parents or not file.exists():
		return APP.joinpath(*parents, name).with_suffix(".py").exists()
	tree = ast.parse(file.read_text())
	defined = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
	assigned = {
		target.id
		for node in tree.body
		if isinstance(node, ast.Assign)
		for target in node.targets
		if isinstance(target, ast.Name)
	}
	return name in defined | assigned


def test_hooks_is_short() -> None:
	assert len(PATH.read_text().splitlines()) <= LONGEST


def test_hooks_has_no_code_in_comments() -> None:
	comments = [
		token.string
		for token in tokenize.generate_tokens(io.StringIO(PATH.read_text()).readline)
		if token.type == tokenize.COMMENT
	]
	assert not [comment for comment in comments if _COMMENTED_CODE.match(comment)]


def test_every_path_resolves(hooks: dict[str, Any]) -> None:
	wrong = sorted({text for text in strings(hooks) if _DOTTED.match(text) and not resolves(text)})
	assert not wrong, f"no such function: {wrong}"


def test_a_wrong_path_is_noticed() -> None:
	assert resolves("o2c_extensions.install.after_install")
	assert not resolves("o2c_extensions.install.after_dinner")
	assert not resolves("o2c_extensions.nowhere.after_install")


def test_scripts_of_the_desk(hooks: dict[str, Any]) -> None:
	"""Each is there, each is used, and what a script declares stays its own."""
	named = {text for hook in _SCRIPTS for value in hooks[hook].values() for text in strings(value)}
	assert named == {str(path.relative_to(APP)) for path in (APP / "public/js").glob("*.js")}
	for path in sorted(named):
		text = (APP / path).read_text()
		lines = [line for line in text.splitlines() if line and not line.startswith("//")]
		assert lines[0] == "{" or lines[0] == 'frappe.provide("o2c_extensions.desk");', (
			f"{path}: the framework joins the scripts of all apps; begin a block"
		)
		assert text.startswith("//"), f"{path}: say what it is for"


@pytest.mark.parametrize("hook", _SCRIPTS)
def test_scripts_are_for_doctypes_of_others(hooks: dict[str, Any], hook: str) -> None:
	ours = {doctype["name"] for doctype in doctype_files().values()}
	assert not ours & set(hooks[hook]), "a DocType of ours has its script in its own folder"


def test_required_apps_name_their_owner(hooks: dict[str, Any]) -> None:
	assert hooks["required_apps"] == ["frappe/erpnext"]


def test_document_events(hooks: dict[str, Any]) -> None:
	"""Named DocTypes only; shared handlers under one tuple; handlers in a module's events.py, named after both."""
	doc_events = hooks.get("doc_events", {})
	seen: list[Any] = []
	for key, handlers in doc_events.items():
		doctypes = key if isinstance(key, tuple) else (key,)
		assert "*" not in doctypes, "events of every DocType cost every save of the site"
		assert handlers not in seen, f"{key} has the same handlers as another entry: join them in a tuple key"
		seen.append(handlers)
		for event, paths in handlers.items():
			for path in [paths] if isinstance(paths, str) else paths:
				_app, module, file, name = path.split(".")
				assert module in modules()
				assert file == "events", f"{path}: document events live in events.py"
				names = {f"{scrub(doctype)}_{event}" for doctype in doctypes}
				assert name in names or (len(doctypes) > 1 and name.endswith(f"_{event}")), (
					f"{path}: not named for {names}"
				)


def test_lists_follow_the_money(hooks: dict[str, Any]) -> None:
	order = {module: number for number, module in enumerate(modules())}
	for name, value in hooks.items():
		for paths in _lists(value):
			positions = [order[path.split(".")[1]] for path in paths if path.split(".")[1] in order]
			assert positions == sorted(positions), f"{name}: {paths} is not in the order of modules.txt"


def _lists(value: Any) -> Iterator[list[str]]:
	if isinstance(value, dict):
		for item in value.values():
			yield from _lists(item)
	elif isinstance(value, (list, tuple)):
		dotted = [item for item in value if isinstance(item, str) and _DOTTED.match(item)]
		if dotted:
			yield dotted


def test_no_class_of_others_is_overridden_without_a_reason(hooks: dict[str, Any]) -> None:
	"""`override_doctype_class`: the last app wins. An override says why no event would do."""
	for doctype, path in hooks.get("override_doctype_class", {}).items():
		*parents, name = path.split(".")[1:]
		source = Source(path, APP.joinpath(*parents).with_suffix(".py").read_text())
		node = next(node for node in source.tree.body if isinstance(node, ast.ClassDef) and node.name == name)
		assert "event" in (ast.get_docstring(node) or ""), (
			f"{path} overrides {doctype}: say why no event would do"
		)
