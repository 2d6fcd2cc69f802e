"""Server Script: code that an administrator attaches to documents, the schedule, permissions or a URL."""

from __future__ import annotations

from typing import Any

from minibench.automation import registry, server_script
from minibench.model.document import Document
from minibench.web.whitelist import whitelist


class ServerScript(Document):
	def validate(self) -> None:
		from minibench.access.permissions import only_for

		only_for("Script Manager", True)
		self.sync_scheduled_jobs()
		self.clear_scheduled_events()
		self.check_if_compilable_in_restricted_context()

	def on_update(self) -> None:
		registry.touched()
		if not self.disabled and self.event_frequency and self.script_type == "Scheduler Event":
			server_script.setup_scheduler_events(
				script_name=self.name,
				frequency=self.event_frequency,
				cron_format=self.cron_format if self.event_frequency == "Cron" else None,
			)

	def on_trash(self) -> None:
		from minibench.model.deletion import delete_doc

		if self.script_type == "Scheduler Event":
			for job in self.scheduled_jobs:
				delete_doc("Scheduled Job Type", job.name)

	def after_delete(self) -> None:
		registry.touched()

	def after_rename(self, *_args: Any) -> None:
		registry.touched()

	def get_code_fields(self) -> dict[str, str]:
		return {"script": "py"}

	@property
	def scheduled_jobs(self) -> list[Any]:
		from minibench.data.query import get_all

		return list(
			get_all("Scheduled Job Type", filters={"server_script": self.name}, fields=["name", "stopped"])
		)

	def sync_scheduled_jobs(self) -> None:
		"""Stop or start the script's scheduled jobs when it is disabled or enabled."""
		from minibench.model.document import get_doc

		if self.script_type != "Scheduler Event" or not self.has_value_changed("disabled"):
			return
		for row in self.scheduled_jobs:
			if bool(row.stopped) != bool(self.disabled):
				job = get_doc("Scheduled Job Type", row.name)
				job.stopped = self.disabled
				job.save()

	def clear_scheduled_events(self) -> None:
		"""Drop the script's scheduled jobs when it is scheduled differently, or no longer."""
		from minibench.model.deletion import delete_doc

		scheduled = self.script_type == "Scheduler Event"
		rescheduled = scheduled and (
			self.has_value_changed("event_frequency") or self.has_value_changed("cron_format")
		)
		if rescheduled or (self.has_value_changed("script_type") and not scheduled):
			for job in self.scheduled_jobs:
				delete_doc("Scheduled Job Type", job.name, delete_permanently=True)

	def check_if_compilable_in_restricted_context(self) -> None:
		"""Tell the author what the sandbox will refuse; saving stays possible."""
		from minibench.automation.safe_exec import compiled
		from minibench.collaboration.messages import msgprint
		from minibench.translate import _

		try:
			compiled(self.script, "<string>", "exec")
		except Exception as error:
			msgprint(str(error), title=_("Compilation warning"))

	def execute_method(self) -> Any:
		return server_script.execute_method(self)

	def execute_doc(self, doc: Any) -> None:
		server_script.execute_for_document(self, doc)

	def execute_scheduled_method(self) -> None:
		server_script.execute_scheduled(self)

	def get_permission_query_conditions(self, user: str) -> str | None:
		return server_script.execute_permission_query(self, user)


@whitelist()
def enabled() -> bool | None:
	"""Whether this site runs server scripts, for those who may read them."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.automation.safe_exec import is_safe_exec_enabled

	return is_safe_exec_enabled() if has_permission("Server Script") else None
