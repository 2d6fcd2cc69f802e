"""Scheduled Job Type: a function or a script with its schedule and the time of its last run."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import randint
from typing import Any

from minibench.context import conf, db, local
from minibench.model.document import Document
from minibench.web.whitelist import whitelist

CRON_OF_FREQUENCY = {
	"Yearly": "0 0 1 1 *",
	"Annual": "0 0 1 1 *",
	"Monthly": "0 0 1 * *",
	"Monthly Long": "0 0 1 * *",
	"Weekly": "0 0 * * 0",
	"Weekly Long": "0 0 * * 0",
	"Daily": "0 0 * * *",
	"Daily Long": "0 0 * * *",
	"Hourly": "0 * * * *",
	"Hourly Long": "0 * * * *",
}
ALL_INTERVAL_SECONDS = 240
LONG_SPREAD_SECONDS = 600


class ScheduledJobType(Document):
	cron_format: Any

	def autoname(self) -> None:
		self.name = ".".join(self.method.split(".")[-2:])

	def validate(self) -> None:
		from croniter import CroniterBadCronError, croniter

		from minibench.collaboration.messages import throw
		from minibench.translate import _

		if self.frequency != "All":
			self.create_log = 1
		if self.frequency == "Cron":
			if not self.cron_format:
				throw(_("Cron format is required for job types with Cron frequency."))
			try:
				croniter(self.cron_format)
			except CroniterBadCronError:
				throw(
					_("{0} is not a valid Cron expression.").format(f"<code>{self.cron_format}</code>"),
					title=_("Bad Cron Expression"),
				)

	def on_trash(self) -> None:
		db.delete("Scheduled Job Log", {"scheduled_job_type": self.name})

	def enqueue(self, force: bool = False) -> bool:
		"""Give the job to a worker if it is due and neither waits nor runs already. Returns whether it did."""
		from minibench.background.jobs import enqueue
		from minibench.errors_log import logger

		# The order counts: a run that ends between the two looks must be seen by the second.
		in_queue = self.is_job_in_queue()
		self.last_execution = db.get_value(self.doctype, self.name, "last_execution")
		if not (force or self.is_event_due()):
			return False
		job = None
		if not in_queue:
			job = enqueue(
				run_scheduled_job,
				queue=self.get_queue_name(),
				job_type=self.method,
				job_id=self.rq_job_id,
				deduplicate=True,
			)
		if job is None:
			logger("scheduler").error(
				"Skipped queueing %s because it was found in queue for %s", self.method, local.site
			)
		return job is not None

	def is_event_due(self, current_time: datetime | None = None) -> bool:
		from minibench.values.dates import now_datetime

		return bool(self.get_next_execution() <= (current_time or now_datetime()))

	def is_job_in_queue(self) -> bool:
		from minibench.background.jobs import is_job_enqueued

		return is_job_enqueued(self.rq_job_id)

	@property
	def rq_job_id(self) -> str:
		return f"scheduled_job::{self.method}"

	@property
	def next_execution(self) -> datetime:
		return self.get_next_execution()

	def get_next_execution(self) -> datetime:
		"""The next time after the last run, or after its creation if it never ran. Long jobs are spread at random."""
		from croniter import croniter

		from minibench.values.dates import get_datetime

		if not self.cron_format:
			every = (conf.scheduler_interval or ALL_INTERVAL_SECONDS) // 60
			self.cron_format = CRON_OF_FREQUENCY.get(self.frequency) or f"*/{every} * * * *"
		last: Any = get_datetime(self.last_execution or self.creation)
		next_time: datetime = croniter(self.cron_format, last).get_next(datetime)
		spread = randint(1, LONG_SPREAD_SECONDS) if "Long" in self.frequency else 0
		return next_time + timedelta(seconds=spread)

	def execute(self) -> None:
		"""Run it here and now, and log that."""
		from minibench.background.job_runner import commit
		from minibench.hooks import get_attr
		from minibench.model.document import get_doc

		self.scheduler_log: Any = None
		try:
			self.log_status("Start")
			if self.server_script:
				script = db.get_value("Server Script", self.server_script)
				if script:
					get_doc("Server Script", script).execute_scheduled_method()
			else:
				get_attr(self.method)()
			commit()
			self.log_status("Complete")
		except Exception:
			db.rollback()
			self.log_status("Failed")

	def log_status(self, status: str) -> None:
		from minibench.errors_log import logger

		logger("scheduler").info("Scheduled Job %s: %s for %s", status, self.method, local.site)
		self.update_scheduler_log(status)

	def update_scheduler_log(self, status: str) -> None:
		from minibench.errors_log import get_traceback
		from minibench.model.document import get_doc
		from minibench.values.dates import now_datetime

		if not self.create_log:
			self.db_set("last_execution", now_datetime(), update_modified=False)
			db.commit()
			return
		if not self.scheduler_log:
			self.scheduler_log = get_doc(
				{"doctype": "Scheduled Job Log", "scheduled_job_type": self.name, "status": "Scheduled"}
			).insert(ignore_permissions=True)
		# "Start" is no option of the field: it tells a run that is under way, or died, from one that ended.
		values = {"status": status}
		if local.debug_log:
			values["debug_log"] = "\n".join(local.debug_log)
		if status == "Failed":
			values["details"] = get_traceback(with_context=True)
		self.scheduler_log.db_set(values)
		if status == "Start":
			self.db_set("last_execution", now_datetime(), update_modified=False)
		db.commit()

	def get_queue_name(self) -> str:
		return "long" if "Long" in self.frequency else "default"


@whitelist()
def execute_event(doc: str) -> Any:
	"""Enqueue a Scheduled Job Type now, due or not."""
	from minibench.access.permissions import only_for
	from minibench.model.document import get_doc

	only_for("System Manager")
	values = json.loads(doc)
	get_doc("Scheduled Job Type", values.get("name")).enqueue(force=True)
	return values


def run_scheduled_job(job_type: str) -> None:
	"""What a worker does with a scheduled job; an error is in its log already."""
	from minibench.model.document import get_doc

	get_doc("Scheduled Job Type", {"method": job_type}).execute()
