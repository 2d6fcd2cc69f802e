"""Error Log: what went wrong, with the traceback.

It outlives the transaction that went wrong: what is rolled back is written again.
"""

from __future__ import annotations

from typing import Any

from minibench.background.log_cleaning import delete_older
from minibench.context import db, flags
from minibench.model.document import Document
from minibench.web.whitelist import whitelist


class ErrorLog(Document):
	def after_insert(self) -> None:
		values = self.as_dict()
		db.after_rollback.add(lambda: _write_again(values))

	def onload(self) -> None:
		if not self.seen and not flags.read_only:
			self.db_set("seen", 1, update_modified=False)
			db.commit()

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		delete_older("Error Log", days)


def _write_again(values: dict[str, Any]) -> None:
	from minibench.model.document import get_doc

	if flags.read_only or db.exists("Error Log", values["name"]):
		return
	get_doc(values).db_insert()
	db.commit()


@whitelist()
def clear_error_logs() -> None:
	"""Delete every Error Log."""
	from minibench.access.permissions import only_for

	only_for("System Manager")
	db.truncate("Error Log")
