from __future__ import annotations

from minibench.model.document import Document


class CustomDocPerm(Document):
	def on_update(self) -> None:
		self._forget_rules()

	def after_delete(self) -> None:
		self._forget_rules()

	def _forget_rules(self) -> None:
		from minibench.model.caches import clear_cache

		clear_cache(doctype=self.parent)
