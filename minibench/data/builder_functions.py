"""`frappe.query_builder.functions`: PyPika's SQL functions and those that Frappe adds."""

from __future__ import annotations

from typing import Any

from pypika.functions import *  # noqa: F403
from pypika.functions import Cast, DistinctOptionFunction, IfNull
from pypika.terms import CustomFunction, Function, ValueWrapper


class Concat_ws(Function):  # type: ignore[misc]
	"""CONCAT_WS(separator, ...)."""

	def __init__(self, *terms: Any, **kwargs: Any) -> None:
		super().__init__("CONCAT_WS", *terms, **kwargs)


class Locate(Function):  # type: ignore[misc]
	"""LOCATE(part, text)."""

	def __init__(self, *terms: Any, **kwargs: Any) -> None:
		super().__init__("LOCATE", *terms, **kwargs)


class Ifnull(IfNull):  # type: ignore[misc]
	"""IFNULL(value, otherwise)."""


class Timestamp(Function):  # type: ignore[misc]
	"""TIMESTAMP(date) or TIMESTAMP(date, time)."""

	def __init__(self, term: Any, time: Any = None, alias: str | None = None) -> None:
		super().__init__("TIMESTAMP", *((term, time) if time else (term,)), alias=alias)


class Round(Function):  # type: ignore[misc]
	"""ROUND(value, places)."""

	def __init__(self, term: Any, decimal: int = 0, **kwargs: Any) -> None:
		super().__init__("ROUND", term, decimal, **kwargs)


class Truncate(Function):  # type: ignore[misc]
	"""TRUNCATE(value, places)."""

	def __init__(self, term: Any, decimal: int, **kwargs: Any) -> None:
		super().__init__("TRUNCATE", term, decimal, **kwargs)


class GroupConcat(DistinctOptionFunction):  # type: ignore[misc]
	"""GROUP_CONCAT(column): the group's values with commas between."""

	def __init__(self, column: Any, alias: str | None = None) -> None:
		super().__init__("GROUP_CONCAT", column, alias=alias)


class Cast_(Function):  # type: ignore[misc]
	"""CAST(value AS type); to "varchar" too, which MariaDB lacks, by joining the value with an empty text."""

	def __init__(self, value: Any, as_type: Any, alias: str | None = None) -> None:
		name = as_type.get_sql() if hasattr(as_type, "get_sql") else str(as_type)
		if name.lower() == "varchar":
			super().__init__("CONCAT", value, "", alias=alias)
		else:
			super().__init__("CAST", value, alias=alias)
			self.as_type = as_type

	def get_special_params_sql(self, **kwargs: Any) -> Any:
		return Cast.get_special_params_sql(self, **kwargs) if hasattr(self, "as_type") else None


class ConstantColumn(ValueWrapper):  # type: ignore[misc]
	"""The same value in all rows, named by itself unless it has an alias."""

	def __init__(self, value: str) -> None:
		super().__init__(value, alias=value)


CombineDatetime = CustomFunction("TIMESTAMP", ["date", "time"])
DateFormat = CustomFunction("DATE_FORMAT", ["date", "format"])
UnixTimestamp = CustomFunction("unix_timestamp", ["date"])
