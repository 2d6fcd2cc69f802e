"""`frappe.db`: a site's database as an app sees it.

Reading values is here; writing them in database_writes.py, Single DocTypes in database_singles.py, tables and indexes
in database_tables.py, transactions in connection.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from minibench.context import Dict
from minibench.data.database_singles import Singles
from minibench.data.query_order import DEFAULT_ORDER
from minibench.data.read_cache import Row
from minibench.data.row_filters import checked_table, conditions, is_plain
from minibench.data.schema import quote
from minibench.errors import NotInMinibench, ValidationError


class Database(Singles):
	"""One thread's connection to the database of the site at `site_path`."""

	db_type = "sqlite"

	def __init__(self, site_path: Any) -> None:
		super().__init__(site_path)
		self._select_by_name: dict[tuple[Any, ...], str] = {}

	# --- values ------------------------------------------------------------------------------------------------------

	def get(self, doctype: str, filters: Any = None, as_dict: bool = True, cache: bool = False) -> Any:
		"""All columns of the first match."""
		return self.get_value(doctype, filters, "*", as_dict=as_dict, cache=cache)

	def get_value(
		self,
		doctype: str,
		filters: Any = None,
		fieldname: Any = "name",
		ignore: Any = None,
		as_dict: bool = False,
		debug: bool = False,
		order_by: str | None = DEFAULT_ORDER,
		cache: bool = False,
		for_update: bool = False,
		*,
		run: bool = True,
		pluck: bool = False,
		distinct: bool = False,
		skip_locked: bool = False,
		wait: bool = True,
	) -> Any:
		"""The value of a field, or a row of several, of the document named or first matched; None where none matches.

		With `for_update` the writer lock is taken first, so what is read stays true until the commit.
		"""
		found = self.get_values(
			doctype,
			filters,
			fieldname,
			ignore,
			as_dict,
			debug,
			order_by,
			cache=cache,
			for_update=for_update,
			pluck=pluck,
			distinct=distinct,
			limit=1,
			wait=wait,
			run=run,
		)
		if not found:
			return None
		row = found[0]
		if as_dict or pluck or len(row) > 1:
			return row
		return row[0]

	def get_values(
		self,
		doctype: str,
		filters: Any = None,
		fieldname: Any = "name",
		ignore: Any = None,
		as_dict: bool = False,
		debug: bool = False,
		order_by: str | None = DEFAULT_ORDER,
		update: dict[str, Any] | None = None,
		cache: bool = False,
		for_update: bool = False,
		*,
		run: bool = True,
		pluck: bool = False,
		distinct: bool = False,
		limit: int | None = None,
		skip_locked: bool = False,
		wait: bool = True,
	) -> Any:
		"""The rows that match `filters`: a name, a list of names, a dict of conditions, or None for a Single."""
		if not run:
			raise NotInMinibench("frappe.db.get_values(run=False)")
		key = None
		if cache and isinstance(filters, str):
			key = (doctype, filters, tuple(fieldname) if isinstance(fieldname, list) else fieldname)
			if key in self.value_cache:
				return self.value_cache[key]
		if filters is None or (filters == doctype and doctype != "DocType"):
			found = self.get_values_from_single(
				fieldname, filters, doctype, as_dict, update=update, pluck=pluck
			)
		else:
			if isinstance(filters, list):
				filters = [item for item in filters if item]
				if not filters:
					return {}
			if for_update:
				self.begin_writing(wait=wait)
			try:
				found = self._select(
					doctype, fieldname, filters, order_by, distinct, limit, as_dict, pluck, update
				)
			except (sqlite3.OperationalError, ValidationError) as error:
				if ignore and (
					self.is_missing_table_or_column(error) or str(error).startswith("Invalid DocType")
				):
					found = None
				elif not ignore and self.is_table_missing(error):
					found = self.get_values_from_single(fieldname, filters, doctype, as_dict, update=update)
				else:
					raise
		if key is not None:
			self.value_cache[key] = found
		return found

	def _select(
		self,
		doctype: str,
		fieldname: Any,
		filters: Any,
		order_by: str | None,
		distinct: bool,
		limit: int | None,
		as_dict: bool,
		pluck: bool,
		update: dict[str, Any] | None,
	) -> Any:
		fields = (fieldname,) if isinstance(fieldname, str) else tuple(fieldname)
		if fields == ("*",):
			as_dict = as_dict or not isinstance(filters, list)
		elif not all(isinstance(field, str) and is_plain(field) for field in fields):
			return self._select_expressions(
				doctype, list(fields), filters, order_by, distinct, limit, as_dict, pluck, update
			)
		if type(filters) is str and not distinct:
			sql = self._sql_by_name(doctype, fields)
			if fields != ("*",):
				return _shaped(self.recall(sql, (filters,)), fields, as_dict, pluck, update)
			cursor = self.cursor(sql, (filters,))
		else:
			table = checked_table(doctype)
			where, params = conditions(self, doctype, filters)
			sql = _sql(table, fields, where, None if distinct else order_by, distinct, limit)
			cursor = self.cursor(sql, params)
		keys = [column[0] for column in cursor.description]
		return _shaped(cursor.fetchall(), keys, as_dict, pluck, update)

	def _sql_by_name(self, doctype: str, fields: tuple[str, ...]) -> str:
		key = (doctype, fields)
		sql = self._select_by_name.get(key)
		if sql is None:
			sql = _sql(checked_table(doctype), fields, "name = ?", None, False, 1)
			self._select_by_name[key] = sql
		return sql

	def _select_expressions(
		self,
		doctype: str,
		fields: list[Any],
		filters: Any,
		order_by: str | None,
		distinct: bool,
		limit: int | None,
		as_dict: bool,
		pluck: bool,
		update: dict[str, Any] | None,
	) -> Any:
		"""Fields that are more than columns: functions, aliases, fields of linked documents."""
		from minibench.data.builder import get_query

		if order_by == DEFAULT_ORDER:
			order_by = "modified"
		query = get_query(
			doctype,
			fields=fields,
			filters=filters,
			order_by=order_by,
			distinct=distinct,
			limit=limit,
			validate_filters=True,
		)
		return query.run(as_dict=as_dict, pluck=pluck, update=update)

	def exists(self, dt: Any, dn: Any = None, cache: bool = False) -> Any:
		"""The name of a matching document, or None.

		Takes a DocType and a name, a DocType and conditions, or one dict of conditions with the key "doctype".
		"""
		if dt != "DocType" and dt == dn:
			return dn
		if isinstance(dt, dict):
			dn = dt.copy()
			dt = dn.pop("doctype")
		return self.get_value(dt, dn, ignore=True, cache=cache, order_by=None)

	def count(
		self, dt: str, filters: Any = None, debug: bool = False, cache: bool = False, distinct: bool = True
	) -> int:
		"""How many documents match."""
		table = quote(checked_table(dt))
		where, params = conditions(self, dt, filters)
		rows = self.execute(f"select count(*) from {table}{' where ' if where else ''}{where}", params)
		return int(rows[0][0])

	def estimate_count(self, doctype: str) -> int:
		"""The number of rows of a table; here it is exact."""
		return self.count(doctype)

	def a_row_exists(self, doctype: str) -> bool:
		"""Whether the table has any row."""
		return bool(self.execute(f"select 1 from {quote(checked_table(doctype))} limit 1"))

	def get_creation_count(self, doctype: str, minutes: int) -> int:
		"""How many documents were created in the last `minutes`."""
		from datetime import timedelta

		from minibench.values.dates import now_datetime

		return self.count(doctype, {"creation": (">=", now_datetime() - timedelta(minutes=minutes))})

	def get_last_created(self, doctype: str) -> Any:
		"""When the newest document was created, or None."""
		rows = self.execute(
			f"select creation from {quote(checked_table(doctype))} order by creation desc limit 1"
		)
		return rows[0][0] if rows else None

	@staticmethod
	def get_all(*args: Any, **kwargs: Any) -> Any:
		from minibench.data.query import get_all

		return get_all(*args, **kwargs)

	@staticmethod
	def get_list(*args: Any, **kwargs: Any) -> Any:
		from minibench.data.query import get_list

		return get_list(*args, **kwargs)

	def get_descendants(self, doctype: str, name: str) -> list[str]:
		"""The names of all nodes below `name`."""
		from minibench.data.row_filters import tree_nodes

		return tree_nodes(self, doctype, "descendants of", name)

	# --- defaults ----------------------------------------------------------------------------------------------------

	def set_global(self, key: str, val: Any, user: str = "__global") -> None:
		"""Keep a value for the whole site."""
		self.set_default(key, val, user)

	def get_global(self, key: str, user: str = "__global") -> Any:
		"""A value kept by set_global()."""
		return self.get_default(key, user)

	def get_default(self, key: str, parent: str = "__default") -> Any:
		"""A default; the first where there are several."""
		found = self.get_defaults(key, parent)
		return found[0] if isinstance(found, list) and found else found

	@staticmethod
	def set_default(key: str, val: Any, parent: str = "__default", parenttype: str | None = None) -> None:
		"""Set a default of the site or of a user."""
		from minibench.access import defaults

		defaults.set_default(key, val, parent, parenttype)

	@staticmethod
	def add_default(key: str, val: Any, parent: str = "__default", parenttype: str | None = None) -> None:
		"""Add one more value for a default."""
		from minibench.access import defaults

		defaults.add_default(key, val, parent, parenttype)

	@staticmethod
	def get_defaults(key: str | None = None, parent: str = "__default") -> Any:
		"""All defaults, or those under `key`."""
		from minibench.access import defaults

		if not key:
			return defaults.get_defaults_for(parent)
		found = defaults.known_defaults_for(parent)
		if key in found:
			return found[key]
		return found.get(key.replace(" ", "_").replace("-", "_").lower())

	@staticmethod
	def get_system_setting(key: str) -> Any:
		from minibench.access.defaults import get_system_settings

		return get_system_settings(key)

	# --- SQL ---------------------------------------------------------------------------------------------------------

	@staticmethod
	def escape(s: Any, percent: bool = True) -> str:
		"""A text as an SQL literal, quotes included."""
		return "'" + str(s).replace("\0", "").replace("'", "''") + "'"

	@staticmethod
	def format_date(date: Any) -> str:
		from minibench.values.dates import getdate

		return str(getdate(date))

	@staticmethod
	def format_datetime(datetime: Any) -> str:
		"""A datetime as stored; the earliest one there is where it is empty."""
		from minibench.data.column_types import datetime_text
		from minibench.values.dates import get_datetime

		return datetime_text(get_datetime(datetime)) if datetime else "0001-01-01 00:00:00.000000"

	@contextmanager
	def unbuffered_cursor(self) -> Iterator[None]:
		"""On a bench a way to read long results piece by piece; here they are read as they are asked for."""
		yield

	def connect(self) -> None:
		"""Begin anew with a fresh connection; what was not committed is undone."""
		self.close()

	def sql(self, query: Any = None, values: Any = (), *args: Any, **kwargs: Any) -> Any:
		"""Only what a query's `walk()` has written: SQL for MariaDB does not run on SQLite. Use frappe.qb, or get_all."""
		from minibench.data.builder import Walked

		if isinstance(query, Walked) and not args:
			return query.run(values, **kwargs)
		raise NotInMinibench("frappe.db.sql")

	def __getattr__(self, name: str) -> Callable[..., Any]:
		if name.startswith("_"):
			raise AttributeError(name)
		raise NotInMinibench(f"frappe.db.{name}")


