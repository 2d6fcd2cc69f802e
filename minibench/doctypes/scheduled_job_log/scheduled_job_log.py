"""Scheduled Job Log: one run of a scheduled job."""

from __future__ import annotations

from minibench.background.log_cleaning import delete_older
from minibench.model.document import Document


class ScheduledJobLog(Document):
	@staticmethod
	def clear_old_logs(days: int = 90) -> None:
		delete_older("Scheduled Job Log", days)
