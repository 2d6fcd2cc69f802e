"""A chain of records that shows when one was changed, removed, inserted or moved. Pure: no database, no clock.

Every link's hash covers its content and the hash of the link before it, so whoever alters one link has to alter all
later ones and the head that is kept apart from them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from o2c_extensions.common.dates import stamp

GENESIS = "0" * 64

Kind = Literal["changed", "deleted", "inserted", "reordered"]


@dataclass(frozen=True)
class Head:
	"""Where a chain ends: how many links it has had, and the hash of the last one."""

	position: int = 0
	hash: str = GENESIS


@dataclass(frozen=True)
class Link:
	"""One record as it is stored now."""

	position: int
	name: str
	content: Mapping[str, str]
	previous_hash: str
	hash: str


@dataclass(frozen=True)
class Break:
	"""The first place where the chain does not hold."""

	kind: Kind
	position: int
	name: str = ""


def canonical(value: Any) -> str:
	"""The one JSON text of `value`: sorted keys, no spaces; amounts, days and moments as text, sets in order.

	Raises:
		TypeError: `value` holds something whose text would be a guess.
		ValueError: `value` holds NaN or an infinity.
	"""
	return json.dumps(
		_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
	)


def _plain(value: Any) -> Any:
	if isinstance(value, Enum):
		return _plain(value.value)
	if value is None or isinstance(value, (str, bool, int, float)):
		return value
	if isinstance(value, Decimal):
		return format(value, "f")
	if isinstance(value, datetime):
		return stamp(value)
	if isinstance(value, date):
		return value.isoformat()
	if is_dataclass(value) and not isinstance(value, type):
		return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
	if isinstance(value, Mapping):
		if any(not isinstance(key, str) for key in value):
			raise TypeError("only text can be a key")
		return {key: _plain(item) for key, item in value.items()}
	if isinstance(value, Set):
		return sorted((_plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
	if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
		return [_plain(item) for item in value]
	raise TypeError(f"{type(value).__name__} has no canonical text")


def digest(content: Mapping[str, str], previous_hash: str) -> str:
	"""SHA-256 over the content and the hash before it, as 64 hexadecimal digits."""
	text = canonical({"content": dict(content), "previous_hash": previous_hash})
	return hashlib.sha256(text.encode()).hexdigest()


def append(head: Head, name: str, content: Mapping[str, str]) -> Link:
	"""The link that `content` becomes when it is added behind `head`."""
	return Link(head.position + 1, name, content, head.hash, digest(content, head.hash))


def follow(head: Head, link: Link) -> Head | Break | None:
	"""One step of a check: the new head if `link` belongs right behind `head`, or the break that it proves.

	None says that `link` is unaltered but stands in the wrong place; `explain()` tells why.
	"""
	if digest(link.content, link.previous_hash) != link.hash:
		return Break("changed", link.position, link.name)
	if link.previous_hash != head.hash:
		return None
	if link.position != head.position + 1:
		return Break("reordered", link.position, link.name)
	return Head(link.position, link.hash)


def explain(start: Head, head: Head, link: Link, predecessor: int | None, head_is_followed: bool) -> Break:
	"""Why an unaltered `link` does not follow `head`.

	Args:
		start: where the chain begins.
		predecessor: position of the link that `link` was added behind, None if it is nowhere.
		head_is_followed: whether another link claims to stand right behind `head`.
	"""
	if link.previous_hash == start.hash:
		predecessor = start.position
	if predecessor is not None and predecessor > head.position:
		return Break("reordered", link.position, link.name)
	if predecessor is not None:
		return Break("inserted", head.position)
	if head_is_followed:
		return Break("inserted", link.position, link.name)
	return Break("deleted", head.position + 1)


def at_end(walked: Head, kept: Head) -> Break | None:
	"""The break that the end proves, if the last link found is not the one that the head remembers."""
	if walked == kept:
		return None
	if walked.position < kept.position:
		return Break("deleted", walked.position + 1)
	if walked.position > kept.position:
		return Break("inserted", kept.position + 1)
	return Break("changed", walked.position)
