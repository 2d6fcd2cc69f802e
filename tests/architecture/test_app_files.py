"""The app's folders: the rooms, the names, the lengths, the READMEs."""

from __future__ import annotations

import configparser
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source import APP, modules, python_files, scrub
from tests.architecture.translatable import doctype_files

LONGEST = 400
ROOMS = {
	"domain",
	# A room with much in it is a folder of the same name, with a file a thought.
	"queries.py",
	"queries",
	"services.py",
	"services",
	"events.py",
	"overrides.py",
	"tasks.py",
	"api.py",
	"doctype",
	"report",
	"number_card",
	"dashboard_chart",
	"workspace",
	"page",
	"README.md",
	"__init__.py",
}
ROOT_FILES = {
	"__init__.py",
	"hooks.py",
	"modules.txt",
	"patches.txt",
	"install.py",
	"uninstall.py",
	"erp.py",
}
ROOT_FOLDERS = {
	"common",
	"demo",
	"fixtures",
	"setup",
	"patches",
	"public",
	"templates",
	"translations",
	"www",
}
# Native DocTypes that order to cash extends. A DocType of ours whose name has these words doubles one of them.
EXTENDED = ("Dunning", "Bank Transaction", "Customer Credit Limit")


def taken(section: str) -> set[str]:
	"""The names that Frappe 15 and ERPNext 15 have."""
	parser = configparser.ConfigParser(allow_no_value=True, delimiters="\n")
	parser.optionxform = str  # type: ignore[assignment, method-assign]
	parser.read(Path(__file__).with_name("taken_names.txt"))
	return set(parser[section])


def visible(folder: Path) -> set[str]:
	return {
		path.name for path in folder.iterdir() if path.name != "__pycache__" and not path.name.startswith(".")
	}


def test_the_package_has_its_known_places_only() -> None:
	assert visible(APP) <= ROOT_FILES | ROOT_FOLDERS | set(modules())


@pytest.mark.parametrize("module", modules())
def test_a_module_has_the_known_rooms_only(module: str) -> None:
	# What a module is asked about by whom: a second thought has a file of its own, since paths of the API stay.
	apis = {name for name in visible(APP / module) if re.fullmatch(r"api_[a-z]+\.py", name)}
	extra = (
		visible(APP / module) - ROOMS - apis - {f"{module}_dashboard"}
	)  # where the framework looks for a Dashboard
	assert not extra, f"{module} has {extra}: every module has the same rooms"


@pytest.mark.parametrize("folder", [*modules(), "common"])
def test_a_folder_says_what_it_is_for(folder: str) -> None:
	text = (APP / folder / "README.md").read_text()
	assert text.startswith("# ")
	if folder != "common":
		assert "what comes in" in text
		assert "what goes out" in text


def test_readmes_of_common_names_its_files() -> None:
	text = (APP / "common" / "README.md").read_text()
	files = {path.name for path in (APP / "common").glob("*.py")} - {"__init__.py"}
	missing = {name for name in files if not re.search(rf"\b{re.escape(name)}", text)}
	assert not missing


def test_module_names_are_free() -> None:
	names = [line.strip() for line in (APP / "modules.txt").read_text().splitlines() if line.strip()]
	assert not set(names) & taken("modules")
	assert not {scrub(name) for name in names} & {scrub(name) for name in taken("modules")}


@pytest.mark.parametrize("module", modules())
def test_folder_names_shadow_no_package(module: str) -> None:
	"""A module's folder is found by its bare name when somebody runs a script from the package's folder."""
	assert module not in sys.stdlib_module_names
	others = {name for name, origins in packages_distributions().items() if "o2c_extensions" not in origins}
	assert module not in others - {"o2c_extensions"}
	assert module not in ("frappe", "erpnext", "hrms", "payments")


def test_doctype_names_are_free() -> None:
	names = [doctype["name"] for doctype in doctype_files().values()]
	assert len(set(names)) == len(names)
	assert not set(names) & taken("doctypes")
	doubled = [
		name for name in names for native in EXTENDED if native in name and not name.startswith("O2C ")
	]
	assert not doubled, f"extend the native DocType instead of {doubled}"


@pytest.mark.parametrize("source", python_files(), ids=lambda source: source.path)
def test_files_are_short(source: object) -> None:
	lines = len(source.text.splitlines())  # type: ignore[attr-defined]
	assert lines <= LONGEST, f"{lines} lines: split by thought"


def test_nothing_is_called_utils() -> None:
	assert not [
		source.path
		for source in python_files()
		if re.search(r"(^|/)(utils|helpers|misc)(\.py|/)", source.path)
	]


def test_no_file_is_empty_but_init() -> None:
	empty = [
		source.path for source in python_files() if not source.text.strip() and "__init__" not in source.path
	]
	assert not empty


def test_patches_have_both_sections_and_resolve() -> None:
	parser = configparser.ConfigParser(allow_no_value=True, delimiters="\n")
	parser.optionxform = str  # type: ignore[assignment, method-assign]
	parser.read(APP / "patches.txt")
	assert parser.sections() == ["pre_model_sync", "post_model_sync"]
	for section in parser.sections():
		for patch in parser[section]:
			path = patch.split()[0].removeprefix("o2c_extensions.").replace(".", "/")
			assert (APP / f"{path}.py").exists(), patch


def test_the_app_can_be_installed_beside_frappe() -> None:
	project = tomllib.loads((APP.parent / "pyproject.toml").read_text())
	assert project["build-system"]["build-backend"] == "flit_core.buildapi"
	assert project["tool"]["bench"]["frappe-dependencies"]["frappe"] == ">=15.0.0,<17.0.0"
	assert project["project"]["license"] == {"text": "GPL-3.0"}
	assert (APP.parent / "license.txt").read_text().lstrip().startswith("GNU GENERAL PUBLIC LICENSE")
