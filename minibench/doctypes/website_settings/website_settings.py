from __future__ import annotations

from minibench.model.document import Document


class WebsiteSettings(Document):
	"""What the website shows and whom it lets sign up."""
