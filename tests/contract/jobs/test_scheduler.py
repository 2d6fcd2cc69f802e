"""Scheduled Job Types: when they are due, what a run leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
import pytest
from frappe.core.doctype.scheduled_job_type.scheduled_job_type import insert_events
from frappe.utils import get_datetime
from frappe.utils.background_jobs import get_job
from frappe.utils.scheduler import (
	disable_scheduler,
	enable_scheduler,
	is_scheduler_disabled,
	is_scheduler_inactive,
)

METHOD = "frappe.email.queue.flush"


def job_type(frequency: str = "Daily", **values):
	"""A job type that is not saved."""
	return frappe.get_doc(
		{"doctype": "Scheduled Job Type", "method": METHOD, "frequency": frequency, **values}
	)


def due_after(last: str, frequency: str, **values) -> datetime:
	return job_type(frequency, last_execution=get_datetime(last), **values).get_next_execution()


@pytest.mark.parametrize(
	"frequency, expected",
	[
		("All", "2024-02-28 10:12:00"),
		("Hourly", "2024-02-28 11:00:00"),
		("Daily", "2024-02-29 00:00:00"),
		("Weekly", "2024-03-03 00:00:00"),
		("Monthly", "2024-03-01 00:00:00"),
		("Yearly", "2025-01-01 00:00:00"),
		("Annual", "2025-01-01 00:00:00"),
	],
)
def test_when_it_is_due(frequency, expected):
	assert due_after("2024-02-28 10:11:12", frequency) == get_datetime(expected)


def test_cron():
	assert due_after("2024-02-28 10:11:12", "Cron", cron_format="30 9 * * 1") == get_datetime(
		"2024-03-04 09:30:00"
	)


@pytest.mark.parametrize("frequency", ["Hourly Long", "Daily Long", "Weekly Long", "Monthly Long"])
def test_long_jobs_are_spread(frequency):
	exact = due_after("2024-02-28 10:11:12", frequency.removesuffix(" Long"))
	assert exact < due_after("2024-02-28 10:11:12", frequency) <= exact + timedelta(minutes=10)


def test_a_job_that_never_ran_counts_from_its_creation():
	doc = job_type("Daily")
	doc.creation = get_datetime("2024-02-28 10:11:12")
	assert doc.get_next_execution() == get_datetime("2024-02-29 00:00:00")


def test_due():
	doc = job_type("Daily", last_execution=get_datetime("2024-02-28 10:11:12"))
	assert not doc.is_event_due(get_datetime("2024-02-28 23:59:59"))
	assert doc.is_event_due(get_datetime("2024-02-29 00:00:00"))
	assert doc.is_event_due(get_datetime("2024-12-24 00:00:00"))


def test_the_name_is_made_of_the_method():
	name = frappe.db.get_value("Scheduled Job Type", {"method": METHOD})
	assert name == "queue.flush"


def test_the_queue():
	assert job_type("Daily").get_queue_name() == "default"
	assert job_type("Daily Long").get_queue_name() == "long"


@pytest.mark.parametrize(
	"cron_format, message", [(None, "Cron format is required"), ("61 * * * *", "not a valid Cron")]
)
def test_wrong_cron(cron_format, message):
	with pytest.raises(frappe.ValidationError, match=message):
		frappe.get_doc(
			{
				"doctype": "Scheduled Job Type",
				"method": "frappe.x.y",
				"frequency": "Cron",
				"cron_format": cron_format,
			}
		).insert()


def test_all_but_continuous_jobs_are_logged():
	insert_events({"all": ["frappe.utils.now"], "daily": ["frappe.utils.nowdate"]})
	logged = {
		row.method: row.create_log
		for row in frappe.get_all(
			"Scheduled Job Type", {"method": ["like", "frappe.utils.now%"]}, ["method", "create_log"]
		)
	}
	assert logged == {"frappe.utils.now": 0, "frappe.utils.nowdate": 1}


def test_events_of_hooks():
	insert_events({"hourly_long": ["frappe.utils.now"], "cron": {"5 4 * * *": ["frappe.utils.nowdate"]}})
	rows = frappe.get_all(
		"Scheduled Job Type",
		{"method": ["like", "frappe.utils.now%"]},
		["name", "frequency", "cron_format"],
		order_by="method",
	)
	assert [(row.name, row.frequency, row.cron_format) for row in rows] == [
		("utils.now", "Hourly Long", None),
		("utils.nowdate", "Cron", "5 4 * * *"),
	]


def test_another_schedule_takes_the_place_of_the_old():
	insert_events({"hourly": ["frappe.utils.now"]})
	insert_events({"daily": ["frappe.utils.now"]})
	assert frappe.get_all("Scheduled Job Type", {"method": "frappe.utils.now"}, pluck="frequency") == [
		"Daily"
	]


@pytest.fixture
def committed():
	"""Running commits: what that leaves is deleted."""
	made: list = []
	yield made
	frappe.db.rollback()
	for doc in made:
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": doc.name})
		frappe.db.delete("Scheduled Job Type", {"name": doc.name})
		job = get_job(doc.rq_job_id)
		if job:
			job.delete()
	frappe.db.commit()


def saved(committed: list, method: str, frequency: str = "Daily"):
	doc = frappe.get_doc({"doctype": "Scheduled Job Type", "method": method, "frequency": frequency}).insert()
	frappe.db.commit()
	committed.append(doc)
	return doc


def logs(doc) -> list[tuple]:
	rows = frappe.get_all("Scheduled Job Log", {"scheduled_job_type": doc.name}, ["status", "details"])
	return [(row.status, row.details) for row in rows]


def test_a_run(committed):
	doc = saved(committed, "frappe.utils.now")
	doc.execute()
	assert logs(doc) == [("Complete", None)]
	last = frappe.db.get_value("Scheduled Job Type", doc.name, "last_execution")
	assert abs((last - frappe.utils.now_datetime()).total_seconds()) < 60


def test_a_run_that_fails(committed):
	doc = saved(committed, "frappe.utils.getdate_nothing_of_that_name")
	doc.execute()
	((status, details),) = logs(doc)
	assert status == "Failed"
	assert "getdate_nothing_of_that_name" in details
	assert frappe.db.get_value("Scheduled Job Type", doc.name, "last_execution")


def test_a_continuous_run_leaves_only_its_time(committed):
	doc = saved(committed, "frappe.utils.now", "All")
	doc.execute()
	assert logs(doc) == []
	assert frappe.db.get_value("Scheduled Job Type", doc.name, "last_execution")


def test_it_is_enqueued_once_when_it_is_due(committed):
	doc = saved(committed, "frappe.utils.now")
	assert doc.enqueue() is False
	doc.db_set("last_execution", "2024-01-01 00:00:00")
	frappe.db.commit()
	doc.reload()
	assert doc.enqueue() is True
	assert get_job(doc.rq_job_id).kwargs["kwargs"] == {"job_type": "frappe.utils.now"}
	assert doc.enqueue() is False
	assert doc.enqueue(force=True) is False


def test_deleting_it_deletes_its_logs(committed):
	doc = saved(committed, "frappe.utils.now")
	doc.execute()
	frappe.delete_doc("Scheduled Job Type", doc.name)
	assert logs(doc) == []


def test_switching_the_scheduler(engine):
	enable_scheduler()
	assert not is_scheduler_disabled(verbose=False)
	disable_scheduler()
	assert is_scheduler_disabled(verbose=False)
	enable_scheduler()
	for key in ("maintenance_mode", "pause_scheduler", "disable_scheduler"):
		with engine.config(**{key: 1}):
			assert is_scheduler_inactive(verbose=False)
	assert not is_scheduler_inactive(verbose=False)
