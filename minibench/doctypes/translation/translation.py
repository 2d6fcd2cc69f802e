"""Translation: the site's own word for a text."""

from __future__ import annotations

from typing import Any

from minibench import translate
from minibench.model.document import Document
from minibench.values.text import is_html, strip_html_tags


class Translation(Document):
	source_text: Any

	def validate(self) -> None:
		if is_html(self.source_text):
			self.source_text = strip_html_tags(self.source_text).strip()

	def on_update(self) -> None:
		translate.clear_cache()

	def on_trash(self) -> None:
		translate.clear_cache()
