from __future__ import annotations

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class O2CIdempotencyKey(ImmutableDocument):
	"""A caller's claim to have something done once. Written by common/idempotency.py."""

	def before_insert(self) -> None:
		require("idempotency")
