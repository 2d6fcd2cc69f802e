"""How amended documents are named."""

from __future__ import annotations

from minibench.model.document import Document
from minibench.model.meta import bump_epoch


class DocumentNamingSettings(Document):
	def on_update(self) -> None:
		bump_epoch()
