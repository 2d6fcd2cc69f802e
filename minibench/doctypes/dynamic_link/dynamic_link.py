"""A row that says to which document a contact or an address belongs."""

from __future__ import annotations

from minibench.context import db
from minibench.model.contact_links import deduplicate_dynamic_links
from minibench.model.document import Document

__all__ = ["DynamicLink", "deduplicate_dynamic_links", "on_doctype_update"]


class DynamicLink(Document):
	pass


def on_doctype_update() -> None:
	db.add_index("Dynamic Link", ["link_doctype", "link_name"])
