"""DESIGN's rules for the embedded engine."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture import support_table

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "minibench"
SOURCES = sorted(file for file in ENGINE.rglob("*.py"))
LONGEST = 450


def _imports(tree: ast.AST) -> set[str]:
	names: set[str] = set()
	for node in ast.walk(tree):
		if isinstance(node, ast.Import):
			names |= {alias.name.split(".")[0] for alias in node.names}
		elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
			names.add(node.module.split(".")[0])
	return names


def test_the_engine_does_not_know_the_app():
	"""minibench offers the framework; an app imports it, never the other way round."""
	guilty = [str(file) for file in SOURCES if "o2c_extensions" in _imports(ast.parse(file.read_text()))]
	assert not guilty


def test_the_app_never_asks_which_engine_it_is_on():
	guilty = []
	for file in (ROOT / "apps").rglob("*.py"):
		if "node_modules" not in file.parts and "minibench" in file.read_text():
			guilty.append(str(file))
	assert not guilty


def test_facades_hold_no_logic():
	"""compat/ re-exports: tables, imports and docstrings, no function, class, branch or loop."""
	allowed = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Expr)
	for file in (ENGINE / "compat").rglob("*.py"):
		for node in ast.parse(file.read_text()).body:
			assert isinstance(node, allowed), f"{file}:{node.lineno}: {type(node).__name__} in a facade"


def test_every_name_of_every_facade_resolves():
	import minibench

	minibench.activate()
	for module, names in support_table.facades().items():
		loaded = importlib.import_module(module)
		for name in names:
			assert hasattr(loaded, name), f"{module}.{name}"


def test_readme_lists_what_is_supported():
	assert support_table.written() == support_table.render(), (
		"minibench/README.md is behind: python -m tests.architecture.support_table --write"
	)


def test_an_unsupported_name_says_so():
	import minibench
	from minibench.errors import NotInMinibench

	minibench.activate()
	import frappe

	with pytest.raises(NotInMinibench, match=r"frappe\.connect_replica"):
		frappe.connect_replica  # noqa: B018
	with pytest.raises(NotInMinibench, match=r"frappe\.utils\.telemetry"):
		frappe.utils.telemetry  # noqa: B018


def test_compat_refuses_to_load_beside_a_real_frappe(tmp_path: Path):
	real = tmp_path / "frappe"
	real.mkdir()
	(real / "__init__.py").write_text("__version__ = '15.56.1'\n")
	script = "import minibench; minibench.activate()"
	environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
	done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
	assert done.returncode != 0
	assert "A real Frappe is installed here" in done.stderr


def test_files_stay_short():
	long = {
		str(file.relative_to(ROOT)): n
		for file in SOURCES
		if (n := len(file.read_text().splitlines())) > LONGEST
	}
	assert not long, f"split by thought: {long}"


def test_no_utils_module():
	assert not [file for file in SOURCES if file.name == "utils.py" and "compat" not in file.parts]


def test_the_lock_files_follow_pyproject():
	"""What is asked for in pyproject.toml stands in the lock files in the same version, and nothing stands there twice."""
	project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
	run_time = (ROOT / "requirements.txt").read_text().split()
	tests = (ROOT / "requirements-test.txt").read_text().split()[2:]
	assert _plain(project["dependencies"]) <= _plain(run_time)
	assert _plain(project["optional-dependencies"]["test"]) <= _plain(tests)
	names = [line.partition("==")[0] for line in sorted((*_plain(run_time), *_plain(tests)))]
	assert len(names) == len(set(names))


def _plain(requirements: list[str]) -> set[str]:
	"""As PyPI compares names: in lower case, `_` as `-`, without extras."""
	return {re.sub(r"\[.*\]", "", requirement).lower().replace("_", "-") for requirement in requirements}
