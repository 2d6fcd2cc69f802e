from __future__ import annotations

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class O2CDecision(ImmutableDocument):
	"""One automatic choice. Written and chained by common/decisions.py."""

	def before_insert(self) -> None:
		require("decision")
