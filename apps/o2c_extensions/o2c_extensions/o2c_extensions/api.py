"""What other programs and the staff page ask of runs, decisions and cases."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.common import batch, decisions, idempotency, work
from o2c_extensions.common.casebook import STAGES

_RUN_FIELDS = [
	"name",
	"kind",
	"status",
	"progress",
	"total",
	"done",
	"failed",
	"started_at",
	"ended_at",
	"attempt",
	"error",
]
_ERRORS_SHOWN = 20


@frappe.whitelist(methods=["GET"])
def run_kinds() -> list[str]:
	"""The kinds of run that can be started here."""
	frappe.has_permission("O2C Run", "read", throw=True)
	return work.kinds()


@frappe.whitelist(methods=["POST"])
def start_run(
	kind: str, parameters: dict[str, Any] | None = None, idempotency_key: str | None = None
) -> dict[str, Any]:
	"""Start a run. With an `idempotency_key`, the same call sent again returns the same run."""
	frappe.has_permission("O2C Run", "create", throw=True)

	def start() -> dict[str, Any]:
		return {"run": batch.start(kind, parameters)}

	if not idempotency_key:
		return start()
	request = {"kind": kind, "parameters": parameters}
	result: dict[str, Any] = idempotency.once("start_run", idempotency_key, request, start)
	return result


@frappe.whitelist(methods=["GET"])
def run_status(run: str) -> dict[str, Any]:
	"""How far a run is, and the first errors of its items."""
	frappe.get_doc("O2C Run", run).check_permission("read")
	return _status(run)


@frappe.whitelist(methods=["POST"])
def stop_run(run: str) -> dict[str, Any]:
	"""Stop a run after the item that is being done. What is done stays done."""
	frappe.get_doc("O2C Run", run).check_permission("write")
	batch.stop(run)
	return _status(run)


@frappe.whitelist(methods=["POST"])
def retry_run(run: str) -> dict[str, Any]:
	"""Take a finished run up again: its failed items and those that it did not reach."""
	frappe.get_doc("O2C Run", run).check_permission("write")
	batch.retry(run)
	return _status(run)


@frappe.whitelist(methods=["GET"])
def document_decisions(doctype: str, name: str) -> list[dict[str, Any]]:
	"""The decisions about a document, the newest first, for whoever may read both."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		"O2C Decision",
		filters={"reference_doctype": doctype, "reference_name": name},
		fields=[
			"name",
			"decision_type",
			"outcome",
			"reasons",
			"rule",
			"rule_version",
			"decided_at",
			"decided_by",
		],
		order_by="decided_at desc",
		limit_page_length=0,
	)
	return rows


@frappe.whitelist(methods=["GET"])
def case_events(case: str) -> dict[str, Any]:
	"""What happened in a case, in order, and the stages that it has come through."""
	frappe.has_permission("O2C Event", "read", throw=True)
	events = frappe.get_list(
		"O2C Event",
		filters={"o2c_case": case},
		fields=[
			"name",
			"stage",
			"event",
			"event_time",
			"actor",
			"reference_doctype",
			"reference_name",
			"details",
		],
		order_by="event_time asc",
		limit_page_length=0,
	)
	seen = {event.stage for event in events}
	return {"case": case, "stages": [stage for stage in STAGES if stage in seen], "events": events}


@frappe.whitelist(methods=["GET"])
def verify_decisions(anchor: str | None = None) -> dict[str, Any]:
	"""Check the chain of decisions; see common/decisions.py."""
	frappe.only_for(("System Manager", "O2C Administrator"))
	return decisions.verify(anchor)


def _status(run: str) -> dict[str, Any]:
	status = frappe.db.get_value("O2C Run", run, _RUN_FIELDS, as_dict=True)
	errors = frappe.get_all(
		"O2C Run Item",
		filters={"run": run, "status": "Failed"},
		fields=["item_key", "message"],
		order_by="idx asc",
		limit_page_length=_ERRORS_SHOWN,
	)
	return {**status, "errors": errors}
