"""What one request remembers of users' rights: roles, user permissions, permission rules, defaults.

The database is the only shared truth. A request or job reads each fact once. It is forgotten when the user or the site
changes, when anybody clears the cache, and when the transaction that it may have been read from is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from minibench.context import db, local

T = TypeVar("T")

_WATCHED = "rollback is watched"


def remembered(kind: str, key: Hashable, build: Callable[[], T]) -> T:
	"""The fact `kind` about `key`, built when it is first asked for."""
	# set_user() and clear_cache() replace this dict, and with it all that was remembered.
	facts: dict[Any, Any] = local.role_permissions
	at = (kind, key)
	if at in facts:
		return facts[at]  # type: ignore[no-any-return]
	value = build()
	facts = local.role_permissions
	if _WATCHED not in facts and local.db is not None:
		facts[_WATCHED] = True
		db.after_rollback.add(forget)
	facts[at] = value
	return value


def forget() -> None:
	"""Read rights anew from here on, in this thread. Other threads and processes do so with their next request."""
	local.role_permissions = {}
