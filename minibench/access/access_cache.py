"""What one request remembers of users' rights: roles, user permissions, permission rules, defaults.

The database is the only shared truth. A request or job reads each fact once. It is forgotten when the user or the site
changes, when anybody clears the cache, and when the transaction that it may have been read from is rolled back. Facts
of the committed state serve later requests too, until anybody writes to the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from minibench.context import db, local

T = TypeVar("T")

_WATCHED = "rollback is watched"
# Kinds whose values nobody changes: what is handed out of them is a copy, or only read.
STEADY = frozenset(("defaults", "roles", "site_default", "user_facts"))


def remembered(kind: str, key: Hashable, build: Callable[[], T]) -> T:
	"""The fact `kind` about `key`, built when it is first asked for."""
	# set_user() and clear_cache() replace this dict, and with it all that was remembered.
	facts: dict[Any, Any] = local.role_permissions
	at = (kind, key)
	if at in facts:
		return facts[at]  # type: ignore[no-any-return]
	value = _steady(at, build) if kind in STEADY and local.db is not None else build()
	facts = local.role_permissions
	if _WATCHED not in facts and local.db is not None:
		facts[_WATCHED] = True
		db.after_rollback.add(forget)
	facts[at] = value
	return value


def _steady(at: tuple[str, Hashable], build: Callable[[], T]) -> T:
	known = db.steady_facts()
	if known is None:
		return build()
	if at in known:
		return known[at]  # type: ignore[no-any-return]
	value = build()
	if db.steady_facts() is known:
		known[at] = value
	return value


def forget() -> None:
	"""Read rights anew from here on, in this thread. Other threads and processes do so with their next request."""
	local.role_permissions = {}
