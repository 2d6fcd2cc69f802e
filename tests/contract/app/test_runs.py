"""O2C Run: each item once, whatever happens to the process that does it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from o2c_extensions.common import batch, work
from o2c_extensions.o2c_extensions import tasks

from tests.contract.app.kinds import ExpectingTodos, done

pytestmark = pytest.mark.usefixtures("committed")

Queue = list[tuple[str, int]]


def start(label: str, items: list[str], kind: str = "Test Todos", **parameters: Any) -> str:
	run = batch.start(kind, {"label": label, "items": items, **parameters})
	frappe.db.commit()
	return run


def row(run: str) -> Any:
	return frappe.db.get_value("O2C Run", run, "*", as_dict=True)


def items(run: str) -> dict[str, str]:
	rows = frappe.get_all(
		"O2C Run Item",
		filters={"run": run},
		fields=["item_key", "status"],
		order_by="idx asc",
		limit_page_length=0,
	)
	return {item.item_key: item.status for item in rows}


def test_a_run_is_queued_when_it_is_made(queue: Queue) -> None:
	run = start("queued", ["1"])
	made = row(run)
	assert run.startswith("O2C-RUN-")
	assert (made.status, made.progress, made.attempt, made.owner) == ("Queued", 0, 0, "Administrator")
	assert json.loads(made.parameters) == {"label": "queued", "items": ["1"]}
	assert queue == [(run, 0)]
	assert done("queued") == []


def test_a_run_does_each_item_once_in_order(queue: Queue) -> None:
	run = start("simple", [str(number) for number in range(1, 8)])
	batch.execute(run)
	made = row(run)
	assert (made.status, made.total, made.done, made.failed, made.progress) == ("Completed", 7, 7, 0, 100)
	assert made.started_at <= made.ended_at
	assert items(run) == {str(number): "Done" for number in range(1, 8)}
	assert done("simple") == [str(number) for number in range(1, 8)]
	result = frappe.db.get_value("O2C Run Item", {"run": run, "item_key": "3"}, "result")
	assert result == "did 3"


def test_a_finished_run_is_not_done_again(queue: Queue) -> None:
	run = start("again", ["1"])
	batch.execute(run)
	batch.execute(run)
	batch.retry(run)
	assert done("again") == ["1"]
	assert row(run).status == "Completed"


def test_an_item_that_comes_twice_is_one(queue: Queue) -> None:
	run = start("twice", ["1", "2", "1"])
	batch.execute(run)
	assert done("twice") == ["1", "2"]
	assert row(run).total == 2


def test_a_run_without_items_is_completed(queue: Queue) -> None:
	run = start("none", [])
	batch.execute(run)
	assert (row(run).status, row(run).progress) == ("Completed", 100)


def test_more_items_than_a_chunk(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(batch, "CHUNK", 3)
	run = start("chunks", [str(number) for number in range(10)])
	batch.execute(run)
	assert done("chunks") == [str(number) for number in range(10)]


def test_work_is_told_what_comes_and_done_though_it_fails_at_that(
	queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(batch, "CHUNK", 2)
	monkeypatch.setattr(ExpectingTodos, "told", [])
	run = start("expecting", ["1", "2", "3", "4", "5"], kind="Test Expecting")
	batch.execute(run)
	assert ExpectingTodos.told == [["1", "2"], ["3", "4"], ["5"]]
	assert row(run).status == "Completed"
	assert done("expecting") == ["1", "2", "3", "4", "5"]
	frappe.db.delete("Error Log", {"reference_name": run})
	frappe.db.commit()


def test_an_item_that_fails_is_rolled_back_alone(queue: Queue) -> None:
	run = start("fail", ["1", "2", "3"], fail=["2"])
	batch.execute(run)
	made = row(run)
	assert (made.status, made.done, made.failed, made.progress) == ("Completed with Errors", 2, 1, 100)
	assert done("fail") == ["1", "3"]
	failed = frappe.db.get_value("O2C Run Item", {"run": run, "item_key": "2"}, "*", as_dict=True)
	assert failed.status == "Failed"
	assert failed.message.endswith("2 fails")
	assert "Traceback" in failed.traceback


def test_a_retry_takes_up_the_failed_items_only(queue: Queue) -> None:
	run = start("retry", ["1", "2", "3"], fail=["2"])
	batch.execute(run)
	frappe.db.set_value("O2C Run", run, "parameters", json.dumps({"label": "retry"}))
	batch.retry(run)
	frappe.db.commit()
	assert row(run).status == "Queued"
	assert queue == [(run, 0), (run, 1)]
	assert items(run) == {"1": "Done", "2": "Pending", "3": "Done"}
	batch.execute(run)
	assert row(run).status == "Completed"
	assert done("retry") == ["1", "2", "3"]


def test_a_run_that_cannot_be_planned_has_failed(queue: Queue) -> None:
	run = start("plan", ["1"], no_plan=1)
	batch.execute(run)
	assert row(run).status == "Failed"
	assert "cannot be planned" in row(run).error
	frappe.db.set_value("O2C Run", run, "parameters", json.dumps({"label": "plan", "items": ["1"]}))
	batch.retry(run)
	batch.execute(run)
	assert (row(run).status, row(run).error) == ("Completed", None)
	assert done("plan") == ["1"]


def test_a_deadlock_is_tried_again(queue: Queue) -> None:
	run = start("deadlock", ["1", "2"], kind="Test Deadlock")
	batch.execute(run)
	assert (row(run).status, row(run).failed) == ("Completed", 0)
	assert done("deadlock") == ["1", "2"]


def test_a_queued_run_is_stopped_at_once(queue: Queue) -> None:
	run = start("stop-queued", ["1"])
	batch.stop(run)
	frappe.db.commit()
	batch.execute(run)
	assert row(run).status == "Stopped"
	assert done("stop-queued") == []


def test_a_running_run_stops_after_the_item(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(batch, "BEAT_SECONDS", 0)
	run = start("stop", ["1", "2", "3", "4"], kind="Test Stop", run=None)
	batch.execute(run)
	assert (row(run).status, row(run).done) == ("Stopped", 2)
	assert done("stop") == ["1", "2"]
	batch.retry(run)
	frappe.db.commit()
	batch.execute(run)
	assert row(run).status == "Completed"
	assert done("stop") == ["1", "2", "3", "4"]


def test_a_run_whose_runner_lives_is_left_alone(queue: Queue) -> None:
	run = start("alive", ["1"])
	assert batch._claim(run) is not None
	batch.execute(run)
	assert (row(run).status, row(run).attempt) == ("Running", 1)
	assert done("alive") == []


def test_a_run_whose_runner_is_silent_is_taken_over(queue: Queue) -> None:
	run = start("silent", ["1"])
	assert batch._claim(run) is not None
	frappe.db.set_value("O2C Run", run, "heartbeat", now_datetime() - timedelta(hours=1))
	frappe.db.commit()
	batch.execute(run)
	assert (row(run).status, row(run).attempt) == ("Completed", 2)
	assert done("silent") == ["1"]


def test_a_runner_that_was_taken_for_dead_does_no_harm(queue: Queue) -> None:
	run = start("ghost", ["1", "2"])
	ghost = batch._Runner(batch._claim(run))
	frappe.db.set_value("O2C Run", run, "heartbeat", now_datetime() - timedelta(hours=1))
	frappe.db.commit()
	batch.execute(run)
	with pytest.raises(batch.Superseded):
		ghost.run()
	frappe.db.rollback()
	# Even an item that the ghost had in its hands already is not done again.
	item = frappe._dict(name=batch.item_name(run, "1"), item_key="1")
	ghost._attend(item)
	assert done("ghost") == ["1", "2"]
	assert row(run).status == "Completed"


def test_a_long_run_lets_others_have_the_worker(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
	run = start("long", ["1", "2", "3"])
	original = batch._Runner.__init__

	def hurried(self: Any, claim: Any, progress: Any = None) -> None:
		original(self, claim, progress)
		self.deadline = time.monotonic()

	monkeypatch.setattr(batch._Runner, "__init__", hurried)
	for number in (1, 2):
		batch.execute(run)
		assert (row(run).status, row(run).done) == ("Queued", number)
		assert queue[-1] == (run, number)
	monkeypatch.setattr(batch._Runner, "__init__", original)
	batch.execute(run)
	assert row(run).status == "Completed"
	assert done("long") == ["1", "2", "3"]


def test_lost_runs_are_queued_again(queue: Queue) -> None:
	lost, dead, alive = start("lost", ["1"]), start("dead", ["1"]), start("alive", ["1"])
	batch._claim(dead)
	long_ago = now_datetime() - timedelta(hours=1)
	frappe.db.set_value("O2C Run", {"name": ("in", [lost, dead])}, "heartbeat", long_ago)
	frappe.db.commit()
	queue.clear()
	tasks.resume_abandoned_runs()
	assert sorted(pair for pair in queue if pair[0] in (lost, dead, alive)) == [(lost, 0), (dead, 1)]


def test_the_work_is_done_as_the_user_who_started_it(queue: Queue, user: Callable[..., str]) -> None:
	email = user("o2c-runner@example.com", "Order Manager", "System Manager")
	frappe.set_user(email)
	run = start("owner", ["1"])
	frappe.set_user("Administrator")
	batch.execute(run)
	assert frappe.session.user == "Administrator"
	assert frappe.get_all("ToDo", filters={"description": ("like", "%owner 1")}, pluck="owner") == [email]


def test_a_run_is_changed_by_its_runner_only(queue: Queue) -> None:
	doc = frappe.get_doc("O2C Run", start("edit", ["1"]))
	doc.done = 7
	with pytest.raises(frappe.PermissionError):
		doc.save()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "O2C Run Item", "run": doc.name, "item_key": "x"}).insert()


def test_nobody_inserts_a_finished_run(queue: Queue) -> None:
	values = {"doctype": "O2C Run", "kind": "Test Todos", "parameters": '{"label": "x", "items": []}'}
	doc = frappe.get_doc(
		{**values, "status": "Completed", "done": 9, "attempt": 3, "owner": "Guest"}
	).insert()
	assert (doc.status, doc.done, doc.attempt, doc.owner) == ("Queued", 0, 0, "Administrator")


def test_unfinished_runs_are_not_deleted_and_finished_ones_with_their_items(queue: Queue) -> None:
	run = start("delete", ["1"])
	with pytest.raises(frappe.ValidationError, match="Stop the run"):
		frappe.delete_doc("O2C Run", run)
	batch.execute(run)
	frappe.delete_doc("O2C Run", run)
	assert items(run) == {}


@pytest.mark.parametrize("parameters", ["[1]", "{", '"text"', "{}"])
def test_wrong_parameters_make_no_run(queue: Queue, parameters: str) -> None:
	before = frappe.db.count("O2C Run")
	with pytest.raises(frappe.ValidationError):
		frappe.get_doc({"doctype": "O2C Run", "kind": "Test Todos", "parameters": parameters}).insert()
	assert frappe.db.count("O2C Run") == before
	assert queue == []


def test_an_app_names_its_kinds_in_a_hook(monkeypatch: pytest.MonkeyPatch) -> None:
	hooks = {"A": ["o2c_extensions.common.work.Old", "o2c_extensions.common.work.Work"]}
	monkeypatch.setattr(frappe, "get_hooks", lambda name: hooks if name == "o2c_run_kinds" else [])
	assert work.kinds() == ["A"]
	assert work.class_of("A") is work.Work
	assert work.class_of("B") is None


def test_an_unknown_kind_makes_no_run(queue: Queue) -> None:
	with pytest.raises(frappe.ValidationError, match="Nonsense"):
		batch.start("Nonsense")


def test_who_may_start_which_kind(queue: Queue, user: Callable[..., str]) -> None:
	clerk = user("o2c-clerk@example.com", "Cash Application Clerk")
	analyst = user("o2c-analyst@example.com", "O2C Analyst")
	manager = user("o2c-manager@example.com", "Order Manager")
	frappe.flags.in_test = False
	parameters = {"label": "roles", "items": []}
	frappe.set_user(analyst)
	with pytest.raises(frappe.PermissionError):
		batch.start("Test Todos", parameters)
	frappe.set_user(clerk)
	batch.start("Test Todos", parameters)
	with pytest.raises(frappe.PermissionError):
		batch.start("Test Managers", parameters)
	frappe.set_user(manager)
	run = batch.start("Test Managers", parameters)
	frappe.set_user(clerk)
	for act in (batch.stop, batch.retry):
		with pytest.raises(frappe.PermissionError):
			act(run)


@pytest.mark.timeout(300)
def test_a_runner_that_is_killed_leaves_each_item_to_be_done_once(
	queue: Queue, in_process: Callable[..., Any]
) -> None:
	"""kill -9, three times, somewhere in the middle; the next process goes on at once, as after the time set."""
	keys = [str(number) for number in range(40)]
	run = start("kill", keys, pause=0.05)
	for reached in (5, 15, 25):
		process = in_process("worker_process.py", run)
		_wait_for(lambda reached=reached: len(done("kill")) >= reached, process)
		os.kill(process.pid, signal.SIGKILL)
		process.wait()
		_forget_heartbeat(run)
	assert row(run).status == "Running"
	assert 25 <= len(done("kill")) < 40
	process = in_process("worker_process.py", run)
	output = process.communicate(timeout=120)[0]
	assert process.returncode == 0, output
	frappe.db.rollback()
	assert (row(run).status, row(run).done, row(run).attempt) == ("Completed", 40, 4)
	assert done("kill") == keys


@pytest.mark.timeout(300)
def test_two_runners_at_once_do_each_item_once(queue: Queue, in_process: Callable[..., Any]) -> None:
	"""The second process takes the first for dead while it works: the worst that a wrong setting can do."""
	keys = [str(number) for number in range(30)]
	run = start("both", keys, pause=0.03)
	first = in_process("worker_process.py", run)
	_wait_for(lambda: len(done("both")) >= 3, first)
	_forget_heartbeat(run)
	second = in_process("worker_process.py", run)
	outputs = [process.communicate(timeout=120)[0] for process in (first, second)]
	assert [first.returncode, second.returncode] == [0, 0], outputs
	frappe.db.rollback()
	assert done("both") == keys
	assert (row(run).status, row(run).done) == ("Completed", 30)


def _forget_heartbeat(run: str) -> None:
	frappe.db.rollback()
	frappe.db.set_value("O2C Run", run, "heartbeat", now_datetime() - timedelta(hours=1))
	frappe.db.commit()


def _wait_for(condition: Callable[[], bool], process: Any) -> None:
	deadline = time.monotonic() + 90
	while time.monotonic() < deadline:
		frappe.db.rollback()
		if condition():
			return
		if process.poll() is not None:
			raise AssertionError(process.communicate()[0])
		time.sleep(0.05)
	process.kill()
	raise AssertionError(f"nothing happens: {process.communicate()[0]}")
