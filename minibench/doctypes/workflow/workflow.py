"""Workflow: the states and transitions of one DocType's documents."""

from __future__ import annotations

from typing import Any

from minibench.automation import registry
from minibench.context import db
from minibench.model.document import Document
from minibench.web.whitelist import whitelist


class Workflow(Document):
	def validate(self) -> None:
		self.set_active()
		self.create_custom_field_for_workflow_state()
		self.update_default_workflow_status()
		self.validate_docstatus()

	def on_update(self) -> None:
		registry.touched()

	def after_delete(self) -> None:
		registry.touched()

	def after_rename(self, *_args: Any) -> None:
		registry.touched()

	def set_active(self) -> None:
		"""There is one active workflow for a DocType."""
		if int(self.is_active or 0):
			others = {"document_type": self.document_type, "is_active": 1}
			db.set_value("Workflow", others, "is_active", 0, update_modified=False)

	def create_custom_field_for_workflow_state(self) -> None:
		from minibench.collaboration.messages import msgprint
		from minibench.model.document import get_doc
		from minibench.model.meta import get_meta
		from minibench.translate import _

		field = self.workflow_state_field
		if get_meta(self.document_type).get_field(field):
			return
		get_doc(
			{
				"doctype": "Custom Field",
				"dt": self.document_type,
				"__islocal": 1,
				"fieldname": field,
				"label": field.replace("_", " ").title(),
				"hidden": 1,
				"allow_on_submit": 1,
				"no_copy": 1,
				"fieldtype": "Link",
				"options": "Workflow State",
				"owner": "Administrator",
			}
		).save()
		msgprint(_("Created Custom Field {0} in {1}").format(field, self.document_type))

	def update_default_workflow_status(self) -> None:
		"""Give documents without a state the first one of their docstatus."""
		field = self.workflow_state_field
		first: dict[str, str] = {}
		for row in self.states:
			first.setdefault(str(row.doc_status or "0"), row.state)
		for docstatus, state in first.items():
			stateless = {field: ["is", "not set"], "docstatus": int(docstatus)}
			db.set_value(self.document_type, stateless, field, state, update_modified=False)

	def validate_docstatus(self) -> None:
		"""Submitted documents do not become drafts, drafts are not cancelled, and cancelled ones stay as they are."""
		from minibench.collaboration.messages import throw
		from minibench.translate import _

		docstatus = {row.state: str(row.doc_status or "0") for row in self.states}
		for row in self.transitions:
			for state in (row.state, row.next_state):
				if state not in docstatus:
					throw(_("{0} not a valid State").format(state))
			change = (docstatus[row.state], docstatus[row.next_state])
			if change[0] == "2":
				throw(_("Cannot change state of Cancelled Document. Transition row {0}").format(row.idx))
			if change == ("1", "0"):
				throw(
					_("Submitted Document cannot be converted back to draft. Transition row {0}").format(
						row.idx
					)
				)
			if change == ("0", "2"):
				throw(_("Cannot cancel before submitting. See Transition {0}").format(row.idx))


@whitelist()
def get_workflow_state_count(doctype: str, workflow_state_field: str, states: Any) -> list[Any] | None:
	"""How many documents are in each state other than `states`."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.data.query import get_all
	from minibench.model.meta import get_meta
	from minibench.values.jsonio import parse_json

	has_permission(doctype=doctype, ptype="read", throw=True)
	if workflow_state_field not in get_meta(doctype).get_valid_columns():
		return None
	rows = get_all(
		doctype,
		fields=[workflow_state_field, "count(*) as count"],
		filters={workflow_state_field: ["not in", parse_json(states)]},
		group_by=workflow_state_field,
	)
	return [row for row in rows if row[workflow_state_field]]
