"""Single DocTypes, whose values are rows of `tabSingles`."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict
from minibench.data.database_writes import Writes
from minibench.errors import DoesNotExistError, ValidationError


class Singles(Writes):
	"""The part of `frappe.db` that knows about Single DocTypes."""

	def get_values_from_single(
		self,
		fields: Any,
		filters: Any,
		doctype: str,
		as_dict: bool = False,
		debug: bool = False,
		update: dict[str, Any] | None = None,
		*,
		run: bool = True,
		pluck: bool = False,
		distinct: bool = False,
	) -> Any:
		"""Values of a Single as a list of one row; texts, as they are stored."""
		if isinstance(fields, str) and fields != "*":
			fields = [fields]
		if fields == "*" or isinstance(filters, dict):
			values = self.get_singles_dict(doctype)
			if isinstance(filters, dict) and any(values.get(key) != value for key, value in filters.items()):
				return []
			if as_dict:
				return [values] if values else []
			if isinstance(fields, list | tuple):
				return [[values.get(field) for field in fields]]
			return []
		marks = ", ".join("?" * len(fields))
		rows = self.execute(
			f"select field, value from `tabSingles` where doctype = ? and field in ({marks})",
			[doctype, *fields],
		)
		if not rows:
			return []
		found = Dict(rows)
		if update:
			found.update(update)
		return [found] if as_dict else [[found.get(field) for field in fields]]

	def get_singles_dict(
		self, doctype: str, debug: bool = False, *, for_update: bool = False, cast: bool = False
	) -> Dict:
		"""All values of a Single; texts, or with `cast` what their fields' types say."""
		rows = self.execute(
			"select field, value from `tabSingles` where doctype = ?", (doctype,), lock=for_update
		)
		values = Dict(rows)
		if not cast:
			return values
		from minibench.model.meta import get_meta

		try:
			meta = get_meta(doctype)
		except DoesNotExistError:
			return values
		for fieldname, value in values.items():
			if df := meta.get_field(fieldname):
				values[fieldname] = _cast(df.fieldtype, value)
		return values

	def get_single_value(self, doctype: str, fieldname: str, cache: bool = True) -> Any:
		"""The value of a Single's field, in its field's type. Kept for this connection unless `cache` is off.

		Raises:
			ValidationError: the DocType has no such field.
		"""
		known = self.value_cache.setdefault(doctype, {})
		if cache and fieldname in known:
			return known[fieldname]
		from minibench.model.meta import get_meta

		rows = self.execute(
			"select value from `tabSingles` where doctype = ? and field = ?", (doctype, fieldname)
		)
		df = get_meta(doctype).get_field(fieldname)
		if not df:
			raise ValidationError(
				f"Field <strong>{fieldname}</strong> does not exist on <strong>{doctype}</strong>"
			)
		value = _cast(df.fieldtype, rows[0][0] if rows else None)
		known[fieldname] = value
		return value

	get_singles_value = get_single_value


def _cast(fieldtype: str, value: Any) -> Any:
	from minibench.values.casting import cast

	return cast(fieldtype, value)
