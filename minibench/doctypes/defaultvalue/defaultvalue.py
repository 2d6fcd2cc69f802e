from __future__ import annotations

from minibench.context import db
from minibench.model.document import Document


class DefaultValue(Document):
	"""One value of one default; written by `minibench.access.defaults`."""


def on_doctype_update() -> None:
	db.add_index("DefaultValue", ["parent", "defkey"])
