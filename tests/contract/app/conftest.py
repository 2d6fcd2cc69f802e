"""What the app's tests share: kinds of work to run, a queue that only remembers, and cleaning up after real commits."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from tests.contract.app import kinds
from tests.support.engines import Engine

HERE = Path(__file__).resolve().parent
MARK = kinds.MARK


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
	"""The test kinds of work can be started; what is queued is only remembered, so that no worker takes it."""
	from o2c_extensions.common import batch

	queued: list[tuple[str, int]] = []
	monkeypatch.setattr(batch, "enqueue", lambda run, attempt: queued.append((run, attempt)))
	kinds.register(monkeypatch.setattr)
	return queued


@pytest.fixture
def committed(site: Engine) -> Iterator[None]:
	"""For tests that commit: takes their runs, to-dos, keys, decisions and users out of the site again."""
	from o2c_extensions.common import decisions

	head = frappe.db.get_value(decisions.CHAIN_DOCTYPE, decisions.CHAIN, ["position", "hash"])
	runs = set(frappe.get_all("O2C Run", pluck="name"))
	settings = frappe.db.get_singles_dict("O2C Settings")
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	new = [name for name in frappe.get_all("O2C Run", pluck="name") if name not in runs]
	if new:
		frappe.db.delete("O2C Run Item", {"run": ("in", new)})
		frappe.db.delete("O2C Run", {"name": ("in", new)})
	frappe.db.delete("ToDo", {"description": ("like", f"%{MARK}%")})
	frappe.db.delete("O2C Idempotency Key", {"scope": ("like", f"{MARK}%")})
	frappe.db.delete(decisions.DOCTYPE, {"position": (">", head[0])})
	frappe.db.delete(decisions.DOCTYPE, {"position": 0})
	frappe.db.set_value(decisions.CHAIN_DOCTYPE, decisions.CHAIN, {"position": head[0], "hash": head[1]})
	frappe.db.set_single_value("O2C Settings", dict(settings))
	for email in frappe.get_all("User", filters={"name": ("like", "o2c-%@example.com")}, pluck="name"):
		frappe.delete_doc("User", email, force=True)
		frappe.db.delete("DefaultValue", {"parent": email})
	frappe.db.commit()


@pytest.fixture
def in_process(site: Engine) -> Callable[..., subprocess.Popen[str]]:
	"""Start one of this folder's scripts in a process of its own, on the engine under test."""

	def start(script: str, *arguments: str) -> subprocess.Popen[str]:
		return subprocess.Popen(
			site.python_command(str(HERE / script), *arguments),
			env=site.environment(),
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
		)

	return start


@pytest.fixture
def user() -> Callable[..., str]:
	"""Make a user with roles, in this test's transaction; `committed` removes o2c-*@example.com."""

	def make(email: str, *roles: str) -> str:
		values: dict[str, Any] = {
			"doctype": "User",
			"email": email,
			"first_name": "Test",
			"send_welcome_email": 0,
		}
		doc = frappe.get_doc({**values, "roles": [{"role": role} for role in roles]})
		doc.flags.no_welcome_mail = True
		doc.insert(ignore_permissions=True)
		return str(doc.name)

	return make
