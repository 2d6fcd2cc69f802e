from __future__ import annotations

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class CreditExposureEntry(ImmutableDocument):
	"""What one document puts at stake with a customer. Written by services/ledger.py, and by nobody else."""

	def before_insert(self) -> None:
		require("credit account")
