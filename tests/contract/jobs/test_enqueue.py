"""Background jobs: who runs what, when, and what is left of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import frappe
import pytest
from frappe.utils.background_jobs import get_job, get_job_status, is_job_enqueued

from tests.support import job_functions
from tests.support.engines import Engine

KEY = "contract_job"


@pytest.fixture
def work(engine: Engine) -> Iterator[Callable[[], None]]:
	"""Run a worker until no job is left."""

	def run() -> None:
		frappe.db.commit()
		done = subprocess.run(
			engine.worker_command(),
			env=engine.environment(),
			cwd=engine.sites_path,
			capture_output=True,
			timeout=100,
		)
		assert done.returncode == 0, done.stderr.decode()
		frappe.db.rollback()
		frappe.clear_cache()

	run()
	yield run
	frappe.db.rollback()
	frappe.db.delete("DefaultValue", {"defkey": ["like", "contract_job%"]})
	frappe.db.delete("Error Log", {"method": ["like", "tests.support.job_functions%"]})
	frappe.db.commit()


def test_a_job_runs_as_who_enqueued_it_and_is_committed(work):
	frappe.set_user("clerk@contract.test")
	job = frappe.enqueue(job_functions.note, key=KEY, value=7)
	frappe.set_user("Administrator")
	assert job.get_status() == "queued"
	work()
	assert frappe.db.get_default(KEY) == "7:clerk@contract.test"
	assert job.get_status() == "finished"


def test_now_calls_it_here_and_returns_its_value():
	assert frappe.enqueue(job_functions.note, key=KEY, value="here", now=True) == "here"
	assert frappe.db.get_default(KEY) == "here:Administrator"


def test_now_passes_what_the_function_takes():
	assert frappe.enqueue(job_functions.note, key=KEY, value=1, unknown=2, now=True) == "1"


def test_a_job_that_fails_is_rolled_back_and_logged(work):
	frappe.enqueue(job_functions.note_and_fail, key=KEY, job_id="fails")
	work()
	assert frappe.db.get_default(KEY) is None
	assert get_job_status("fails") == "failed"
	log = frappe.get_last_doc("Error Log", {"method": "tests.support.job_functions.note_and_fail"})
	assert "ValueError: this job fails" in log.error
	assert "this job fails" in get_job("fails").exc_info


def test_an_unknown_argument_fails_in_the_worker(work):
	frappe.enqueue(job_functions.note, key=KEY, unknown=2, job_id="misfit")
	work()
	assert get_job_status("misfit") == "failed"


def test_after_commit_waits_for_the_commit(work):
	assert frappe.enqueue(job_functions.note, key=KEY, enqueue_after_commit=True, job_id="later") is None
	assert not is_job_enqueued("later")
	frappe.db.commit()
	assert is_job_enqueued("later")
	work()
	assert frappe.db.get_default(KEY) == "None:Administrator"


def test_after_commit_never_comes_after_a_rollback(work):
	frappe.enqueue(job_functions.note, key=KEY, enqueue_after_commit=True, job_id="never")
	frappe.db.rollback()
	frappe.db.commit()
	assert not is_job_enqueued("never")


def test_deduplicate(work):
	arguments = {"key": KEY, "job_id": "single", "deduplicate": True}
	assert frappe.enqueue(job_functions.note, value=1, **arguments)
	assert frappe.enqueue(job_functions.note, value=2, **arguments) is None
	work()
	assert frappe.db.get_default(KEY) == "1:Administrator"
	assert not is_job_enqueued("single")
	assert frappe.enqueue(job_functions.note, value=3, **arguments)
	work()
	assert frappe.db.get_default(KEY) == "3:Administrator"


def test_deduplicate_needs_an_id():
	with pytest.raises(frappe.ValidationError):
		frappe.enqueue(job_functions.note, key=KEY, deduplicate=True)


def test_an_unknown_queue():
	with pytest.raises(frappe.ValidationError, match="Queue should be one of short, default, long"):
		frappe.enqueue(job_functions.note, key=KEY, queue="express")


def test_at_front(work, tmp_path):
	trace = str(tmp_path / "trace")
	for text in "ab":
		frappe.enqueue(job_functions.append, file=trace, text=text)
	frappe.enqueue(job_functions.append, file=trace, text="first", at_front=True)
	work()
	assert (tmp_path / "trace").read_text().split() == ["first", "a", "b"]


def test_short_jobs_go_before_long_ones(work, tmp_path):
	trace = str(tmp_path / "trace")
	for queue in ("long", "default", "short"):
		frappe.enqueue(job_functions.append, queue=queue, file=trace, text=queue)
	work()
	assert (tmp_path / "trace").read_text().split() == ["short", "default", "long"]


def test_a_job_may_ask_to_be_tried_again(work, tmp_path):
	trace = tmp_path / "trace"
	frappe.enqueue(job_functions.fail_then_pass, file=str(trace))
	work()
	assert trace.read_text().split() == ["tried", "tried"]


def test_a_job_has_its_time(work):
	frappe.enqueue(job_functions.sleep, seconds=60, timeout=1, job_id="slow")
	work()
	assert get_job_status("slow") == "failed"
	assert "exceeded maximum timeout value (1 seconds)" in get_job("slow").exc_info


def test_a_method_of_a_document(work):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Job Party"}).insert()
	frappe.enqueue_doc("Contract Party", party.name, "db_set", fieldname="notes", value="by a job")
	work()
	assert frappe.db.get_value("Contract Party", party.name, "notes") == "by a job"
	frappe.delete_doc("Contract Party", party.name)
	frappe.db.commit()


def test_a_document_as_an_argument(work):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Passed Party"}).insert()
	frappe.enqueue(job_functions.note, key=KEY, value=1)
	job = frappe.enqueue(
		"frappe.utils.background_jobs.run_doc_method",
		doctype=party.doctype,
		name=party.name,
		doc_method="db_set",
		fieldname="notes",
		value="x",
	)
	assert job.kwargs["kwargs"]["doc_method"] == "db_set"
	work()
	assert frappe.db.get_value("Contract Party", party.name, "notes") == "x"
	frappe.delete_doc("Contract Party", party.name)
	frappe.db.commit()
