"""Long work, item by item: the only place that commits.

An O2C Run lists its items as rows before it starts. Each item is done and marked as done in one transaction, so a process
that is killed at any moment leaves each item either done or untouched, and the next runner goes on with the rest. An item
that fails is rolled back alone, and the run goes on.

Two runners never do the same item: a run is claimed by one runner, which shows by a heartbeat that it lives; should one be
taken for dead and come back, the row of the item that it does is locked until it has committed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import now_datetime

from o2c_extensions.common import work
from o2c_extensions.common.chain import canonical

RUN = "O2C Run"
ITEM = "O2C Run Item"
FINISHED = ("Completed", "Completed with Errors", "Failed", "Stopped")

# Must exceed `time_budget` of O2C Settings by the length of one item.
JOB_TIMEOUT = 3600
CHUNK = 100
BEAT_SECONDS = 1.0
TRIES = 3


Progress = Callable[[int, int], None]


class Superseded(Exception):
	"""Another runner has taken this run over, or a person has stopped it: leave it as it is."""


def start(kind: str, parameters: dict[str, Any] | None = None) -> str:
	"""Make a run and put it into the queue when the transaction commits. Returns its name.

	Raises:
		frappe.PermissionError: the user may not start this kind.
		frappe.ValidationError: the kind is unknown, or its parameters are wrong.
	"""
	run = frappe.get_doc({"doctype": RUN, "kind": kind, "parameters": canonical(parameters or {})})
	return str(run.insert().name)


def enqueue(run: str, attempt: int) -> None:
	"""Have a worker execute `run` after the commit; once, however often this is called for the same attempt."""
	frappe.enqueue(
		"o2c_extensions.common.batch.execute",
		queue="long",
		timeout=JOB_TIMEOUT,
		job_id=f"o2c-run-{run}-{attempt}",
		deduplicate=True,
		enqueue_after_commit=True,
		run=run,
	)


def execute(run: str, progress: Progress | None = None) -> None:
	"""The background job: claim the run and do what is left of it, as the user who started it.

	Args:
		progress: is told after each item how many are reached, and of how many.
	"""
	claim = _claim(run)
	if claim is None:
		return
	user = frappe.session.user
	frappe.set_user(claim.owner)
	try:
		_Runner(claim, progress).run()
	except Superseded:
		frappe.db.rollback()
	except (KeyboardInterrupt, SystemExit):
		frappe.db.rollback()
		_give_back(run, claim.runner)
		raise
	except Exception:
		frappe.db.rollback()
		_finish(run, claim.runner, "Failed", {"error": frappe.get_traceback()})
	finally:
		frappe.set_user(user)


def stop(run: str) -> None:
	"""Stop a run: at once if nobody works on it, else after the item that is being done."""
	row = frappe.db.get_value(RUN, run, ["kind", "status", "heartbeat"], as_dict=True, for_update=True)
	work.only_for(row.kind)
	if row.status == "Queued" or (row.status == "Running" and _is_abandoned(row.heartbeat)):
		_update(run, {"status": "Stopped", "runner": None, "ended_at": now_datetime()})
	elif row.status == "Running":
		_update(run, {"stop_requested": 1})


def retry(run: str) -> None:
	"""Queue a finished run again for the items that failed or were not reached."""
	row = frappe.db.get_value(RUN, run, ["kind", "status", "attempt"], as_dict=True, for_update=True)
	work.only_for(row.kind)
	if row.status not in FINISHED or row.status == "Completed":
		return
	frappe.db.set_value(
		ITEM, {"run": run, "status": "Failed"}, {"status": "Pending", "message": None, "traceback": None}
	)
	values = {"status": "Queued", "failed": 0, "stop_requested": 0, "error": None, "ended_at": None}
	_update(run, {**values, "heartbeat": now_datetime()})
	enqueue(run, row.attempt)


def seconds_until_free(run: str) -> float:
	"""How long a silent runner is still taken for alive, and so keeps others from going on with its run."""
	status, heartbeat = frappe.db.get_value(RUN, run, ["status", "heartbeat"])
	if status != "Running":
		return 0.0
	silent = now_datetime() - heartbeat
	return max(0.0, _takeover_seconds() - float(silent.total_seconds()) + 0.1)


def resume_abandoned() -> None:
	"""Queue again what a dead worker left: runs without a heartbeat, and queued ones whose job was lost."""
	lost = now_datetime() - timedelta(seconds=_takeover_seconds())
	abandoned = frappe.get_all(
		RUN,
		filters={"status": ("in", ("Queued", "Running")), "heartbeat": ("<", lost)},
		fields=["name", "attempt"],
	)
	for run in abandoned:
		enqueue(run.name, run.attempt)


def _claim(run: str) -> Any:
	"""Make this process the runner of `run`. None if it is finished, gone, or in the hands of a living runner."""
	row = frappe.db.get_value(
		RUN,
		run,
		["name", "owner", "kind", "parameters", "status", "attempt", "planned", "started_at", "heartbeat"],
		as_dict=True,
		for_update=True,
	)
	if (
		not row
		or row.status not in ("Queued", "Running")
		or (row.status == "Running" and not _is_abandoned(row.heartbeat))
	):
		frappe.db.rollback()
		return None
	row.runner = frappe.generate_hash(length=20)
	now = now_datetime()
	values = {"status": "Running", "runner": row.runner, "attempt": row.attempt + 1, "heartbeat": now}
	_update(run, {**values, "started_at": row.started_at or now})
	frappe.db.commit()
	row.attempt += 1
	return row


class _Runner:
	"""One process at work on one run."""

	def __init__(self, claim: Any, progress: Progress | None = None) -> None:
		self.name: str = claim.name
		self.progress = progress
		self.token: str = claim.runner
		self.attempt: int = claim.attempt
		self.work = work.work_of(claim.kind, json.loads(claim.parameters or "{}"))
		self.planned = bool(claim.planned)
		self.done = self.failed = self.total = 0
		self.deadline = time.monotonic() + 60 * frappe.db.get_single_value("O2C Settings", "time_budget")
		self.next_beat = 0.0

	def run(self) -> None:
		if not self.planned:
			self._plan()
		self._count()
		while True:
			self._beat()
			pending = frappe.get_all(
				ITEM,
				filters={"run": self.name, "status": "Pending"},
				fields=["name", "item_key"],
				order_by="idx asc",
				limit_page_length=CHUNK,
			)
			if not pending:
				break
			self._expect(pending)
			for item in pending:
				self._attend(item)
				if self.progress:
					self.progress(self.done + self.failed, self.total)
				if time.monotonic() > self.next_beat:
					self._beat()
				if time.monotonic() > self.deadline:
					self._hand_over()
					return
		self._count()
		status = "Completed with Errors" if self.failed else "Completed"
		_finish(self.name, self.token, status, self._counts())

	def _plan(self) -> None:
		keys = list(dict.fromkeys(self.work.items()))
		self._hold()
		now, user = now_datetime(), frappe.session.user
		rows = (
			(item_name(self.name, key), now, now, user, user, index, self.name, key, "Pending")
			for index, key in enumerate(keys, start=1)
		)
		standard = ["name", "creation", "modified", "owner", "modified_by", "idx"]
		frappe.db.bulk_insert(ITEM, [*standard, "run", "item_key", "status"], rows)
		_update(self.name, {"planned": 1, "total": len(keys)})
		frappe.db.commit()

	def _expect(self, items: list[Any]) -> None:
		"""Announce the next items. What can be looked up together is a help, and nothing that a run depends on."""
		try:
			self.work.expect([item.item_key for item in items])
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title="O2C Run", reference_doctype=RUN, reference_name=self.name)
		frappe.db.commit()

	def _attend(self, item: Any) -> None:
		for attempt in range(1, TRIES + 1):
			try:
				self._do(item)
				return
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, frappe.TimestampMismatchError):
				frappe.db.rollback()
				if attempt == TRIES:
					self._fail(item)
			except Exception:
				frappe.db.rollback()
				self._fail(item)
				return

	def _do(self, item: Any) -> None:
		if not self._lock_pending(item):
			return
		# The framework notes each document that is being inserted, and compares each save with all of them.
		frappe.flags.currently_saving = []
		result = self.work.do(item.item_key)
		values = {"status": "Done", "result": (result or "")[:140], "ended_at": now_datetime()}
		frappe.db.set_value(ITEM, item.name, values)
		frappe.db.commit()
		self.done += 1

	def _fail(self, item: Any) -> None:
		"""Note the error that is being handled. The item's own work has been rolled back."""
		traceback = frappe.get_traceback()
		if not self._lock_pending(item):
			return
		message = traceback.strip().rpartition("\n")[2][:140]
		values = {"status": "Failed", "message": message, "traceback": traceback, "ended_at": now_datetime()}
		frappe.db.set_value(ITEM, item.name, values)
		frappe.db.commit()
		frappe.local.message_log = []
		self.failed += 1

	def _lock_pending(self, item: Any) -> bool:
		"""Take the item, unless somebody else has done it since it was listed."""
		if frappe.db.get_value(ITEM, item.name, "status", for_update=True) == "Pending":
			return True
		frappe.db.rollback()
		return False

	def _beat(self) -> None:
		"""Say that this runner lives, and how far it is; notice that it is to stop."""
		self.next_beat = time.monotonic() + BEAT_SECONDS
		if self._hold().stop_requested:
			_finish(self.name, self.token, "Stopped", self._counts())
			raise Superseded
		_update(self.name, {"heartbeat": now_datetime(), **self._counts()})
		frappe.db.commit()
		_publish(self.name, "Running", self._counts())

	def _hold(self) -> Any:
		"""Lock the run's row, and make sure that the run is still ours."""
		row = frappe.db.get_value(RUN, self.name, ["runner", "stop_requested"], as_dict=True, for_update=True)
		if not row or row.runner != self.token:
			raise Superseded
		return row

	def _hand_over(self) -> None:
		"""Leave the worker to others for a while: what is left goes to the end of the queue."""
		self._hold()
		_update(
			self.name, {"status": "Queued", "runner": None, "heartbeat": now_datetime(), **self._counts()}
		)
		enqueue(self.name, self.attempt)
		frappe.db.commit()

	def _count(self) -> None:
		groups = frappe.get_all(
			ITEM, filters={"run": self.name}, fields=["status", "count(name) as number"], group_by="status"
		)
		numbers = {group.status: group.number for group in groups}
		self.total = sum(numbers.values())
		self.done, self.failed = numbers.get("Done", 0), numbers.get("Failed", 0)

	def _counts(self) -> dict[str, Any]:
		reached = self.done + self.failed
		progress = 100.0 * reached / self.total if self.total else 100.0
		return {"done": self.done, "failed": self.failed, "total": self.total, "progress": progress}


