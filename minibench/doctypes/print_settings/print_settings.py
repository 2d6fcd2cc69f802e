"""Print Settings: paper, letter heads, what may be printed."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.model.document import Document
from minibench.model.meta import clear_cache
from minibench.translate import _
from minibench.web.whitelist import whitelist


class PrintSettings(Document):
	def validate(self) -> None:
		if self.pdf_page_size == "Custom" and not (self.pdf_page_height and self.pdf_page_width):
			throw(_("Page height and width cannot be zero"))

	def on_update(self) -> None:
		clear_cache()


@whitelist()
def is_print_server_enabled() -> int:
	"""There are no print servers here."""
	return 0
