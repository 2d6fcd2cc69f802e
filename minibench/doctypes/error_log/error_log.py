"""Error Log: what went wrong, with the traceback."""

from __future__ import annotations

from minibench.context import db, flags
from minibench.document import Document
from minibench.log_cleaning import delete_older
from minibench.web.whitelist import whitelist


class ErrorLog(Document):
	def onload(self) -> None:
		if not self.seen and not flags.read_only:
			self.db_set("seen", 1, update_modified=False)
			db.commit()

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		delete_older("Error Log", days)


@whitelist()
def clear_error_logs() -> None:
	"""Delete every Error Log."""
	from minibench.permissions import only_for

	only_for("System Manager")
	db.truncate("Error Log")
