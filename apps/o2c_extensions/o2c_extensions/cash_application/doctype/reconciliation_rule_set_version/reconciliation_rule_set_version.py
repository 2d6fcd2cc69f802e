from __future__ import annotations

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class ReconciliationRuleSetVersion(ImmutableDocument):
	"""A rule set as it was activated. Written by services/rule_sets.py; decisions and proposals cite it."""

	def before_insert(self) -> None:
		require("rule set")
