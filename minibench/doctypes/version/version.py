"""Version: see minibench.collaboration.version."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration import version
from minibench.model.document import Document


class Version(Document):
	def update_version_info(self, old: Any, new: Any) -> bool:
		"""Take in what changed from `old` to `new`; False where nothing worth keeping did."""
		return self.set_diff(old, new) if old else self.for_insert(new)

	def set_diff(self, old: Any, new: Any) -> bool:
		"""Take in the difference of two documents."""
		return self._take(new, version.get_diff(old, new))

	def for_insert(self, doc: Any) -> bool:
		"""Take in what a new document was made by, if it says so."""
		return self._take(doc, version.made_by(doc))

	def _take(self, doc: Any, data: dict[str, Any] | None) -> bool:
		if data:
			version.fill(self, doc, data)
		return bool(data)

	def get_data(self) -> Any:
		"""The difference."""
		return json.loads(self.data)


def on_doctype_update() -> None:
	from minibench.context import db

	db.add_index("Version", ["ref_doctype", "docname"])
