from __future__ import annotations

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class CreditPolicyVersion(ImmutableDocument):
	"""A policy as it was activated. Written by services/policies.py; decisions cite it."""

	def before_insert(self) -> None:
		require("credit policy")
