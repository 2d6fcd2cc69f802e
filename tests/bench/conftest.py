"""A copy of the given site, to install, migrate and uninstall in without harm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.engines import Engine

COPY = "o2c-copy.localhost"
DATABASE = "o2c_test_copy"


class Copy:
	"""A bench's commands, and Python, on the copied site. Every call is a process of its own, as an administrator's."""

	def __init__(self, engine: Engine) -> None:
		self.sites_path = engine.sites_path
		self.python = str(engine.sites_path.parent / "env" / "bin" / "python")

	def bench(self, *arguments: str) -> str:
		return self._run("-m", "frappe.utils.bench_helper", "frappe", "--site", COPY, *arguments)

	def execute(self, body: str) -> Any:
		"""Run Python in the site, commit, and return what it left in `result`."""
		script = f"""
import json, frappe
frappe.init({COPY!r}, sites_path='.'); frappe.connect()
result = None
{body}
frappe.db.commit()
print('\\n@' + json.dumps(result, default=str))
"""
		return json.loads(self._run("-c", script).rpartition("\n@")[2])

	def _run(self, *arguments: str) -> str:
		done = subprocess.run(
			[self.python, "-W", "ignore", *arguments],
			cwd=self.sites_path,
			env={**os.environ, "PYTHONPATH": ""},
			capture_output=True,
			text=True,
			timeout=280,
		)
		assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
		return done.stdout


@pytest.fixture(scope="session")
def copy(engine: Engine) -> Iterator[Copy]:
	"""The given site, copied with its database; skipped without the database's root password."""
	import frappe

	password = os.environ.get("O2C_DB_ROOT_PASSWORD") or frappe.conf.root_password
	if not password:
		pytest.skip("set O2C_DB_ROOT_PASSWORD: copying a site needs the right to create a database")
	host = [
		"-h",
		frappe.conf.db_host or "127.0.0.1",
		"-P",
		str(frappe.conf.db_port or 3306),
		"-uroot",
		f"-p{password}",
	]
	client, dump = _tool("mariadb", "mysql"), _tool("mariadb-dump", "mysqldump")
	source = frappe.conf.db_name
	frappe.db.rollback()

	def sql(statements: str) -> None:
		subprocess.run([client, *host, "-e", statements], check=True, capture_output=True)

	sql(
		f"drop database if exists `{DATABASE}`; create database `{DATABASE}` character set utf8mb4 "
		f"collate utf8mb4_unicode_ci; create user if not exists '{DATABASE}'@'%' identified by '{DATABASE}'; "
		f"grant all on `{DATABASE}`.* to '{DATABASE}'@'%'; flush privileges"
	)
	folder: Path = engine.sites_path / COPY
	try:
		with subprocess.Popen(
			[dump, *host, "--single-transaction", source], stdout=subprocess.PIPE
		) as dumping:
			subprocess.run([client, *host, DATABASE], stdin=dumping.stdout, check=True)
		shutil.rmtree(folder, ignore_errors=True)
		for name in ("public/files", "private/files", "private/backups", "locks", "logs"):
			(folder / name).mkdir(parents=True)
		config = json.loads((engine.sites_path / engine.site / "site_config.json").read_text())
		config.update(db_name=DATABASE, db_password=DATABASE, db_user=DATABASE)
		(folder / "site_config.json").write_text(json.dumps(config))
		copied = Copy(engine)
		# Redis may remember an earlier copy of this name.
		copied.bench("clear-cache")
		yield copied
	finally:
		sql(f"drop database if exists `{DATABASE}`; drop user if exists '{DATABASE}'@'%'")
		shutil.rmtree(folder, ignore_errors=True)


def _tool(*names: str) -> str:
	for name in names:
		if path := shutil.which(name):
			return path
	pytest.skip(f"{names[0]} is not installed")
