"""The app's API: who may ask what, over HTTP as other programs do."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from o2c_extensions.common import batch, casebook, decisions
from o2c_extensions.o2c_extensions import api

from tests.contract.app import kinds
from tests.contract.app.kinds import done

PATH = "/api/method/o2c_extensions.o2c_extensions.api."
ANALYST = "o2c-api-analyst@example.com"
NOBODY = "o2c-api-nobody@example.com"
PASSWORD = "O2c#Test#2026!"


def record(doctype: str, name: str) -> str:
	return decisions.record(
		"Test",
		doctype,
		name,
		rule="Test",
		rule_version=1,
		inputs={"a": 1},
		outcome="Pass",
		reasons=["Fine."],
		case="CASE-API",
	)


@pytest.fixture
def people(committed: None) -> None:
	"""Two users who can log in: an analyst, and one with no role of ours."""
	for email, roles in ((ANALYST, ["O2C Analyst"]), (NOBODY, ["Contract Clerk"])):
		values = {"doctype": "User", "email": email, "first_name": "Test", "send_welcome_email": 0}
		values |= {"new_password": PASSWORD, "roles": [{"role": role} for role in roles]}
		doc = frappe.get_doc(values)
		doc.flags.no_welcome_mail = True
		doc.insert()
	frappe.db.commit()


def test_status_of_a_run(committed: None, queue: list[Any]) -> None:
	run = batch.start("Test Todos", {"label": "api", "items": ["1", "2"], "fail": ["2"]})
	assert api.run_status(run)["status"] == "Queued"
	frappe.db.commit()
	batch.execute(run)
	status = api.run_status(run)
	assert (status["status"], status["done"], status["failed"]) == ("Completed with Errors", 1, 1)
	assert [error["item_key"] for error in status["errors"]] == ["2"]
	assert api.retry_run(run)["status"] == "Queued"
	assert api.stop_run(run)["status"] == "Stopped"


def test_starting_twice_with_a_key_starts_once(committed: None, queue: list[Any]) -> None:
	parameters = {"label": "api-once", "items": ["1"]}
	first = api.start_run("Test Todos", parameters, idempotency_key="o2c-test-1")
	assert api.start_run("Test Todos", parameters, idempotency_key="o2c-test-1") == first
	assert api.start_run("Test Todos", parameters) != first
	assert len(queue) == 2
	assert done("api-once") == []


def test_decisions_of_a_document() -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "o2c"}).insert()
	first, second = record("ToDo", todo.name), record("ToDo", todo.name)
	record("ToDo", "another")
	rows = api.document_decisions("ToDo", todo.name)
	assert {row["name"] for row in rows} == {first, second}
	assert rows[0]["decided_at"] >= rows[1]["decided_at"]
	assert rows[0]["reasons"] == "Fine."


def test_events_of_a_case() -> None:
	for stage, what in (("Invoice", "Submitted"), ("Order", "Submitted"), ("Order", "Changed")):
		casebook.record_event("CASE-API", stage, what, "ToDo", "x")
	case = api.case_events("CASE-API")
	assert case["stages"] == ["Order", "Invoice"]
	assert [event["event"] for event in case["events"]] == ["Submitted", "Submitted", "Changed"]
	times = [event["event_time"] for event in case["events"]]
	assert times == sorted(times)
	assert times[-1] <= now_datetime()


def test_permission_comes_first(user: Callable[..., str]) -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "o2c"}).insert()
	frappe.set_user(user("o2c-stranger@example.com"))
	frappe.flags.in_test = False
	calls: list[Callable[[], object]] = [
		api.run_kinds,
		lambda: api.start_run("Nonsense"),
		lambda: api.run_status("O2C-RUN-0"),
		lambda: api.stop_run("O2C-RUN-0"),
		lambda: api.retry_run("O2C-RUN-0"),
		lambda: api.document_decisions("ToDo", todo.name),
		lambda: api.case_events("CASE-API"),
		api.verify_decisions,
	]
	for call in calls:
		with pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
			call()


def test_over_http(http: Any, people: None) -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "o2c-test http"}).insert()
	name = record("ToDo", todo.name)
	frappe.db.commit()
	admin, analyst, nobody, guest = (
		http.login(),
		http.login(ANALYST, PASSWORD),
		http.login(NOBODY, PASSWORD),
		http.session(),
	)

	assert {"Invoicing", "Dunning"} <= set(admin.get(PATH + "run_kinds").json()["message"])
	report = admin.get(PATH + "verify_decisions").json()["message"]
	assert report["intact"] is True
	answer = admin.get(PATH + "document_decisions", params={"doctype": "ToDo", "name": todo.name})
	assert [row["name"] for row in answer.json()["message"]] == [name]

	assert analyst.get(f"/api/resource/O2C Decision/{name}").status_code == 200
	assert analyst.get(PATH + "verify_decisions").status_code == 403
	assert analyst.post(PATH + "start_run", json={"kind": "Nonsense"}).status_code == 403
	for stranger in (nobody, guest):
		assert stranger.get(f"/api/resource/O2C Decision/{name}").status_code == 403
		assert stranger.get("/api/resource/O2C Event").status_code == 403
		assert stranger.get(PATH + "run_kinds").status_code == 403
		assert stranger.get(PATH + "case_events", params={"case": "CASE-API"}).status_code == 403

	# What changes data takes POST, and wrong arguments are the caller's error.
	assert admin.get(PATH + "start_run", params={"kind": "Nonsense"}).status_code == 403
	assert admin.post(PATH + "start_run", json={"kind": "Nonsense"}).status_code == 417
	assert admin.post(PATH + "start_run", json={"kind": "Nonsense", "parameters": "x"}).status_code == 417
	assert admin.post(PATH + "stop_run", json={"run": "O2C-RUN-0"}).status_code == 404

	# Not even the administrator changes what is on record.
	assert admin.put(f"/api/resource/O2C Decision/{name}", json={"outcome": "Fail"}).status_code == 403
	assert admin.delete(f"/api/resource/O2C Decision/{name}").status_code == 403
	values = {
		"decision_type": "x",
		"subject_doctype": "ToDo",
		"subject_name": "x",
		"outcome": "x",
		"rule": "x",
	}
	values |= {"rule_version": "1", "decided_by": "x", "decided_at": "2025-01-01 00:00:00"}
	assert admin.post("/api/resource/O2C Decision", json=values).status_code == 403
	assert (
		admin.post(
			"/api/resource/O2C Decision", json={**values, "flags": {"ignore_permissions": 1}}
		).status_code
		== 403
	)
	assert frappe.db.count("O2C Decision", {"decision_type": "x"}) == 0


@pytest.mark.timeout(420)
def test_a_real_worker_takes_a_run_from_the_queue(
	committed: None, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
	"""The worker does not know the test's kind, and says so on the run: the way through the queue is what is tested."""
	kinds.register(monkeypatch.setattr)
	run = batch.start("Test Todos", {"label": "queue", "items": ["1"]})
	frappe.db.commit()
	with tempfile.TemporaryFile("w+") as log:
		worker = subprocess.Popen(
			site.worker_command(),
			env=site.environment(),
			cwd=site.sites_path,
			stdout=log,
			stderr=subprocess.STDOUT,
		)
		try:
			# On a bench the worker may have others' jobs to do first.
			deadline = time.monotonic() + 360
			while api.run_status(run)["status"] in ("Queued", "Running") and time.monotonic() < deadline:
				time.sleep(0.2)
				frappe.db.rollback()
		finally:
			worker.terminate()
			worker.wait(30)
		log.seek(0)
		output = log.read()
	status = api.run_status(run)
	assert status["status"] == "Failed", output
	assert "Test Todos" in status["error"]
	assert status["attempt"] == 1
