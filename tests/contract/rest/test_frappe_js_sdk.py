"""A client that others wrote: `frappe-js-sdk` from npm, driven by node's own test runner."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import frappe
import pytest

from tests.contract.rest.tools import api_token
from tests.support.engines import ADMIN_PASSWORD

HERE = Path(__file__).resolve().parent / "js"


def _installed() -> Path:
	"""The test beside its dependencies, outside of the repository; installed once for each lockfile."""
	if not shutil.which("node") or not shutil.which("npm"):
		pytest.skip("node and npm are needed to run frappe-js-sdk")
	lock = (HERE / "package-lock.json").read_bytes()
	folder = (
		Path(tempfile.gettempdir()) / f"contract-js-{os.getuid()}-{hashlib.sha256(lock).hexdigest()[:16]}"
	)
	folder.mkdir(mode=0o700, exist_ok=True)
	for file in HERE.iterdir():
		if file.is_file():
			shutil.copy(file, folder)
	if not (folder / "installed").exists():
		done = subprocess.run(
			["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, timeout=110
		)
		if done.returncode:
			pytest.skip(f"npm ci failed: {done.stderr[-500:]}")
		(folder / "installed").touch()
	return folder


def test_frappe_js_sdk_runs_as_it_is(http):
	folder = _installed()
	had_key = frappe.db.get_value("User", "Administrator", "api_key")
	try:
		_run(http, folder)
	finally:
		if not had_key:
			frappe.db.rollback()
			frappe.db.set_value("User", "Administrator", "api_key", None)
			frappe.db.commit()


def _run(http, folder: Path) -> None:
	environment = {
		**os.environ,
		"BASE_URL": http.base_url,
		"SITE": http.engine.site,
		"API_TOKEN": api_token("Administrator"),
		"CLERK_TOKEN": api_token("clerk@contract.test"),
		"USER": "Administrator",
		"PASSWORD": ADMIN_PASSWORD,
		"NO_PROXY": "127.0.0.1,localhost",
	}
	done = subprocess.run(
		["node", "--test", "--test-reporter=spec"],
		cwd=folder,
		env=environment,
		capture_output=True,
		text=True,
		timeout=110,
	)
	assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
	assert "# fail 0" in done.stdout or "fail 0" in done.stdout
