"""Facts recorded on a real ERPNext, compared number for number."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import pytest

# Where a document takes the day that it is made on.
TODAY = {"<date>": "<today>"}


def plain(value: Any) -> Any:
	"""The JSON form in which a fact is kept: types that JSON has not are spelled out, so 1 and 1.0 and "1" differ."""
	if isinstance(value, dict):
		return {str(key): plain(item) for key, item in value.items()}
	if isinstance(value, list | tuple | set):
		return [plain(item) for item in (sorted(value, key=repr) if isinstance(value, set) else value)]
	if isinstance(value, datetime.datetime | datetime.date | datetime.timedelta | decimal.Decimal):
		return {f"<{type(value).__name__}>": str(value)}
	if isinstance(value, bytes):
		return {"<bytes>": value.hex()}
	return value


class Golden:
	"""`golden(value)` or `golden(value, "part")` inside a test: recorded with --record, compared without."""

	def __init__(self, folder: Path, node: pytest.Item, record: bool) -> None:
		module = node.path.relative_to(folder.parent).with_suffix("")
		self.file = folder / "facts" / f"{'__'.join(module.parts)}.json"
		self.test = node.name
		self.record = record

	def __call__(self, value: Any, part: str = "") -> None:
		key = f"{self.test}/{part}" if part else self.test
		fact = json.loads(json.dumps(plain(value)))
		facts = json.loads(self.file.read_text()) if self.file.exists() else {}
		today = plain(datetime.date.today())
		if self.record:
			facts[key] = _replaced(fact, today, TODAY)
			self.file.parent.mkdir(parents=True, exist_ok=True)
			self.file.write_text(json.dumps(facts, indent="\t", sort_keys=True, ensure_ascii=False) + "\n")
			return
		if key not in facts:
			pytest.fail(
				f"no golden fact {key!r} in {self.file.name}: record it with ./o2c record --bench PATH --site NAME"
			)
		recorded = _replaced(facts[key], TODAY, today)
		assert fact == recorded, _difference(recorded, fact)


def _replaced(fact: Any, old: Any, new: Any) -> Any:
	if fact == old:
		return new
	if isinstance(fact, dict):
		return {key: _replaced(item, old, new) for key, item in fact.items()}
	if isinstance(fact, list):
		return [_replaced(item, old, new) for item in fact]
	return fact


def _difference(recorded: Any, found: Any, path: str = "") -> str:
	"""Where two facts differ first, and how."""
	if isinstance(recorded, dict) and isinstance(found, dict):
		for key in {**recorded, **found}:
			if recorded.get(key) != found.get(key):
				return _difference(recorded.get(key), found.get(key), f"{path}.{key}")
	if isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
		for index, (one, other) in enumerate(zip(recorded, found, strict=True)):
			if one != other:
				return _difference(one, other, f"{path}[{index}]")
	return f"{path}: recorded {recorded!r}, found {found!r}"
