"""A row of a DocType's definition: a field, a permission rule, a link. Its columns are its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from minibench.data.rows import filter_rows


class MetaRow:
	"""Attributes are the row's columns; a column that it lacks reads as None, whichever table the row came from."""

	def __init__(self, values: Mapping[str, Any]) -> None:
		self.__dict__.update(values)

	def __getattr__(self, key: str) -> Any:
		if key.startswith("_"):
			raise AttributeError(key)
		return None

	def get(self, key: str, filters: Any = None, limit: int | None = None, default: Any = None) -> Any:
		"""A value, or the rows of a table that satisfy `filters`; `filters` that is no dict is a default."""
		if isinstance(filters, dict):
			return filter_rows(self.__dict__.get(key), filters, limit)
		value = self.__dict__.get(key)
		if value is None and key not in self.__dict__:
			value = default if filters is None else filters
		return value[:limit] if limit and isinstance(value, list) else value

	def set(self, key: str, value: Any, as_value: bool = False) -> None:
		self.__dict__[key] = value

	def update(self, values: Mapping[str, Any]) -> MetaRow:
		self.__dict__.update(values)
		return self

	def as_dict(self, no_nulls: bool = False, **_ignored: Any) -> dict[str, Any]:
		"""The plain values of the row."""
		return {
			key: value
			for key, value in self.__dict__.items()
			if not key.startswith("_")
			and (isinstance(value, str | int | float | datetime) or (value is None and not no_nulls))
		}

	def __repr__(self) -> str:
		return f"<{type(self).__name__}: {self.__dict__.get('fieldname') or self.__dict__.get('name')}>"
