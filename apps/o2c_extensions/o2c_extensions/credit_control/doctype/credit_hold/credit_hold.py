from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now

from o2c_extensions.common.audit import require
from o2c_extensions.credit_control.services import holds as services

DECIDED = ("Released", "Rejected")
# Written by the app: what a form or a program sends for them is not taken. The amounts refuse to be changed by themselves.
_OURS = (
	"reasons",
	"causes",
	"policy_version",
	"amount_to_release",
	"required_deposit",
	"deposit_received",
	"deposit_unallocated",
	"decided_by",
	"decided_at",
	"valid_until",
	"first_approved_by",
	"first_approved_at",
	"released_automatically",
	"escalation_level",
	"escalated_at",
)


class CreditHold(Document):
	"""An order or a delivery that a person has to decide about. Made by the check only, decided through its workflow."""

	def before_insert(self) -> None:
		require("credit hold")

	def save(self, *args: Any, **kwargs: Any) -> Any:
		"""The framework locks the hold as it saves; what it is on is locked before, as everywhere else."""
		if not self.is_new():
			services.wait_for([self.name])
		return super().save(*args, **kwargs)

	def validate(self) -> None:
		if not 1 <= int(self.priority or 0) <= 9:
			frappe.throw(_("A priority is a number from 1 to 9: 1 comes first."))
		before = self.get_doc_before_save()
		if self.is_new() or not before:
			return
		self.update({field: before.get(field) for field in _OURS})
		if self.status == before.status:
			return
		if "Withdrawn" in (self.status, before.status):
			frappe.throw(_("A hold is withdrawn by cancelling its order, and by nothing else."))
		services.require_open(self)
		services.decide(self, before.status)

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if not before or before.status == self.status:
			return
		if self.status == "Released":
			services.release(self)
		elif self.status == "Rejected":
			services.reject(self)
		elif before.status in DECIDED:
			services.hold_again(self)

	def carry(self, **values: Any) -> None:
		"""Write what the app itself decides: past the workflow, which is for persons, with all that follows a change.

		Whoever listens to holds hears of it: document events, notifications, the history.
		"""
		require("credit hold")
		self.load_doc_before_save()
		self.update({**values, "modified": now(), "modified_by": frappe.session.user})
		self.db_update()
		self.run_method("on_update")
		self.notify_update()
		self.save_version()
		self.run_method("on_change")

	def on_trash(self) -> None:
		frappe.throw(_("A hold stays on record."), frappe.PermissionError)
