"""Turns whole PyPika queries into statements for SQLite; those that write are made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pypika.enums import JoinType
from pypika.queries import JoinOn, Table, _SetOperation
from pypika.terms import NullValue, Term, ValueWrapper

from minibench.data.builder_compiler import QueryCompiler, add_limit
from minibench.data.column_types import store
from minibench.data.schema import quote
from minibench.data.sql_terms import Sql, assign
from minibench.errors import NotInMinibench


@dataclass(slots=True)
class Compiled:
	"""A query that is ready to run."""

	sql: str
	params: Sequence[Any]
	readers: dict[int, Callable[[Any], Any]] = field(default_factory=dict)
	"""By position, what turns a computed column into Python's value."""
	rows: list[list[Any]] | None = None
	"""For an INSERT of several rows: their parameters."""
	selects: bool = False
	locks: bool = False
	waits: bool = True


class StatementCompiler(QueryCompiler):
	"""Compiles one query of any kind. Make a new one for each."""

	def compile(self, query: Any) -> Compiled:
		"""The query's SQL, parameters, and how its results are read.

		Raises:
			NotInMinibench: SQLite cannot do what the query asks for.
			sqlite3.DataError: a value does not fit the column that it is written to.
		"""
		if isinstance(query, _SetOperation):
			piece = self.set_operation(query)
			return Compiled(
				piece.text, piece.params, self.readers_of(query.base_query, every=True), selects=True
			)
		if query._update_table:
			return self._update(query)
		if query._delete_from:
			return self._delete(query)
		if query._insert_table:
			return self._insert(query)
		piece = self.compile_query(query)
		return Compiled(
			piece.text,
			piece.params,
			self.readers_of(query),
			selects=True,
			locks=query._for_update,
			waits=not getattr(query, "_for_update_nowait", False),
		)

	# --- writing -----------------------------------------------------------------------------------------------------

	def _stored(self, table: Any, name: str, term: Any) -> Sql:
		"""A value as it is written to a column: constants are checked, expressions rounded."""
		known = self.db.table_columns(table._table_name).get(name)
		value = term.value if isinstance(term, ValueWrapper) else term
		if isinstance(term, NullValue):
			return Sql("?", (None,))
		if isinstance(value, Term):
			return assign(known, self.term(value))
		piece = self.term(term)
		return piece if known is None else Sql("?", (store(known, value, name),), value=value)

	def _insert(self, query: Any) -> Compiled:
		table = query._insert_table
		verb = "replace" if query._replace else "insert or ignore" if _ignores(query) else "insert"
		names = [column.name for column in query._columns]
		head = f"{verb} into {quote(table._table_name)}"
		if names:
			head += f" ({', '.join(map(quote, names))})"
		with self.scope_of(query):
			conflict = self._on_duplicate(query)
			if query._selects:
				inner = self._select_for_insert(query)
				# Without a WHERE, SQLite takes ON CONFLICT for a join's ON.
				where = " where true" if conflict.text and not query._wheres and not query._groupbys else ""
				return Compiled(
					f"{head} {inner.text}{where}{conflict.text}", [*inner.params, *conflict.params]
				)
			keys = names or list(self.db.table_columns(table._table_name))
			rows = [
				[self._stored(table, key, term) for key, term in zip(keys, row, strict=True)]
				for row in query._values
			]
		shapes = {tuple(piece.text for piece in row) for row in rows}
		if len(shapes) != 1:
			lists = ", ".join(f"({', '.join(piece.text for piece in row)})" for row in rows)
			params = [param for row in rows for piece in row for param in piece.params]
			return Compiled(f"{head} values {lists}{conflict.text}", [*params, *conflict.params])
		(shape,) = shapes
		bound = [[param for piece in row for param in piece.params] + list(conflict.params) for row in rows]
		return Compiled(f"{head} values ({', '.join(shape)}){conflict.text}", bound[0], rows=bound)

	def _select_for_insert(self, query: Any) -> Sql:
		table, query._insert_table = query._insert_table, None
		try:
			return self.select(query)
		finally:
			query._insert_table = table

	def _on_duplicate(self, query: Any) -> Sql:
		updates = getattr(query, "_duplicate_updates", None)
		if not updates:
			return Sql("")
		sets: list[str] = []
		params: list[Any] = []
		for target, wrapped in updates:
			piece = self._stored(query._insert_table, target.name, wrapped)
			sets.append(f"{quote(target.name)} = {piece.text}")
			params += piece.params
		return Sql(f" on conflict do update set {', '.join(sets)}", params)

	def _update(self, query: Any) -> Compiled:
		table = query._update_table
		name = quote(table._table_name)
		parts = [f"update {name} as {quote(table.alias)}" if table.alias else f"update {name}"]
		params: list[Any] = []
		with self.scope_of(query):
			sets = []
			for target, value in query._updates:
				piece = self._stored(table, target.name, value)
				sets.append(f"{quote(target.name)} = {piece.text}")
				params += piece.params
			parts.append("set " + ", ".join(sets))
			conditions = []
			sources = []
			for join in query._joins:
				if join.how is not JoinType.inner or not isinstance(join, JoinOn):
					raise NotInMinibench("an UPDATE with other than inner joins")
				source = self.source(join.item)
				sources.append(source.text)
				params += source.params
				conditions.append(self.criterion(join.criterion))
			for source in query._from:
				piece = self.source(source)
				sources.append(piece.text)
				params += piece.params
			if sources:
				parts.append("from " + ", ".join(sources))
			if query._wheres:
				conditions.append(self.criterion(query._wheres))
			if query._limit is not None:
				conditions = [self._limited(table, query, conditions)]
			if conditions:
				parts.append("where " + " and ".join(piece.text for piece in conditions))
				params += [param for piece in conditions for param in piece.params]
		return Compiled(" ".join(parts), params)

	def _delete(self, query: Any) -> Compiled:
		if query._joins or len(query._from) != 1 or not isinstance(query._from[0], Table):
			raise NotInMinibench("a DELETE that joins tables")
		table = query._from[0]
		name = quote(table._table_name)
		sql = f"delete from {name} as {quote(table.alias)}" if table.alias else f"delete from {name}"
		with self.scope_of(query):
			conditions = [self.term(query._wheres)] if query._wheres else []
			if query._limit is not None:
				conditions = [self._limited(table, query, conditions)]
		if not conditions:
			return Compiled(sql, [])
		return Compiled(f"{sql} where {conditions[0].text}", conditions[0].params)

	def _limited(self, table: Any, query: Any, conditions: list[Sql]) -> Sql:
		"""SQLite limits no UPDATE or DELETE, but it can choose the rows by a limited SELECT."""
		parts = [f"select rowid from {quote(table._table_name)}"]
		params = [param for piece in conditions for param in piece.params]
		if conditions:
			parts.append("where " + " and ".join(piece.text for piece in conditions))
		self.add_orders(query._orderbys, (), parts, params)
		add_limit(query, parts)
		return Sql(f"rowid in ({' '.join(parts)})", params)


def _ignores(query: Any) -> bool:
	return bool(query._ignore or getattr(query, "_ignore_duplicates", False))
