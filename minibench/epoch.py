"""When what is known about DocTypes, hooks and other rarely changed records has become old.

Every process keeps such knowledge. A counter in the site's database tells when it must be read anew: whoever changes
a record of that kind bumps the counter in the same transaction, so the others see the change and the new count
together. While such a transaction is open, its thread works with knowledge of its own that nobody else sees, and
forgets it on rollback.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from minibench.context import db, local

T = TypeVar("T")

_READ = "SELECT value FROM `tabSingles` WHERE doctype = '__Metadata' AND field = 'epoch'"
_ADD = "INSERT INTO `tabSingles` (doctype, field, value) VALUES ('__Metadata', 'epoch', '1')"
_INCREASE = (
	"UPDATE `tabSingles` SET value = CAST(value AS INTEGER) + 1 "
	"WHERE doctype = '__Metadata' AND field = 'epoch'"
)


# Facts that were put together from the definitions of all DocTypes.
_ABOUT_ALL = frozenset(("link_fields", "dynamic_link_fields", "child_doctypes"))


class Knowledge:
	"""What is known as of one epoch."""

	__slots__ = ("epoch", "facts", "metas", "private")

	def __init__(self, epoch: int, private: bool = False) -> None:
		self.epoch = epoch
		self.private = private
		self.metas: dict[str, Any] = {}
		self.facts: dict[Hashable, Any] = {}

	def forget(self, doctype: str) -> None:
		"""Drop what is known about one DocType, and what was put together from the definitions of all."""
		self.metas.pop(doctype, None)
		for key in list(self.facts):
			if key in _ABOUT_ALL or (isinstance(key, tuple) and doctype in key):
				del self.facts[key]


_shared: dict[str, Knowledge] = {}


def knowledge() -> Knowledge:
	"""What this thread may rely on: shared with the process, or its own while it changes metadata."""
	known: Knowledge | None = getattr(local, "knowledge", None)
	return known if known is not None else check_epoch()


def check_epoch() -> Knowledge:
	"""Drop what other processes have changed meanwhile. Called once per request and job."""
	known: Knowledge | None = getattr(local, "knowledge", None)
	if known is not None and known.private:
		return known
	epoch = _read_epoch()
	shared = _shared.get(local.site_path)
	if shared is None or shared.epoch != epoch:
		shared = Knowledge(epoch)
		_shared[local.site_path] = shared
	local.knowledge = shared
	return shared


def current_epoch() -> Any:
	"""A value that changes whenever metadata, as seen by this thread, may have changed."""
	known = knowledge()
	return id(known) if known.private else known.epoch


def bump_epoch(doctype: str | None = None) -> None:
	"""Say that metadata changed in this transaction: known at once here, elsewhere when it commits.

	Args:
		doctype: whose definition it was. What this thread knows of others is then kept.
	"""
	known: Knowledge | None = getattr(local, "knowledge", None)
	if known is not None and known.private and doctype:
		known.forget(doctype)
		return
	if known is None or not known.private:
		if not db.execute(_READ):
			db.execute(_ADD)
		else:
			db.execute(_INCREASE)
		db.after_commit.add(_settle)
		db.after_rollback.add(_settle)
	local.knowledge = Knowledge(-1, private=True)


def remember(key: Hashable, make: Callable[[], T]) -> T:
	"""The fact under `key`, made when it is first asked for and kept until metadata changes."""
	facts = knowledge().facts
	if key in facts:
		return facts[key]  # type: ignore[no-any-return]
	value = make()
	knowledge().facts[key] = value
	return value


def forget_everything() -> None:
	"""Let this process read all metadata anew, without telling others."""
	_shared.pop(local.site_path, None)
	known: Knowledge | None = getattr(local, "knowledge", None)
	if known is not None:
		local.knowledge = Knowledge(-1, private=True) if known.private else None


def forget_undone() -> None:
	"""Part of this transaction was undone: what was learnt in it may never have been."""
	known: Knowledge | None = getattr(local, "knowledge", None)
	if known is not None and known.private:
		local.knowledge = Knowledge(-1, private=True)


def _settle() -> None:
	local.knowledge = None


def _read_epoch() -> int:
	rows = db.execute(_READ)
	return int(rows[0][0]) if rows else 0
