"""`frappe.qb`: PyPika with Frappe's additions, whose queries run on the site's database.

Queries are built exactly as on a bench, from the same classes. What differs is how they become SQL: see
builder_compiler.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from pypika import MySQLQuery, Order, terms
from pypika.dialects import MySQLQueryBuilder
from pypika.enums import SetOperation
from pypika.queries import Schema, _SetOperation
from pypika.queries import Table as PypikaTable
from pypika.utils import builder, ignore_copy

from minibench.context import Dict, db, flags
from minibench.data.builder_statements import Compiled, StatementCompiler
from minibench.data.schema import table_name
from minibench.errors import NotInMinibench, PermissionError

_SCRIPT_FILE_PREFIX = "<serverscript>"


class Table(PypikaTable):  # type: ignore[misc]
	"""A table, of which every attribute that is no method is a column; so is `field`."""

	field = terms.PseudoColumn("field")

	@ignore_copy  # type: ignore[misc]
	def __getattr__(self, name: str) -> terms.Field:
		return terms.Field(name, table=self)

	@ignore_copy  # type: ignore[misc]
	def __getitem__(self, name: str) -> terms.Field:
		return terms.Field(name, table=self)


class Runnable:
	"""What a query can do besides being built."""

	_child_queries: list[Any]

	def run(self, *args: Any, **kwargs: Any) -> Any:
		"""Run the query; rows come as tuples, dicts (`as_dict`), lists (`as_list`) or single values (`pluck`)."""
		compiled = StatementCompiler(_database()).compile(self)
		if flags.in_safe_exec and not compiled.selects:
			_refuse_in_script(sys._getframe(1).f_code.co_filename)
		return _run(compiled, getattr(self, "__dict__", {}).get("_child_queries"), *args, **kwargs)

	def walk(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
		"""The query's SQL, which `frappe.db.sql` takes again, and its parameters."""
		compiled = StatementCompiler(_database()).compile(self)
		return Walked(compiled), compiled.params


class Walked(str):
	"""SQL that the query builder has written, with how its results are read."""

	compiled: Compiled

	def __new__(cls, compiled: Compiled) -> Walked:
		text = super().__new__(cls, compiled.sql)
		text.compiled = compiled
		return text

	def run(self, params: Sequence[Any], **how: Any) -> Any:
		"""Run it with other parameters, in their order."""
		if flags.in_safe_exec and not self.compiled.selects:
			_refuse_in_script(sys._getframe(2).f_code.co_filename)
		return _run(replace(self.compiled, params=params), None, **how)


class Union(Runnable, _SetOperation):  # type: ignore[misc]
	"""Several queries' rows in one result."""


class Query(Runnable, MySQLQueryBuilder):  # type: ignore[misc]
	"""A query under construction. Each step returns a changed copy."""

	@builder  # type: ignore[misc]
	def union(self, other: Any) -> Union:
		return Union(self, other, SetOperation.union, wrapper_cls=self._wrapper_cls)

	@builder  # type: ignore[misc]
	def union_all(self, other: Any) -> Union:
		return Union(self, other, SetOperation.union_all, wrapper_cls=self._wrapper_cls)

	@builder  # type: ignore[misc]
	def intersect(self, other: Any) -> Union:
		return Union(self, other, SetOperation.intersect, wrapper_cls=self._wrapper_cls)

	@builder  # type: ignore[misc]
	def except_of(self, other: Any) -> Union:
		return Union(self, other, SetOperation.except_of, wrapper_cls=self._wrapper_cls)

	@builder  # type: ignore[misc]
	def minus(self, other: Any) -> Union:
		return Union(self, other, SetOperation.minus, wrapper_cls=self._wrapper_cls)


