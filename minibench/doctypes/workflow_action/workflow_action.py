"""Workflow Action: a document in a state, and the roles that may move it on."""

from __future__ import annotations

from minibench.context import db
from minibench.model.document import Document


class WorkflowAction(Document):
	pass


def on_doctype_update() -> None:
	db.add_index("Workflow Action", ["reference_name", "reference_doctype", "status"])
