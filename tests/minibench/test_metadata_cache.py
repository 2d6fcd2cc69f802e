"""What is known about DocTypes: shared while nobody changes it, private while a transaction does, dropped when it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from minibench import epoch
from minibench.hooks import doc_event_handlers
from minibench.model.meta import get_meta
from tests.support.engines import Engine

FIELD = {"doctype": "Custom Field", "dt": "Contract Party", "fieldname": "contract_seen", "label": "Seen"}


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
	yield
	frappe.db.rollback()
	frappe.db.delete("Custom Field", {"dt": "Contract Party"})
	frappe.clear_cache(doctype="Contract Party")
	frappe.db.commit()


def has_field() -> bool:
	return bool(get_meta("Contract Party").has_field("contract_seen"))


def in_another_thread(engine: Engine, function: Any) -> Any:
	answers: list[Any] = []

	def work() -> None:
		engine.connect()
		try:
			answers.append(function())
		finally:
			frappe.destroy()

	thread = threading.Thread(target=work)
	thread.start()
	thread.join()
	return answers[0]


def test_meta_is_kept_until_metadata_changes() -> None:
	first = get_meta("Contract Party")
	assert get_meta("Contract Party") is first
	frappe.clear_cache(doctype="Contract Party")
	assert get_meta("Contract Party") is not first


def test_change_is_seen_by_others_when_it_is_committed(engine: Engine) -> None:
	frappe.get_doc(dict(FIELD)).insert()
	assert has_field()
	assert in_another_thread(engine, has_field) is False
	frappe.db.commit()
	assert has_field()
	assert in_another_thread(engine, has_field) is True


def test_change_that_is_rolled_back_never_was() -> None:
	columns = frappe.db.get_table_columns("Contract Party")
	frappe.get_doc({**FIELD, "fieldname": "contract_undone"}).insert()
	assert get_meta("Contract Party").has_field("contract_undone")
	frappe.db.rollback()
	assert not get_meta("Contract Party").has_field("contract_undone")
	assert frappe.db.get_table_columns("Contract Party") == columns


def test_change_that_is_rolled_back_to_a_savepoint_never_was() -> None:
	frappe.clear_cache(doctype="Contract Party")
	frappe.db.savepoint("before")
	frappe.get_doc(dict(FIELD)).insert()
	assert has_field()
	frappe.db.rollback(save_point="before")
	assert not has_field()
	assert frappe.get_doc({"doctype": "Contract Party", "party_name": "Contract After"}).insert().name


def test_other_threads_notice_with_their_next_request(engine: Engine) -> None:
	def two_requests() -> tuple[bool, bool, bool]:
		before = has_field()
		done.set()
		changed.wait(20)
		meanwhile = has_field()
		epoch.check_epoch()
		return before, meanwhile, has_field()

	done, changed = threading.Event(), threading.Event()
	answers: list[Any] = []
	thread = threading.Thread(target=lambda: answers.append(in_another_thread(engine, two_requests)))
	thread.start()
	done.wait(20)
	frappe.get_doc(dict(FIELD)).insert()
	frappe.db.commit()
	changed.set()
	thread.join()
	assert answers == [(False, False, True)]


def test_hooks_are_called_for_the_doctype_then_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
	from minibench import hooks

	called: list[str] = []

	def specific(doc: Any, method: str) -> dict[str, int]:
		called.append(f"specific {method} {doc.name}")
		return {"specific": 1}

	def general(doc: Any, method: str) -> dict[str, int]:
		called.append(f"general {method}")
		return {"general": 1}

	events = {"Contract Party": {"answer": ["a.specific"]}, "*": {"answer": ["a.general"]}}
	monkeypatch.setattr(hooks, "get_doc_hooks", lambda: events)
	monkeypatch.setattr(hooks, "get_attr", {"a.specific": specific, "a.general": general}.__getitem__)
	epoch.forget_everything()
	doc = frappe.get_doc({"doctype": "Contract Party", "party_name": "Contract P"})
	doc.__dict__["answer"] = lambda: {"own": 1}
	assert doc.run_method("answer") == {"own": 1, "specific": 1, "general": 1}
	assert called == ["specific answer None", "general answer"]
	assert doc_event_handlers("Contract Node", "answer") == (general,)
	epoch.forget_everything()


def test_hooks_are_collected() -> None:
	from minibench.hooks import append_hook, get_newargs

	collected: dict[str, Any] = {}
	append_hook(collected, "one", "a")
	append_hook(collected, "one", ["b", "c"])
	append_hook(collected, "events", {"X": {"on_update": "f"}})
	append_hook(collected, "events", {"X": {"on_update": ["g"]}, "Y": {"validate": "h"}})
	assert collected == {
		"one": ["a", "b", "c"],
		"events": {"X": {"on_update": ["f", "g"]}, "Y": {"validate": ["h"]}},
	}
	assert get_newargs(lambda a, b=1: None, {"a": 1, "c": 2, "flags": 3}) == {"a": 1}
	assert get_newargs(lambda **kwargs: None, {"a": 1, "ignore_permissions": 1}) == {"a": 1}
