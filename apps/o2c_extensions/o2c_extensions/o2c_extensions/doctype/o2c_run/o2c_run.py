from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from o2c_extensions.common import batch, work
from o2c_extensions.common.chain import canonical

# What the runner writes, and nobody who inserts a run.
_RUNNERS = {
	"status": "Queued",
	"progress": 0,
	"total": 0,
	"done": 0,
	"failed": 0,
	"started_at": None,
	"ended_at": None,
	"attempt": 0,
	"runner": None,
	"planned": 0,
	"stop_requested": 0,
	"error": None,
}


class O2CRun(Document):
	"""A batch of work that goes on after whatever happens to its process. Inserting one starts it.

	After that only its runner changes it (common/batch.py), past this class and without a form's timestamp check.
	"""

	def before_insert(self) -> None:
		parameters = self._read_parameters()
		work.only_for(self.kind)
		work.work_of(self.kind, parameters)
		self.parameters = canonical(parameters)
		self.update({**_RUNNERS, "heartbeat": now_datetime()})

	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(
				_("A run is changed by its runner only. Stop it or retry it."), frappe.PermissionError
			)

	def after_insert(self) -> None:
		batch.enqueue(self.name, self.attempt)

	def on_trash(self) -> None:
		if self.status not in batch.FINISHED:
			frappe.throw(_("Stop the run before you delete it."))
		frappe.db.delete("O2C Run Item", {"run": self.name})

	def _read_parameters(self) -> dict[str, Any]:
		try:
			parsed = json.loads(self.parameters or "{}")
		except ValueError:
			parsed = None
		if not isinstance(parsed, dict):
			frappe.throw(_("Parameters must be a JSON object."))
		parameters: dict[str, Any] = parsed
		return parameters
