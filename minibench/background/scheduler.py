"""What is due, and when: the apps' scheduler_events and the Scheduler Event scripts, each a Scheduled Job Type.

A job is due when the next time of its cron expression after its last run has come. After a pause of any length it runs
once. Several schedulers may run for one site: a tick holds a lock, and looks first whether the job waits or runs and
only then when it ran last, so that no run is enqueued twice.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from minibench import context
from minibench.context import cache, conf, db, local
from minibench.web.whitelist import whitelist

TICK_SECONDS = 60
DORMANT_DAYS = 4
DAY_SECONDS = 86400
ACTIVITY_KEY = "schedule_jobs_based_on_activity"
ACTIVITY_TTL = 60 * 60


def run_forever(site: str, sites_path: Any) -> None:
	"""Enqueue what is due once a tick (`scheduler_tick_interval`, 60 s), until told to stop."""
	stopping = threading.Event()
	if threading.current_thread() is threading.main_thread():
		for number in (signal.SIGTERM, signal.SIGINT):
			signal.signal(number, lambda *_about: stopping.set())
	tick = int(context.read_site_config(Path(sites_path), site).scheduler_tick_interval or TICK_SECONDS)
	while not stopping.wait(tick):
		enqueue_events_for_site(site, sites_path)


def enqueue_events_for_site(site: str, sites_path: Any = ".") -> list[str]:
	"""Enqueue what is due now on one site. An error is logged; the next tick tries again."""
	from minibench.epoch import check_epoch
	from minibench.errors_log import logger

	try:
		context.init(site, sites_path, force=True)
		context.connect()
		check_epoch()
		return [] if is_scheduler_inactive() else enqueue_events()
	except Exception:
		logger("scheduler").error("Exception in Enqueue Events for Site %s", site, exc_info=True)
		return []
	finally:
		context.destroy()


def enqueue_events(site: str | None = None) -> list[str]:
	"""Enqueue every Scheduled Job Type of this site that is due. Returns their methods."""
	from croniter import CroniterBadCronError

	from minibench.data.query import get_all
	from minibench.errors_log import logger
	from minibench.model.document import get_doc

	if not schedule_jobs_based_on_activity():
		return []
	enqueued: list[str] = []
	with _only_scheduler() as alone:
		if not alone:
			return []
		names = get_all("Scheduled Job Type", filters={"stopped": 0}, pluck="name")
		random.shuffle(names)
		for name in names:
			job_type = get_doc("Scheduled Job Type", name)
			try:
				if job_type.enqueue():
					enqueued.append(job_type.method)
			except CroniterBadCronError:
				logger("scheduler").error("Invalid Job on %s - %s", local.site, name, exc_info=True)
	return enqueued


@contextmanager
def _only_scheduler() -> Iterator[bool]:
	"""Whether no other scheduler of this site is in the middle of a tick; others stay out of the block."""
	with open(os.path.join(local.site_path, ".scheduler.lock"), "a") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			yield False
		else:
			yield True


# --- switching it on and off -------------------------------------------------------------------------------------


def is_scheduler_inactive(verbose: bool = True) -> bool:
	"""Whether scheduled jobs rest: maintenance, `pause_scheduler`, or disabled."""
	return bool(conf.maintenance_mode or conf.pause_scheduler) or is_scheduler_disabled(verbose)


def is_scheduler_disabled(verbose: bool = True) -> bool:
	if conf.disable_scheduler:
		return True
	return not int(db.get_single_value("System Settings", "enable_scheduler") or 0)


def toggle_scheduler(enable: bool) -> None:
	db.set_single_value("System Settings", "enable_scheduler", int(enable))


def enable_scheduler() -> None:
	toggle_scheduler(True)


def disable_scheduler() -> None:
	toggle_scheduler(False)


@whitelist()
def activate_scheduler() -> None:
	from minibench.access.permissions import only_for
	from minibench.collaboration.messages import throw
	from minibench.lifecycle.site import update_config
	from minibench.translate import _

	only_for("Administrator")
	if conf.maintenance_mode:
		throw(_("Scheduler can not be re-enabled when maintenance mode is active."))
	if is_scheduler_disabled():
		enable_scheduler()
	if conf.pause_scheduler:
		update_config("pause_scheduler", 0)


@whitelist()
def get_scheduler_status() -> dict[str, str]:
	return {"status": "inactive" if is_scheduler_inactive() else "active"}


def schedule_jobs_based_on_activity(check_time: datetime | None = None) -> bool:
	"""Whether jobs are due at all: always while people log in; once in 24 hours after days without. Kept for an hour."""
	known = cache.get_value(ACTIVITY_KEY, expires=True) if check_time is None else None
	if known is None:
		known = _is_active(check_time)
		if check_time is None:
			cache.set_value(ACTIVITY_KEY, known, expires_in_sec=ACTIVITY_TTL)
	return bool(known)


def _is_active(check_time: datetime | None) -> bool:
	from minibench.values.dates import now_datetime

	if not is_dormant(check_time):
		return True
	last_job = _last_modified("Scheduled Job Log")
	return last_job is None or ((check_time or now_datetime()) - last_job).total_seconds() >= DAY_SECONDS


def is_dormant(check_time: datetime | None = None) -> bool:
	"""Whether nobody logged in for days (System Settings, 4 by default). Never in developer mode."""
	from minibench.access.defaults import get_system_settings
	from minibench.values.dates import now_datetime

	if conf.developer_mode:
		return False
	last_activity = _last_modified("Activity Log")
	if last_activity is None:
		return True
	since = (get_system_settings("dormant_days") or DORMANT_DAYS) * DAY_SECONDS
	return bool(((check_time or now_datetime()) - last_activity).total_seconds() >= since)


def _last_modified(doctype: str) -> datetime | None:
	from minibench.values.dates import get_datetime

	found = db.get_value(doctype, filters={}, fieldname="modified", order_by="modified desc")
	return get_datetime(found) if found else None


# --- Scheduled Job Types after the apps' hooks -------------------------------------------------------------------


def sync_jobs(hooks: dict[str, Any] | None = None) -> None:
	"""Make a Scheduled Job Type for each of the apps' scheduler_events, and delete those whose event is gone."""
	from minibench.hooks import get_hooks

	clear_events(insert_events(hooks or get_hooks("scheduler_events", {})))


