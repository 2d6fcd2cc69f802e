"""Holds among several processes: two persons at once, a worker that is killed, a stranger over REST."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password
from o2c_extensions.credit_control import api, tasks
from o2c_extensions.credit_control.queries import holds as queries

from tests.support import erp
from tests.support.holds import credit_status, forget, hold_of, limited, settings, submitted

PASSWORD = "Kredit-und-Fass-17"


@pytest.fixture
def shop(committed: None) -> Iterator[tuple[str, str]]:
	erp.found_company()
	customer, item = limited(1000), erp.make_item(is_stock_item=0)
	frappe.db.commit()
	yield customer, item
	forget(customer, item)


def _wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
	deadline = time.monotonic() + 120
	while not condition():
		assert process.poll() is None, process.communicate()[0]
		assert time.monotonic() < deadline, "nothing happens"
		time.sleep(0.02)


@pytest.fixture
def decide_at_once(in_process: Callable[..., Any], tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
	"""Several users take their action on one hold at the same moment; what came out, in their order."""

	def decide(hold: str, *actions: tuple[str, str]) -> list[dict[str, Any]]:
		processes = [
			in_process("releasing_process.py", hold, user, action, str(tmp_path)) for user, action in actions
		]
		for (user, _action), process in zip(actions, processes, strict=True):
			_wait_for((tmp_path / f"ready-{user}").exists, process)
		(tmp_path / "go").touch()
		outputs = [process.communicate(timeout=120)[0] for process in processes]
		return [json.loads(output.strip().splitlines()[-1]) for output in outputs]

	return decide


@pytest.mark.parametrize("second", ["release", "reject"])
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
	shop: tuple[str, str],
	user: Callable[..., str],
	decide_at_once: Callable[..., list[dict[str, Any]]],
	second: str,
) -> None:
	order = submitted(*shop, 1500)
	hold = hold_of(order).name
	people = [user(f"o2c-decider-{number}@example.com", "Credit Manager") for number in (1, 2)]
	frappe.db.commit()
	outcomes = decide_at_once(hold, (people[0], "release"), (people[1], second))
	frappe.db.rollback()
	(won,) = [outcome for outcome in outcomes if "status" in outcome]
	(told,) = [outcome for outcome in outcomes if "error" in outcome]
	decided = hold_of(order)
	assert decided.status == won["status"]
	assert decided.decided_by == people[outcomes.index(won)]
	assert told["error"] in ("TimestampMismatchError", "WorkflowTransitionError"), told
	events = frappe.get_all("O2C Event", filters={"reference_name": hold, "stage": "Credit"}, pluck="event")
	assert sorted(events) == sorted(["Held", won["status"]])


def test_two_who_approve_at_once_are_not_two_approvals(
	shop: tuple[str, str], user: Callable[..., str], decide_at_once: Callable[..., list[dict[str, Any]]]
) -> None:
	order = submitted(*shop, 1500)
	hold = hold_of(order).name
	people = [user(f"o2c-approver-{number}@example.com", "Credit Manager") for number in (1, 2)]
	with settings(four_eyes_above=100):
		frappe.db.commit()
		outcomes = decide_at_once(hold, *((person, "approve") for person in people))
		frappe.db.rollback()
		assert sorted("error" in outcome for outcome in outcomes) == [False, True]
		first = outcomes.index(next(outcome for outcome in outcomes if "status" in outcome))
		assert (hold_of(order).status, hold_of(order).first_approved_by) == ("Second Review", people[first])
		frappe.set_user(people[1 - first])
		api.release(hold)
		frappe.set_user("Administrator")
		assert credit_status(order) == "Released"
	frappe.db.commit()


def test_a_worker_killed_in_the_middle_has_done_nothing(
	shop: tuple[str, str], in_process: Callable[..., Any], tmp_path: Path
) -> None:
	customer, item = shop
	orders = [submitted(customer, item, amount) for amount in (1100, 1200)]
	document = frappe.get_doc("Customer", customer)
	document.credit_limits[0].credit_limit = 3000
	document.save()
	frappe.db.commit()
	reached = tmp_path / "reached"
	process = in_process("rechecking_process.py", customer, erp.COMPANY, orders[1].name, str(reached))
	_wait_for(reached.exists, process)
	os.kill(process.pid, signal.SIGKILL)
	process.wait()
	frappe.db.rollback()
	assert [credit_status(order) for order in orders] == ["Held", "Held"]
	assert [hold_of(order).status for order in orders] == ["Open", "Open"]
	assert queries.notes_on(customer, erp.COMPANY), "what it was to do is still to be done"
	tasks.recheck(customer, erp.COMPANY)
	frappe.db.commit()
	assert [credit_status(order) for order in orders] == ["Released", "Released"]
	assert queries.notes_on(customer, erp.COMPANY) == []
	for order in orders:
		assert (
			frappe.db.count("O2C Decision", {"subject_name": order.name, "decision_type": "Credit Recheck"})
			== 1
		)


def test_a_stranger_reaches_no_new_door(shop: tuple[str, str], http: Any, user: Callable[..., str]) -> None:
	order = submitted(*shop, 1500)
	hold = hold_of(order).name
	stranger = user("o2c-stranger-2@example.com", "Customer")
	update_password(stranger, PASSWORD)
	frappe.db.commit()
	session = http.login(stranger, PASSWORD)
	base = "/api/method/o2c_extensions.credit_control.api."
	answers = {
		"queue": session.get(f"{base}hold_queue"),
		"hold": session.get(f"{base}hold", params={"name": hold}),
		"history": session.get(f"{base}hold_history", params={"hold": hold}),
		"authority": session.get(f"{base}my_authority", params={"company": erp.COMPANY}),
		"review": session.post(f"{base}review", json={"hold": hold}),
		"approve": session.post(f"{base}approve", json={"hold": hold}),
		"priority": session.post(f"{base}set_priority", json={"hold": hold, "priority": 1}),
		"many": session.post(f"{base}decide_many", json={"holds": [hold], "action": "Release"}),
		"authorities": session.post(
			"/api/resource/Credit Authority", json={"role": "Customer", "any_amount": 1}
		),
		"notes": session.post("/api/resource/Credit Recheck", json={"customer": order.customer}),
	}
	assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 403)
	frappe.db.rollback()
	assert hold_of(order).status == "Open"
