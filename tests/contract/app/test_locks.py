"""Locks on names: who waits, and who must not go on with what it has read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from o2c_extensions.common import locks

from tests.support.engines import Engine


def in_another_transaction(engine: Engine, action: Callable[[], Any]) -> None:
	"""Do something in a connection of its own, and commit it."""
	failed: list[Exception] = []

	def work() -> None:
		engine.connect()
		try:
			action()
			frappe.db.commit()
		except Exception as error:
			failed.append(error)
		finally:
			frappe.destroy()

	thread = threading.Thread(target=work)
	thread.start()
	thread.join(30)
	assert not thread.is_alive() and not failed, failed


def test_held_again_by_the_same_transaction(engine: Engine) -> None:
	locks.hold_fresh("a")
	locks.hold_fresh("a")


def test_a_new_transaction_sees_all(engine: Engine) -> None:
	in_another_transaction(engine, lambda: locks.hold_fresh("a"))
	locks.hold_fresh("a")


def test_who_read_before_must_not_go_on(engine: Engine) -> None:
	frappe.db.get_value("User", "Administrator", "modified")
	in_another_transaction(engine, lambda: locks.hold_fresh("a"))
	if engine.name == "minibench":
		# There, what was only read holds no old state of the database: the next query sees what is there now.
		locks.hold_fresh("a")
		return
	with pytest.raises(frappe.TimestampMismatchError):
		locks.hold_fresh("a")