def insert_events(scheduler_events: dict[str, Any]) -> list[str]:
	inserted: list[str] = []
	for event_type, events in scheduler_events.items():
		if isinstance(events, dict):
			for cron_format, methods in events.items():
				for method in methods:
					insert_single_event("Cron", method, cron_format)
					inserted.append(method)
		else:
			frequency = event_type.replace("_", " ").title()
			for method in events:
				insert_single_event(frequency, method)
				inserted.append(method)
	return inserted


def insert_single_event(frequency: str, event: str, cron_format: str | None = None) -> None:
	"""Make the Scheduled Job Type of one event, in place of one of that name with another schedule."""
	from minibench.errors import DuplicateEntryError
	from minibench.model.document import get_doc

	same = {"method": event, "frequency": frequency, **({"cron_format": cron_format} if cron_format else {})}
	if db.exists("Scheduled Job Type", same):
		return
	job_type = get_doc(
		{"doctype": "Scheduled Job Type", "method": event, "cron_format": cron_format, "frequency": frequency}
	)
	savepoint = "scheduled_job_type_creation"
	try:
		db.savepoint(savepoint)
		job_type.insert()
	except DuplicateEntryError:
		db.rollback(save_point=savepoint)
		job_type.delete()
		job_type.insert()


def clear_events(all_events: list[str]) -> None:
	from minibench.data.query import get_all
	from minibench.model.document import get_doc

	known = set(all_events)
	for row in get_all("Scheduled Job Type", fields=["name", "method", "server_script"]):
		if row.method not in known and not row.server_script:
			get_doc("Scheduled Job Type", row.name).delete(ignore_permissions=True)
