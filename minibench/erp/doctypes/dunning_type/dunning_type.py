"""Dunning Type: fee, interest and letters of a kind of reminder."""

from __future__ import annotations

from minibench.model.caches import get_cached_value
from minibench.model.document import Document


class DunningType(Document):
	def autoname(self) -> None:
		self.name = f"{self.dunning_type} - {get_cached_value('Company', self.company, 'abbr')}"
