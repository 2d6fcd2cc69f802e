"""A call that is repeated, in turn or at once, is carried out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from o2c_extensions.common import idempotency
from o2c_extensions.common.idempotency import once
from o2c_extensions.o2c_extensions import tasks

from tests.contract.app.kinds import MARK, done


class Counter:
	def __init__(self) -> None:
		self.calls = 0

	def __call__(self) -> dict[str, Any]:
		self.calls += 1
		return {"number": self.calls, "text": "ÄÖÜ"}


def test_the_first_answer_is_given_again() -> None:
	action = Counter()
	first = once(MARK, "key", {"amount": 1}, action)
	assert once(MARK, "key", {"amount": 1}, action) == first == {"number": 1, "text": "ÄÖÜ"}
	assert action.calls == 1


def test_another_key_scope_or_user_is_another_call(user: Callable[..., str]) -> None:
	action = Counter()
	once(MARK, "key", {}, action)
	once(MARK, "other", {}, action)
	once(f"{MARK}-2", "key", {}, action)
	frappe.set_user(user("o2c-caller@example.com"))
	once(MARK, "key", {}, action)
	assert action.calls == 4


def test_the_same_key_for_another_request_is_an_error() -> None:
	action = Counter()
	once(MARK, "key", {"amount": 1}, action)
	with pytest.raises(frappe.ValidationError, match="another request"):
		once(MARK, "key", {"amount": 2}, action)
	assert action.calls == 1


def test_an_action_that_failed_may_be_tried_again() -> None:
	frappe.db.savepoint("o2c_here")

	def fail() -> None:
		raise ValueError

	with pytest.raises(ValueError):
		once(MARK, "key", {}, fail)
	frappe.db.rollback(save_point="o2c_here")
	assert once(MARK, "key", {}, Counter()) == {"number": 1, "text": "ÄÖÜ"}


def test_nothing_is_an_answer_too() -> None:
	calls: list[int] = []
	for _time in range(2):
		assert once(MARK, "key", {}, lambda: calls.append(1)) is None
	assert calls == [1]


def test_a_repetition_leaves_no_message() -> None:
	once(MARK, "key", {}, Counter())
	once(MARK, "key", {}, Counter())
	assert frappe.local.message_log == []


def test_old_keys_are_forgotten() -> None:
	once(MARK, "old", {}, Counter())
	once(MARK, "young", {}, Counter())
	days = frappe.db.get_single_value("O2C Settings", "idempotency_days")
	name = idempotency._hash(MARK, "Administrator", "old")
	frappe.db.set_value(idempotency.DOCTYPE, name, "creation", add_to_date(now_datetime(), days=-days - 1))
	tasks.forget_idempotency_keys()
	assert frappe.db.count(idempotency.DOCTYPE, {"scope": MARK}) == 1


@pytest.mark.timeout(180)
def test_the_same_key_at_once_acts_once(committed: None, in_process: Callable[..., Any]) -> None:
	processes = [in_process("claiming_process.py", f"{MARK} claim", "k1", "4") for _ in range(2)]
	outputs = [process.communicate(timeout=120)[0] for process in processes]
	assert [process.returncode for process in processes] == [0, 0], "\n".join(outputs)
	names = " ".join(outputs).split()
	assert len(names) == 8
	assert len(set(names)) == 1
	frappe.db.rollback()
	assert done("claim") == ["k1"]
