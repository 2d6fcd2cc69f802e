from __future__ import annotations

from minibench.context import db
from minibench.document import Document


class DefaultValue(Document):
	"""One value of one default; written by `minibench.defaults`."""


def on_doctype_update() -> None:
	db.add_index("DefaultValue", ["parent", "defkey"])
