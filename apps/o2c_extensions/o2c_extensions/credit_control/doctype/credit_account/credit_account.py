from __future__ import annotations

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class CreditAccount(ImmutableDocument):
	"""A customer in a company: the sum of its exposure, and the row that is locked while its credit is decided.

	Written by services/accounts.py and services/ledger.py, and by nobody else.
	"""

	def before_insert(self) -> None:
		require("credit account")
