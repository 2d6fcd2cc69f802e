from __future__ import annotations

from minibench.access_cache import forget
from minibench.document import Document


class WebsiteSettings(Document):
	def on_update(self) -> None:
		forget()