def _sql(
	table: str, fields: tuple[str, ...], where: str, order_by: str | None, distinct: bool, limit: int | None
) -> str:
	columns = "*" if fields == ("*",) else ", ".join(f"`{field}`" for field in fields)
	sql = f"select {'distinct ' if distinct else ''}{columns} from {quote(table)}"
	if where:
		sql += f" where {where}"
	if order_by:
		sql += f" order by {_order(order_by)}"
	if limit:
		sql += f" limit {int(limit)}"
	return sql


def _order(order_by: str) -> str:
	"""ORDER BY of `frappe.db`: without a direction it is descending."""
	if order_by == DEFAULT_ORDER:
		return "modified desc"
	parts = []
	for declaration in order_by.split(","):
		field, _, direction = declaration.strip().partition(" ")
		field = field.strip("`")
		if not field:
			continue
		if not is_plain(field):
			raise ValidationError(f"Invalid order by: {declaration.strip()}")
		parts.append(f"`{field}` {'asc' if direction.strip().lower() == 'asc' else 'desc'}")
	return ", ".join(parts)


def _shaped(
	rows: Sequence[Row], keys: Sequence[str], as_dict: bool, pluck: bool, update: dict[str, Any] | None
) -> Any:
	"""Rows as `get_values` gives them: values, tuples, or dicts."""
	if pluck:
		return [row[0] for row in rows]
	if not as_dict:
		return tuple(rows)
	if update:
		return [Dict(zip(keys, row, strict=True)).update(update) for row in rows]
	return [Dict(zip(keys, row, strict=True)) for row in rows]


@contextmanager
def savepoint(catch: type[BaseException] | tuple[type[BaseException], ...] = Exception) -> Iterator[None]:
	"""A block whose writes are undone where it raises `catch`, which ends there."""
	import secrets

	from minibench.context import db

	name = "sp_" + secrets.token_hex(6)
	db.savepoint(name)
	try:
		yield
	except catch:
		db.rollback(save_point=name)
	else:
		db.release_savepoint(name)
