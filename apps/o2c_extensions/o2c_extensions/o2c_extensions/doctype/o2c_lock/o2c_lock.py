from __future__ import annotations

from o2c_extensions.common.immutable import ImmutableDocument


class O2CLock(ImmutableDocument):
	"""A row that is there only to be locked. Made by setup, used by common/locks.py."""
