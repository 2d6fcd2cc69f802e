"""The two engines as the tests see them: open, begin, roll back, serve, change the site's configuration."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

ADMIN_PASSWORD = "admin"


class Engine(Protocol):
	name: str
	site: str
	sites_path: Path

	def open(self) -> None: ...
	def close(self) -> None: ...
	def begin(self) -> None: ...
	def rollback(self) -> None: ...
	def connect(self) -> None:
		"""Give the calling thread or process its own connection as Administrator."""

	def server_command(self, port: int) -> list[str]: ...
	def worker_command(self) -> list[str]:
		"""A worker that stops when no job is left."""

	def python_command(self, script: str, *arguments: str) -> list[str]:
		"""Run a Python script in a process of its own, with `frappe` importable and the site's name as argv[1]."""

	def environment(self) -> dict[str, str]: ...
	def config(self, **values: Any) -> Any: ...


class _Common:
	name: str
	site: str
	sites_path: Path

	def connect(self) -> None:
		import frappe

		frappe.init(self.site, sites_path=str(self.sites_path), force=True)
		frappe.connect()
		frappe.flags.in_test = True

	def begin(self) -> None:
		import frappe

		if not getattr(frappe.local, "initialised", None) or not frappe.db:
			self.connect()
		frappe.set_user("Administrator")
		frappe.local.message_log = []
		frappe.flags.in_test = True

	def rollback(self) -> None:
		import frappe

		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.local.message_log = []
		frappe.local.document_cache = {}

	@contextmanager
	def config(self, **values: Any) -> Iterator[None]:
		"""Set keys of site_config.json for a while, for this process and for those that read it anew."""
		import frappe

		file = self.sites_path / self.site / "site_config.json"
		before = file.read_text()
		kept = dict(frappe.local.conf)
		file.write_text(json.dumps({**json.loads(before), **values}, indent=1))
		frappe.local.conf.update(values)
		try:
			yield
		finally:
			file.write_text(before)
			for key in values:
				frappe.local.conf.pop(key, None)
				if key in kept:
					frappe.local.conf[key] = kept[key]


class Minibench(_Common):
	"""A fresh site in a temporary folder."""

	name = "minibench"
	site = "test.localhost"

	def __init__(self, sites_path: Path) -> None:
		self.sites_path = sites_path

	def open(self) -> None:
		import minibench
		from minibench.lifecycle.site import new_site

		minibench.activate()
		(self.sites_path / "common_site_config.json").write_text("{}")
		new_site(
			self.site,
			self.sites_path,
			ADMIN_PASSWORD,
			config={"server_script_enabled": 1, "host_name": "http://localhost"},
		)
		self.connect()
		_install_contract_doctypes()

	def close(self) -> None:
		import frappe

		frappe.destroy()

	def server_command(self, port: int) -> list[str]:
		return [
			sys.executable,
			"-m",
			"minibench.web.server",
			"--sites",
			str(self.sites_path),
			"--site",
			self.site,
			"--port",
			str(port),
		]

	def worker_command(self) -> list[str]:
		return [sys.executable, "-m", "minibench.commands", "worker", "--burst"]

	def python_command(self, script: str, *arguments: str) -> list[str]:
		boot = "import sys, runpy, minibench; minibench.activate(); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
		return [sys.executable, "-c", boot, script, self.site, str(self.sites_path), *arguments]

	def environment(self) -> dict[str, str]:
		return {
			**os.environ,
			"O2C_SITES": str(self.sites_path),
			"O2C_SITE": self.site,
			"PYTHONPATH": _path(),
		}


class Bench(_Common):
	"""A site that somebody made on a real bench."""

	name = "bench"

	def __init__(self, bench: Path, site: str) -> None:
		self.bench = bench.resolve()
		self.site = site
		self.sites_path = self.bench / "sites"

	def open(self) -> None:
		os.chdir(self.sites_path)
		self.connect()
		_install_contract_doctypes()

	def close(self) -> None:
		import frappe

		from tests.contract import doctypes

		self.begin()
		frappe.db.rollback()
		doctypes.remove()
		frappe.db.commit()
		frappe.destroy()

	def server_command(self, port: int) -> list[str]:
		return [
			str(self.bench / "env/bin/python"),
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"--site",
			self.site,
			"serve",
			"--port",
			str(port),
			"--noreload",
		]

	def worker_command(self) -> list[str]:
		return [
			str(self.bench / "env/bin/python"),
			"-m",
			"frappe.utils.bench_helper",
			"frappe",
			"worker",
			"--burst",
		]

	def python_command(self, script: str, *arguments: str) -> list[str]:
		return [str(self.bench / "env/bin/python"), script, self.site, str(self.sites_path), *arguments]

	def environment(self) -> dict[str, str]:
		return {**os.environ, "PYTHONPATH": _path()}


def _path() -> str:
	"""Where other processes look for modules: here, and wherever this one was told to."""
	return os.pathsep.join(
		filter(None, [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH")])
	)


def _install_contract_doctypes() -> None:
	import frappe

	from tests.contract import doctypes

	doctypes.install()
	frappe.db.commit()
