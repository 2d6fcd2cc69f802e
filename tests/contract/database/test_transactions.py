"""Commit, rollback, savepoints, and what is called around them."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import frappe
import pytest
from frappe.database.database import savepoint

from tests.contract.database.tools import PARTY
from tests.support.engines import Engine

READER = Path(__file__).with_name("reading_process.py")


@pytest.fixture
def committed() -> object:
	"""Parties as others see them."""
	frappe.db.commit()
	yield None
	frappe.db.rollback()
	frappe.db.delete(PARTY)
	frappe.db.commit()


def notes(name: str = "P1") -> str | None:
	return frappe.db.get_value(PARTY, name, "notes")


def write(value: str, name: str = "P1") -> None:
	frappe.db.set_value(PARTY, name, "notes", value)


def test_rollback_undoes_what_was_not_committed(committed: None):
	write("lost")
	assert notes() == "lost"
	frappe.db.rollback()
	assert notes() == "note One"


def test_savepoints_nest():
	write("one")
	frappe.db.savepoint("first")
	write("two")
	frappe.db.savepoint("second")
	write("three")
	frappe.db.rollback(save_point="second")
	assert notes() == "two"
	write("four")
	frappe.db.rollback(save_point="first")
	assert notes() == "one"
	frappe.db.savepoint("third")
	write("five")
	frappe.db.release_savepoint("third")
	assert notes() == "five"


def test_a_savepoint_may_come_before_the_first_write(committed: None):
	frappe.db.savepoint("early")
	assert notes() == "note One"
	write("undone")
	frappe.db.rollback(save_point="early")
	assert notes() == "note One"
	write("kept")
	frappe.db.release_savepoint("early")
	frappe.db.commit()
	assert notes() == "kept"


def test_a_rolled_back_savepoint_can_be_used_again():
	frappe.db.savepoint("again")
	for value in ("a", "b"):
		write(value)
		frappe.db.rollback(save_point="again")
	assert notes() == "note One"


def test_a_savepoint_set_again_takes_the_place_of_the_one_before():
	frappe.db.savepoint("same")
	write("one")
	frappe.db.savepoint("same")
	write("two")
	frappe.db.rollback(save_point="same")
	assert notes() == "one"
	frappe.db.release_savepoint("same")
	with pytest.raises(frappe.db.OperationalError):
		frappe.db.rollback(save_point="same")
	assert notes() == "one"


def test_savepoint_as_a_block():
	with savepoint(catch=ValueError):
		write("gone")
		raise ValueError
	assert notes() == "note One"
	with savepoint():
		write("stays")
	assert notes() == "stays"
	with pytest.raises(KeyError), savepoint(catch=ValueError):
		raise KeyError


def test_callbacks_run_in_order_and_only_where_they_belong(committed: None):
	calls: list[str] = []

	def note(word: str) -> Callable[[], None]:
		return lambda: calls.append(word)

	frappe.db.before_commit.add(note("before commit"))
	frappe.db.after_commit.add(note("after commit 1"))
	frappe.db.after_commit.add(note("after commit 2"))
	frappe.db.before_rollback.add(note("before rollback"))
	frappe.db.after_rollback.add(note("after rollback"))
	write("x")
	assert calls == []
	frappe.db.commit()
	assert calls == ["before commit", "after commit 1", "after commit 2"]
	calls.clear()
	frappe.db.commit()
	assert calls == []
	frappe.db.before_commit.add(note("before commit"))
	frappe.db.after_commit.add(note("after commit"))
	frappe.db.before_rollback.add(note("before rollback"))
	frappe.db.after_rollback.add(note("after rollback"))
	frappe.db.rollback()
	assert calls == ["before rollback", "after rollback"]
	frappe.db.commit()
	assert calls == ["before rollback", "after rollback"]


def test_a_savepoint_keeps_the_callbacks():
	calls: list[int] = []
	frappe.db.savepoint("point")
	frappe.db.after_commit.add(lambda: calls.append(1))
	frappe.db.rollback(save_point="point")
	frappe.db.commit()
	assert calls == [1]
	frappe.db.delete(PARTY)
	frappe.db.commit()


def test_before_commit_may_write_and_after_commit_sees_it(committed: None):
	seen: list[str | None] = []
	frappe.db.before_commit.add(lambda: write("by callback"))
	frappe.db.after_commit.add(lambda: seen.append(notes()))
	frappe.db.commit()
	frappe.db.rollback()
	assert seen == ["by callback"] and notes() == "by callback"


def test_an_error_in_before_commit_leaves_the_transaction_open(committed: None):
	write("not yet")
	frappe.db.before_commit.add(lambda: 1 / 0)
	with pytest.raises(ZeroDivisionError):
		frappe.db.commit()
	frappe.db.rollback()
	assert notes() == "note One"


def test_others_see_what_is_committed_and_nothing_else(committed: None, engine: Engine):
	def seen_by_another() -> str:
		command = engine.python_command(str(READER), PARTY, "P1", "notes")
		done = subprocess.run(command, capture_output=True, text=True, env=engine.environment(), check=True)
		return done.stdout.strip().splitlines()[-1]

	write("open")
	assert seen_by_another() == "note One"
	frappe.db.commit()
	assert seen_by_another() == "open"


def test_for_update_waits_for_the_other_and_reads_what_it_left(committed: None, engine: Engine):
	assert frappe.db.get_value(PARTY, "P1", "credit_limit", for_update=True) == 100.5
	seen: list[float] = []
	errors: list[BaseException] = []
	started = threading.Event()

	def other() -> None:
		try:
			engine.connect()
			started.set()
			total = frappe.db.get_value(PARTY, "P1", "credit_limit", for_update=True)
			seen.append(total)
			frappe.db.set_value(PARTY, "P1", "credit_limit", total + 1)
			frappe.db.commit()
		except BaseException as error:
			errors.append(error)
		finally:
			frappe.destroy()

	thread = threading.Thread(target=other)
	thread.start()
	assert started.wait(20)
	thread.join(0.5)
	assert thread.is_alive() and not seen
	frappe.db.set_value(PARTY, "P1", "credit_limit", 200)
	frappe.db.commit()
	thread.join(20)
	frappe.db.rollback()
	assert (seen, errors) == ([200.0], [])
	assert frappe.db.get_value(PARTY, "P1", "credit_limit") == 201.0


def test_who_will_not_wait_is_told_at_once(committed: None, engine: Engine):
	frappe.db.get_value(PARTY, "P1", for_update=True)
	outcome: list[str] = []

	def other() -> None:
		engine.connect()
		try:
			frappe.db.get_value(PARTY, "P1", for_update=True, wait=False)
		except frappe.QueryTimeoutError:
			outcome.append("timed out")
		finally:
			frappe.destroy()

	thread = threading.Thread(target=other)
	thread.start()
	thread.join(20)
	assert outcome == ["timed out"]
