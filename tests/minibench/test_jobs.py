"""Workers that die, stop or meet others; schedulers side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import frappe
import pytest

from minibench.background import jobs, scheduler
from minibench.background.job_store import MAX_ATTEMPTS, WorkerLock, huey_of, recover
from minibench.background.worker import Worker, time_limit
from tests.support import job_functions
from tests.support.engines import Engine

KEY = "crashed_job"


@pytest.fixture(autouse=True)
def no_jobs_left(engine: Engine) -> Iterator[None]:
	_forget()
	yield
	_forget()


def _forget() -> None:
	frappe.db.rollback()
	huey_of(frappe.local.site_path).storage.sql("delete from job", commit=True)
	frappe.db.delete("DefaultValue", {"defkey": KEY})
	frappe.db.commit()


@pytest.fixture
def start(engine: Engine) -> Iterator[object]:
	"""Start a worker process."""
	running: list[subprocess.Popen[bytes]] = []

	def begin(*options: str) -> subprocess.Popen[bytes]:
		command = [part for part in engine.worker_command() if part != "--burst"]
		process = subprocess.Popen(
			[*command, *options],
			env=engine.environment(),
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)
		running.append(process)
		return process

	yield begin
	for process in running:
		process.kill()
		process.wait()


def _wait_for(condition, seconds: float = 20) -> None:
	deadline = time.monotonic() + seconds
	while not condition():
		assert time.monotonic() < deadline, "it did not happen"
		time.sleep(0.02)


def _runs(file: Path) -> int:
	return len(file.read_text().splitlines()) if file.exists() else 0


def _counted() -> int:
	frappe.db.rollback()
	return int(frappe.db.get_value("DefaultValue", {"defkey": KEY}, "defvalue") or 0)


def test_a_killed_workers_job_runs_again_and_counts_once(start, tmp_path):
	started = tmp_path / "started"
	job = frappe.enqueue(job_functions.count_and_wait, key=KEY, started=str(started), seconds=2)
	worker = start()
	_wait_for(lambda: _runs(started) == 1)
	worker.send_signal(signal.SIGKILL)
	worker.wait()
	assert job.get_status() == "started"
	assert _counted() == 0
	start("--burst").wait(30)
	assert job.get_status() == "finished"
	assert _runs(started) == 2
	assert _counted() == 1


def test_a_job_that_was_committed_is_not_done_twice(tmp_path, engine):
	"""As if the worker had died between its commit and its report."""
	job = frappe.enqueue(job_functions.count_and_wait, key=KEY, started=str(tmp_path / "started"), seconds=0)
	storage = huey_of(frappe.local.site_path).storage
	storage.serve("dead worker")
	huey = huey_of(frappe.local.site_path)
	huey.dequeue().execute()
	engine.connect()
	assert job.get_status() == "started"
	jobs.work(engine.site, engine.sites_path, burst=True)
	engine.connect()
	assert job.get_status() == "finished"
	assert _counted() == 1
	assert _runs(tmp_path / "started") == 1


def test_a_job_that_kills_its_worker_is_given_up(start, tmp_path):
	started = tmp_path / "started"
	job = frappe.enqueue(job_functions.die, started=str(started))
	for _attempt in range(MAX_ATTEMPTS):
		assert start("--burst").wait(30) == -signal.SIGKILL
	assert start("--burst").wait(30) == 0
	assert job.get_status() == "failed"
	assert _runs(started) == MAX_ATTEMPTS
	frappe.db.rollback()
	assert frappe.get_last_doc("Error Log").method == "tests.support.job_functions.die"


def test_a_living_workers_job_is_left_alone(tmp_path):
	frappe.enqueue(job_functions.sleep, seconds=0)
	lock = WorkerLock(frappe.local.site_path, "alive")
	lock.make()
	huey = huey_of(frappe.local.site_path)
	huey.storage.serve("alive")
	assert huey.dequeue() is not None
	try:
		recover(frappe.local.site_path)
		assert [job.get_status() for job in jobs.list_jobs()] == ["started"]
	finally:
		lock.drop()


def test_two_workers_share_the_jobs(start, tmp_path):
	trace = tmp_path / "trace"
	for number in range(40):
		frappe.enqueue(job_functions.append, file=str(trace), text=str(number))
	for worker in [start("--burst"), start("--burst")]:
		assert worker.wait(60) == 0
	assert sorted(map(int, trace.read_text().split())) == list(range(40))


def test_the_first_signal_lets_the_job_end(start, tmp_path):
	started = tmp_path / "started"
	job = frappe.enqueue(job_functions.count_and_wait, key=KEY, started=str(started), seconds=1)
	worker = start()
	_wait_for(lambda: _runs(started) == 1)
	worker.send_signal(signal.SIGTERM)
	assert worker.wait(10) == 0
	assert job.get_status() == "finished"
	assert _counted() == 1


def test_the_second_signal_puts_the_job_back(start, tmp_path):
	started = tmp_path / "started"
	job = frappe.enqueue(job_functions.count_and_wait, key=KEY, started=str(started), seconds=30)
	worker = start()
	_wait_for(lambda: _runs(started) == 1)
	worker.send_signal(signal.SIGINT)
	time.sleep(0.2)
	worker.send_signal(signal.SIGINT)
	assert worker.wait(10) == 0
	assert job.get_status() == "queued"
	assert _counted() == 0


def test_a_worker_waits_for_jobs(start, tmp_path):
	trace = tmp_path / "trace"
	start()
	time.sleep(1)
	frappe.enqueue(job_functions.append, file=str(trace), text="late")
	_wait_for(lambda: _runs(trace) == 1, 5)


def test_deduplication_holds_between_threads(engine):
	made: list[object] = []

	def add() -> None:
		engine.connect()
		made.append(frappe.enqueue(job_functions.sleep, seconds=0, job_id="one", deduplicate=True))
		frappe.destroy()

	threads = [threading.Thread(target=add) for _number in range(8)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert len([job for job in made if job is not None]) == 1
	assert len(jobs.list_jobs()) == 1


def test_the_time_limit_holds_outside_of_the_main_thread():
	outcome: list[str] = []

	def spin() -> None:
		try:
			with time_limit(1):
				deadline = time.monotonic() + 20
				while time.monotonic() < deadline:
					pass
		except jobs.JobTimeoutException:
			outcome.append("stopped")

	thread = threading.Thread(target=spin)
	thread.start()
	thread.join(15)
	assert outcome == ["stopped"]


def test_callbacks(engine, tmp_path, monkeypatch):
	trace = tmp_path / "trace"
	monkeypatch.setenv("JOB_CALLBACKS", str(trace))
	frappe.enqueue(job_functions.note, key=KEY, value=1, on_success=job_functions.succeeded)
	frappe.enqueue(job_functions.note_and_fail, key=KEY, on_failure=job_functions.failed)
	jobs.work(engine.site, engine.sites_path, burst=True)
	engine.connect()
	assert trace.read_text().splitlines() == ["success 1", "failure ValueError this job fails"]
	frappe.db.delete("Error Log", {"method": ["like", "tests.support%"]})


def test_old_jobs_are_forgotten():
	storage = huey_of(frappe.local.site_path).storage
	for _number in range(3):
		frappe.enqueue(job_functions.sleep, seconds=0)
	now = time.time()
	storage.sql(
		"update job set status = 'finished', ended_at = ? where seq % 2 = 0", (now - 1000,), commit=True
	)
	storage.sql(
		"update job set status = 'failed', ended_at = ? where status = 'queued'", (now - 1000,), commit=True
	)
	storage.purge(finished_before=now - 600, failed_before=now - 2000, keep_failed=1)
	assert [row["status"] for row in storage.find("1")] == ["failed"]


def test_a_worker_serves_the_queues_it_is_told(engine, tmp_path):
	for queue in ("long", "short"):
		frappe.enqueue(job_functions.append, queue=queue, file=str(tmp_path / "trace"), text=queue)
	Worker(engine.site, str(engine.sites_path), ("short",)).work(burst=True)
	engine.connect()
	assert (tmp_path / "trace").read_text().split() == ["short"]


def test_two_schedulers_enqueue_a_job_once(engine):
	job_type = frappe.get_doc("Scheduled Job Type", {"method": "frappe.email.queue.flush"})
	job_type.db_set("last_execution", "2020-01-01 00:00:00")
	scheduler.enable_scheduler()
	frappe.db.commit()
	ticks: list[list[str]] = []

	def tick() -> None:
		ticks.append(scheduler.enqueue_events_for_site(engine.site, engine.sites_path))

	threads = [threading.Thread(target=tick) for _number in range(4)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert [method for tick in ticks for method in tick].count("frappe.email.queue.flush") == 1
	waiting = jobs.list_jobs(statuses=["queued"])
	assert [job.kwargs["kwargs"]["job_type"] for job in waiting].count("frappe.email.queue.flush") == 1


def test_scheduler_and_worker_together(start, engine):
	"""What is due is run once, however long ago it was due, and says so in its log."""
	job_type = frappe.get_doc("Scheduled Job Type", {"method": "frappe.sessions.clear_expired_sessions"})
	frappe.db.delete("Scheduled Job Log")
	job_type.db_set("last_execution", "2020-01-01 00:00:00")
	frappe.cache.delete_value("schedule_jobs_based_on_activity")
	frappe.db.commit()
	with engine.config(scheduler_tick_interval=1):
		command = [*engine.worker_command()[:-2], "scheduler"]
		clock = subprocess.Popen(command, env=engine.environment())
		start()
		try:
			_wait_for(lambda: "Complete" in _log_of(job_type.name))
			time.sleep(3)
			assert _log_of(job_type.name) == ["Complete"]
		finally:
			clock.kill()
			clock.wait()


def _log_of(name: str) -> list[str]:
	frappe.db.rollback()
	return list(frappe.get_all("Scheduled Job Log", {"scheduled_job_type": name}, pluck="status"))


def test_a_scheduler_stops_when_it_is_told(engine):
	command = [*engine.worker_command()[:-2], "scheduler"]
	process = subprocess.Popen(command, env=engine.environment(), stderr=subprocess.PIPE)
	time.sleep(2)
	process.send_signal(signal.SIGTERM)
	assert process.wait(10) == 0, process.stderr.read().decode()


def test_processes_leave_no_lock_behind(start, engine):
	start("--burst").wait(30)
	assert not os.listdir(Path(frappe.local.site_path) / ".workers")
