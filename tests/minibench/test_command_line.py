"""`./o2c` as a user meets it: its help, its refusals, a backup that comes back, an environment that mends itself."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from minibench.commands.__main__ import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
SITE = "cli.localhost"


@pytest.fixture
def sites(tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
	"""A sites folder of its own, with a copy of the test site as it was committed."""
	from minibench.lifecycle.backup import backup, restore

	archive = backup(engine.site, engine.sites_path, tmp_path / "site.tar.gz")
	folder = tmp_path / "sites"
	folder.mkdir()
	restore(SITE, folder, archive)
	monkeypatch.setenv("O2C_SITES", str(folder))
	monkeypatch.setenv("O2C_SITE", SITE)
	return folder


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
	command = [sys.executable, "-m", "minibench.commands", *arguments]
	return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
	result = CliRunner().invoke(cli, [command, "--help"])
	assert result.exit_code == 0
	assert len(result.output.split("\n\n")[1].strip()) > 10


def test_an_unknown_command_is_a_usage_error() -> None:
	done = call("strat")
	assert done.returncode == 2
	assert "No such command 'strat'" in done.stderr


def test_execute_prints_what_the_function_returns(sites: Path) -> None:
	done = call("execute", "frappe.utils.add_days", "--args", '["2026-02-28", 1]')
	assert json.loads(done.stdout) == "2026-03-01"


@pytest.mark.parametrize(
	("arguments", "code", "message"),
	[
		(("execute", "frappe.utils.cint", "--kwargs", "{"), 2, "not valid JSON"),
		(("execute", "frappe.utils.cint", "--args", "{}"), 2, "must be a JSON list"),
		(("execute", "no.such.function"), 1, "no"),
		(("migrate", "--site", "nowhere.localhost"), 1, "./o2c start"),
		(("restore", "--yes", "README.md"), 1, "not a readable backup"),
		(("benchmark", "nothing"), 2, "NAME is one of"),
		(("test", "--bench", "docs"), 2, "--bench needs --site"),
	],
)
def test_a_refusal_says_what_to_do(sites: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
	done = call(*arguments)
	assert done.returncode == code
	assert message in done.stderr
	assert "Traceback" not in done.stderr


def test_a_failing_function_leaves_nothing_behind(sites: Path) -> None:
	values = {"doctype": "ToDo", "description": "kept?", "priority": "No Such Priority"}
	assert call("execute", "frappe.client.insert", "--kwargs", json.dumps({"doc": values})).returncode != 0
	done = call(
		"execute",
		"frappe.client.get_count",
		"--kwargs",
		'{"doctype": "ToDo", "filters": {"description": "kept?"}}',
	)
	assert json.loads(done.stdout) == 0


def test_start_on_a_taken_port_is_one_line() -> None:
	with socket.socket() as taken:
		taken.bind(("127.0.0.1", 0))
		taken.listen()
		port = taken.getsockname()[1]
		done = call("start", "--port", str(port))
	assert done.returncode == 1
	assert f"--port {port + 1}" in done.stderr
	assert len(done.stderr.strip().splitlines()) == 1


def test_a_backup_comes_back(sites: Path) -> None:
	def note(text: str) -> None:
		values = {"doc": {"doctype": "ToDo", "description": text}}
		assert call("execute", "frappe.client.insert", "--kwargs", json.dumps(values)).returncode == 0

	def notes() -> list[str]:
		arguments = {
			"doctype": "ToDo",
			"fields": ["description"],
			"filters": {"description": ["like", "CLI %"]},
		}
		done = call("execute", "frappe.client.get_list", "--kwargs", json.dumps(arguments))
		return sorted(row["description"] for row in json.loads(done.stdout))

	note("CLI before")
	archive = Path(call("backup").stdout.strip())
	assert archive.stat().st_mode & 0o077 == 0, "the archive holds the site's keys"
	note("CLI after")
	assert notes() == ["CLI after", "CLI before"]
	assert call("restore", "--yes", str(archive)).returncode == 0
	assert notes() == ["CLI before"]
	assert archive.exists(), "restoring keeps the backups"


def test_a_broken_backup_changes_nothing(sites: Path, tmp_path: Path) -> None:
	archive = Path(call("backup", "--to", str(tmp_path / "whole.tar.gz")).stdout.strip())
	half = tmp_path / "half.tar.gz"
	half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
	before = (sites / SITE / "site.db").read_bytes()
	done = call("restore", "--yes", str(half))
	assert done.returncode == 1
	assert (sites / SITE / "site.db").read_bytes() == before
	assert sorted(path.name for path in sites.iterdir()) == [SITE]


def test_migrate_says_that_all_is_done(sites: Path) -> None:
	assert call("migrate").returncode == 0
	assert f"{SITE} is up to date." in call("migrate").stdout


def test_doctor_names_what_is_wrong_and_how_to_mend_it(sites: Path) -> None:
	assert "ok  site database" in call("doctor").stdout
	database = sites / SITE / "site.db"
	for wal in sites.glob(f"{SITE}/site.db-*"):
		wal.unlink()
	content = bytearray(database.read_bytes())
	content[4096 * 3 : 4096 * 40] = b"\xff" * (4096 * 37)
	database.write_bytes(bytes(content))
	done = call("doctor")
	assert done.returncode == 1
	assert "!!  site database" in done.stdout
	assert "./o2c restore" in done.stdout


# --- the launcher ------------------------------------------------------------------------------------------------------


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
	"""The `o2c` file as a module, preparing an environment in a temporary folder."""
	loader = importlib.machinery.SourceFileLoader("o2c_launcher", str(ROOT / "o2c"))
	spec = importlib.util.spec_from_loader("o2c_launcher", loader)
	assert spec
	module = importlib.util.module_from_spec(spec)
	loader.exec_module(module)
	monkeypatch.setattr(module, "ROOT", str(tmp_path))
	monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
	monkeypatch.setattr(module, "PYTHON", str(tmp_path / ".venv/bin/python"))
	(tmp_path / "requirements.txt").write_text("")
	return module


def test_an_environment_is_made_once(
	launcher: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
	launcher.prepare("requirements.txt", ".o2c-ready")
	assert (tmp_path / ".venv/bin/python").exists()
	capsys.readouterr()
	launcher.prepare("requirements.txt", ".o2c-ready")
	assert capsys.readouterr().err == ""
	(tmp_path / "requirements.txt").write_text("# changed\n")
	launcher.prepare("requirements.txt", ".o2c-ready")
	assert "Installing" in capsys.readouterr().err


def test_a_half_made_environment_is_made_anew(
	launcher: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
	(tmp_path / ".venv/bin").mkdir(parents=True)
	(tmp_path / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
	(tmp_path / ".venv/bin/python").chmod(0o755)
	launcher.prepare("requirements.txt", ".o2c-ready")
	assert "half-made" in capsys.readouterr().err
	assert launcher.ready(".o2c-ready", "requirements.txt")


@pytest.mark.parametrize(
	("output", "line"),
	[
		("OSError: [Errno 28] No space left on device", "the disk is full while installing requirements"),
		("ERROR: Could not find a version that satisfies x", "Is the Python package index reachable?"),
		("Boom", "failed while installing requirements"),
	],
)
def test_a_failing_installation_says_why(
	launcher: ModuleType, capsys: pytest.CaptureFixture[str], output: str, line: str
) -> None:
	with pytest.raises(SystemExit):
		launcher.run(
			[sys.executable, "-c", f"print({output!r}); raise SystemExit(1)"], "installing requirements"
		)
	assert line in capsys.readouterr().err.splitlines()[-1]


def test_no_suitable_python_is_one_line(
	launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
	monkeypatch.setattr(launcher.sys, "version_info", (3, 9, 1))
	monkeypatch.setattr(shutil, "which", lambda _name: None)
	with pytest.raises(SystemExit):
		launcher.suitable_python()
	assert "needs Python 3.11 or 3.12" in capsys.readouterr().err