def item_name(run: str, key: str) -> str:
	"""The name of a run's item: made of both, so that an item cannot be in a run twice."""
	return f"{run}-{hashlib.sha256(key.encode()).hexdigest()[:20]}"


def _finish(run: str, runner: str, status: str, values: dict[str, Any]) -> None:
	row = frappe.db.get_value(RUN, run, "runner", for_update=True)
	if row == runner:
		_update(run, {**values, "status": status, "runner": None, "ended_at": now_datetime()})
	frappe.db.commit()
	_publish(run, status, values)


def _give_back(run: str, runner: str) -> None:
	"""The process is to end: whoever asks next may go on at once."""
	if frappe.db.get_value(RUN, run, "runner", for_update=True) == runner:
		_update(run, {"status": "Queued", "runner": None, "heartbeat": now_datetime()})
	frappe.db.commit()


def _update(run: str, values: dict[str, Any]) -> None:
	frappe.db.set_value(RUN, run, values)


def _publish(run: str, status: str, counts: dict[str, Any]) -> None:
	frappe.publish_realtime("o2c_run", {"run": run, "status": status, **counts}, doctype=RUN, docname=run)


def _is_abandoned(heartbeat: Any) -> bool:
	silent = now_datetime() - heartbeat
	return bool(silent > timedelta(seconds=_takeover_seconds()))


def _takeover_seconds() -> int:
	return int(frappe.db.get_single_value("O2C Settings", "takeover_seconds"))
