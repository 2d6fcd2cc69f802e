"""Letter Head: what stands above and below a print, from pictures or as HTML."""

from __future__ import annotations

from typing import Any

from minibench.access import defaults
from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.model.document import Document
from minibench.model.meta import clear_cache
from minibench.translate import _
from minibench.values.html import is_image
from minibench.values.numbers import flt


class LetterHead(Document):
	source: Any
	is_default: Any

	def before_insert(self) -> None:
		# A new letter head is made by attaching a picture; HTML is written into a saved one.
		self.source = "Image"

	def validate(self) -> None:
		if self.source == "Image":
			self._from_picture(
				"image",
				"content",
				"align",
				_("Header HTML set from attachment {0}").format(self.image),
				_("Please attach an image file to set HTML for Letter Head."),
			)
		if self.footer_source == "Image":
			self._from_picture(
				"footer_image",
				"footer",
				"footer_align",
				_("Footer HTML set from attachment {0}").format(self.footer_image),
				_("Please attach an image file to set HTML for Footer."),
			)
		if self.disabled and self.is_default:
			throw(_("Letter Head cannot be both disabled and default"))
		if not self.is_default and not self.disabled and not db.exists("Letter Head", {"is_default": 1}):
			self.is_default = 1

	def _from_picture(self, picture: str, html: str, align: str, done: str, missing: str) -> None:
		"""HTML that shows the picture; only its larger side is set, so that its shape is kept."""
		url = self.get(picture)
		if not url or not is_image(url):
			msgprint(missing, alert=True, indicator="orange")
			return
		sizes = {side: flt(self.get(f"{picture}_{side}")) for side in ("width", "height")}
		for side, size in sizes.items():
			self.set(f"{picture}_{side}", size)
		side = "width" if sizes["width"] > sizes["height"] else "height"
		size = sizes[side] or ""
		self.set(
			html,
			f'<div style="text-align: {(self.get(align) or "").lower()};">\n'
			f'<img src="{url}" alt="{self.name}"\n{side}="{size}" style="{side}: {size}px;">\n</div>',
		)
		msgprint(done, alert=True)

	def on_update(self) -> None:
		self.set_as_default()
		clear_cache()

	def set_as_default(self) -> None:
		"""There is one default letter head; reports and mails find it among the defaults."""
		if self.is_default:
			others = {"name": ["!=", self.name]}
			db.set_value("Letter Head", others, "is_default", 0, update_modified=False)
			db.set_default("letter_head", self.name)
			db.set_default("default_letter_head_content", self.content)
		else:
			defaults.clear_default("letter_head", self.name)
			defaults.clear_default("default_letter_head_content", self.content)