class Builder(MySQLQuery):  # type: ignore[misc]
	"""`frappe.qb`."""

	terms = terms
	Field = terms.Field
	desc = Order.desc
	asc = Order.asc
	Schema = Schema
	Table = Table
	_BuilderClasss: ClassVar[type] = Query

	@classmethod
	def _builder(cls, **kwargs: Any) -> Query:
		return Query(**kwargs)

	@staticmethod
	def functions(name: str, *args: Any, **kwargs: Any) -> Any:
		"""A call of the SQL function `name`."""
		return terms.Function(name, *args, **kwargs)

	@staticmethod
	def DocType(name: str, *args: Any, **kwargs: Any) -> Any:
		"""The table of a DocType."""
		return Table(table_name(name), *args, **kwargs)

	@classmethod
	def from_(cls, table: Any, *args: Any, **kwargs: Any) -> Query:
		"""Begin a SELECT, or a DELETE."""
		return super().from_(cls._table(table), *args, **kwargs)  # type: ignore[no-any-return]

	@classmethod
	def into(cls, table: Any, *args: Any, **kwargs: Any) -> Query:
		"""Begin an INSERT."""
		return super().into(cls._table(table), *args, **kwargs)  # type: ignore[no-any-return]

	@classmethod
	def update(cls, table: Any, *args: Any, **kwargs: Any) -> Query:
		"""Begin an UPDATE."""
		return super().update(cls._table(table), *args, **kwargs)  # type: ignore[no-any-return]

	@classmethod
	def _table(cls, table: Any) -> Any:
		return cls.DocType(table) if isinstance(table, str) else table

	@staticmethod
	def get_query(*args: Any, **kwargs: Any) -> Query:
		"""A query made from fields and filters as `frappe.db` takes them."""
		from minibench.data.builder_query import get_query

		return get_query(*args, **kwargs)

	@staticmethod
	def max(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
		return _aggregate("Max", dt, fieldname, filters, **kwargs)

	@staticmethod
	def min(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
		return _aggregate("Min", dt, fieldname, filters, **kwargs)

	@staticmethod
	def avg(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
		return _aggregate("Avg", dt, fieldname, filters, **kwargs)

	@staticmethod
	def sum(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
		return _aggregate("Sum", dt, fieldname, filters, **kwargs)


qb = Builder
DocType = Builder.DocType


def get_query(*args: Any, **kwargs: Any) -> Query:
	"""A query made from fields and filters as `frappe.db` takes them."""
	return Builder.get_query(*args, **kwargs)


def _aggregate(function: str, dt: str, fieldname: str, filters: Any, **kwargs: Any) -> Any:
	from minibench.data import builder_functions

	term = getattr(builder_functions, function)(terms.PseudoColumn(fieldname))
	return get_query(dt, filters=filters, fields=[term]).run(**kwargs)[0][0] or 0


def _database() -> Any:
	return db._get_current_object()


def _refuse_in_script(filename: str) -> None:
	"""A query that a server script runs itself may only read."""
	if _SCRIPT_FILE_PREFIX in filename:
		raise PermissionError("Only SELECT SQL allowed in scripting")


def _run(
	compiled: Compiled,
	child_queries: list[Any] | None,
	*,
	as_dict: Any = False,
	as_list: Any = False,
	debug: Any = False,
	ignore_ddl: Any = False,
	auto_commit: Any = False,
	update: dict[str, Any] | None = None,
	explain: Any = False,
	run: bool = True,
	pluck: Any = False,
	as_iterator: bool = False,
) -> Any:
	database = _database()
	if not run:
		return compiled.sql
	if not compiled.selects:
		_write(database, compiled)
		return ()
	if compiled.locks:
		database.begin_writing(wait=compiled.waits)
	cursor = database.cursor(compiled.sql, compiled.params)
	rows: list[Any] = cursor.fetchall()
	if compiled.readers:
		rows = [_read(row, compiled.readers) for row in rows]
	if pluck:
		rows = [row[0] for row in rows]
	elif as_dict:
		keys = [description[0] for description in cursor.description]
		rows = [Dict(zip(keys, row, strict=True)) for row in rows]
		for row in rows if update else ():
			row.update(update)
		_add_children(child_queries or [], rows)
	elif as_list:
		rows = [list(row) for row in rows]
	elif not as_iterator:
		return tuple(rows)
	return iter(rows) if as_iterator else rows


def _write(database: Any, compiled: Compiled) -> None:
	if compiled.rows is None or len(compiled.rows) == 1:
		database.execute(compiled.sql, compiled.params)
	else:
		database.execute_all(compiled.sql, compiled.rows)
	database.value_cache.clear()


def _read(row: tuple[Any, ...], readers: dict[int, Callable[[Any], Any]]) -> tuple[Any, ...]:
	return tuple(readers[at](value) if at in readers else value for at, value in enumerate(row))


def _add_children(child_queries: list[Any], rows: list[Any]) -> None:
	"""Put the rows of child tables that were asked for into their parents."""
	if not child_queries or not rows or not rows[0].get("name"):
		return
	names = [row.name for row in rows]
	for child in child_queries:
		found: dict[str, list[Any]] = {}
		for row in child.get_query(names).run(as_dict=True):
			parent = str(row.parent)
			for key in ("parent", "parentfield"):
				if key not in child.fields:
					del row[key]
			found.setdefault(parent, []).append(row)
		for row in rows:
			row[child.fieldname] = found.get(str(row.name), [])


def __getattr__(name: str) -> Any:
	if name.startswith("__"):
		raise AttributeError(name)
	raise NotInMinibench(f"frappe.qb.{name}")
