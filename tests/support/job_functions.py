"""Functions for workers to run: a worker imports them by name, so they cannot stand in the tests."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import frappe


def note(key: str, value: Any = None) -> str:
	"""Write down who we are."""
	frappe.db.set_default(key, f"{value}:{frappe.session.user}")
	return str(value)


def append(file: str, text: str) -> None:
	"""Leave a trace outside of any transaction."""
	with open(file, "a") as out:
		out.write(text + "\n")


def note_and_fail(key: str) -> None:
	frappe.db.set_default(key, "must not last")
	raise ValueError("this job fails")


def fail_then_pass(file: str) -> None:
	append(file, "tried")
	if len(Path(file).read_text().splitlines()) < 2:
		raise frappe.RetryBackgroundJobError


def sleep(seconds: float) -> None:
	time.sleep(seconds)


def count_and_wait(key: str, started: str, seconds: float) -> None:
	"""Count, in the job's transaction; say that it has begun; wait."""
	frappe.db.set_default(key, int(frappe.db.get_default(key) or 0) + 1)
	append(started, str(os.getpid()))
	time.sleep(seconds)


def die(started: str) -> None:
	"""Take the worker down."""
	append(started, str(os.getpid()))
	os.kill(os.getpid(), 9)


def succeeded(job: Any, _connection: Any, result: Any) -> None:
	append(os.environ["JOB_CALLBACKS"], f"success {result}")


def failed(job: Any, _connection: Any, kind: type, value: BaseException, _traceback: Any) -> None:
	append(os.environ["JOB_CALLBACKS"], f"failure {kind.__name__} {value}")
