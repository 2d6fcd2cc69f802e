"""Turns PyPika queries that read into SQL for SQLite: SELECT with joins, groups, unions, sub-queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pypika.dialects import Dialects
from pypika.enums import JoinType, SetOperation
from pypika.queries import AliasedQuery, JoinOn, JoinUsing, QueryBuilder, Table, _SetOperation
from pypika.terms import ComplexCriterion, Field, Negative, PseudoColumn, Star, ValueWrapper

from minibench.data.builder_calls import CallCompiler
from minibench.data.builder_terms import Scope, source_name
from minibench.data.column_types import Column, reader
from minibench.data.schema import quote
from minibench.data.sql_expressions import parse_field
from minibench.data.sql_terms import Sql, collated, replace
from minibench.errors import NotInMinibench

_JOINS = {
	JoinType.inner: "join",
	JoinType.left: "left join",
	JoinType.left_outer: "left join",
	JoinType.right: "right join",
	JoinType.right_outer: "right join",
	JoinType.cross: "cross join",
}
_UNREAD = Sql("")
# PyPika leaves out the alias of these.
_NEVER_ALIASED = (ComplexCriterion, Negative, PseudoColumn)
_SET_OPERATIONS = {
	SetOperation.union: "union",
	SetOperation.union_all: "union all",
	SetOperation.intersect: "intersect",
	SetOperation.except_of: "except",
	SetOperation.minus: "except",
}


class QueryCompiler(CallCompiler):
	"""Compiles what reads."""

	def compile_query(self, query: Any) -> Sql:
		"""A SELECT or a set operation, as it stands in brackets within another."""
		return self.set_operation(query) if isinstance(query, _SetOperation) else self.select(query)

	# --- SELECT ------------------------------------------------------------------------------------------------------

	@contextmanager
	def scope_of(self, query: Any) -> Iterator[Scope]:
		self.scope = Scope(self.scope)
		self.scope.namespaced = _is_namespaced(query)
		try:
			for clause in query._with:
				self._add_source(clause)
			for source in (
				*query._from,
				*(join.item for join in query._joins),
				query._update_table,
				query._insert_table,
			):
				if source is not None:
					self._add_source(source)
			yield self.scope
		finally:
			assert self.scope.outer
			self.scope = self.scope.outer

	def _add_source(self, source: Any) -> None:
		self.scope.sources[source_name(source)] = self._columns_of(source)

	def _columns_of(self, source: Any) -> Callable[[str], Column | None]:
		"""What tells the type of a source's column by its name."""
		if isinstance(source, Table):
			return self.db.table_columns(source._table_name).get
		if isinstance(source, AliasedQuery):
			if source.query is None:
				outer = self.scope.outer
				return (outer.sources.get(source.name) if outer else None) or _unknown
			return self._columns_of(source.query)
		query = source.base_query if isinstance(source, _SetOperation) else source
		columns: dict[str, Column] = {}
		for key, piece in self._selected(query):
			if key is not None and piece.kind:
				columns[key] = Column(piece.kind, piece.decimals)
		return columns.get

	def _selected(self, query: Any) -> list[tuple[str | None, Sql]]:
		"""What a query selects, by key; stars spelled out."""
		found: list[tuple[str | None, Sql]] = []
		with self.scope_of(query):
			for term in query._selects:
				if isinstance(term, Star):
					found += self._starred(term, query)
				else:
					found.append((self._key(term, query), self.term(term)))
		return found

	def _starred(self, term: Any, query: Any) -> list[tuple[str | None, Sql]]:
		sources = (
			[term.table] if term.table is not None else [*query._from, *(join.item for join in query._joins)]
		)
		found: list[tuple[str | None, Sql]] = []
		for source in sources:
			if isinstance(source, Table):
				columns = self.db.table_columns(source._table_name)
				found += [(name, Sql("", (), known.kind, known.size)) for name, known in columns.items()]
			elif isinstance(source, QueryBuilder):
				found += self._selected(source)
		return found

	def readers_of(self, query: Any, every: bool = False) -> dict[int, Callable[[Any], Any]]:
		"""What reads computed dates. A table's own columns are read by their declared types."""
		readers: dict[int, Callable[[Any], Any]] = {}
		tables_only = all(isinstance(source, Table) for source in query._from)
		if not every and all(_is_own_column(term, tables_only) for term in query._selects):
			return readers
		if any(isinstance(term, Star) for term in query._selects):
			positions = [(piece, False) for _key, piece in self._selected(query)]
		else:
			with self.scope_of(query):
				owned = [not every and _is_own_column(term, tables_only) for term in query._selects]
				positions = [
					(_UNREAD if own else self.term(term), own)
					for term, own in zip(query._selects, owned, strict=True)
				]
		for position, (piece, own) in enumerate(positions):
			if piece.kind in ("date", "datetime", "time") and (every or not own):
				known = reader(piece.kind)
				assert known
				readers[position] = known
		return readers

	def select(self, query: Any) -> Sql:
		if not query._selects:
			raise NotInMinibench("a query that selects nothing")
		if query._mysql_rollup or query._with_totals or query._prewheres:
			raise NotInMinibench("a query WITH ROLLUP or WITH TOTALS")
		parts: list[str] = []
		params: list[Any] = []
		with self.scope_of(query) as scope:
			if query._with:
				self._add_with(query, parts, params)
			selects = []
			for term in query._selects:
				piece = self.term(term)
				params += piece.params
				selects.append(self._shown(term, piece, query))
				if not isinstance(term, Star) and (term.alias or not isinstance(term, Field)):
					scope.selected[self._key(term, query)] = piece
			distinct = "distinct " if query._distinct else ""
			parts.append(f"select {distinct}{', '.join(selects)}")
			self._add_from(query, parts, params)
			self._add_where(query, parts, params)
			self._add_groups(query, parts, params)
			self.add_orders(query._orderbys, query._selects, parts, params)
			add_limit(query, parts)
		return Sql(" ".join(parts), params)

	def _shown(self, term: Any, piece: Sql, query: Any) -> str:
		if isinstance(term, Star):
			return piece.text
		if isinstance(term, Field):
			return f"{piece.text} as {quote(term.alias)}" if term.alias else piece.text
		return f"{collated(piece).text} as {quote(self._key(term, query))}"

	def _key(self, term: Any, query: Any) -> str:
		"""Under which name a term's value comes; without an alias it is MariaDB's text of it."""
		if term.alias and not isinstance(term, _NEVER_ALIASED):
			return str(term.alias)
		if isinstance(term, PseudoColumn):
			return parse_field(str(term.name)).key
		if isinstance(term, Field):
			return str(term.name)
		text = term.get_sql(
			quote_char="`",
			secondary_quote_char="'",
			with_namespace=_is_namespaced(query),
			dialect=Dialects.MYSQL,
			subquery=True,
		)
		# As v15 writes it in every query.
		return text.replace("IFNULL(", "coalesce(").replace("ifnull(", "coalesce(")  # type: ignore[no-any-return]

	def _add_with(self, query: Any, parts: list[str], params: list[Any]) -> None:
		clauses = []
		for clause in query._with:
			piece = self.compile_query(clause.query)
			clauses.append(f"{quote(clause.name)} as ({piece.text})")
			params += piece.params
		parts.append("with " + ", ".join(clauses))

	def _add_from(self, query: Any, parts: list[str], params: list[Any]) -> None:
		if query._from:
			sources = [self.source(source) for source in query._from]
			parts.append("from " + ", ".join(piece.text for piece in sources))
			params += [param for piece in sources for param in piece.params]
		for join in query._joins:
			piece = self._join(join)
			parts.append(piece.text)
			params += piece.params

	def source(self, source: Any) -> Sql:
		if isinstance(source, Table):
			if source._schema is not None:
				raise NotInMinibench(f"the database schema {source._schema._name}")
			name = quote(source._table_name)
			return Sql(f"{name} as {quote(source.alias)}" if source.alias else name)
		if isinstance(source, AliasedQuery):
			return Sql(quote(source.name))
		piece = self.compile_query(source)
		return replace(
			piece, text=f"({piece.text}) as {quote(source.alias)}" if source.alias else f"({piece.text})"
		)

	def _join(self, join: Any) -> Sql:
		word = _JOINS.get(join.how)
		if word is None:
			raise NotInMinibench(f"a {join.how.value} JOIN")
		source = self.source(join.item)
		if isinstance(join, JoinOn):
			on = self.term(join.criterion)
			return Sql(f"{word} {source.text} on {on.text}", [*source.params, *on.params])
		if isinstance(join, JoinUsing):
			names = ", ".join(quote(field.name) for field in join.fields)
			return Sql(f"{word} {source.text} using ({names})", source.params)
		return Sql(f"{word} {source.text}", source.params)

	def _add_where(self, query: Any, parts: list[str], params: list[Any]) -> None:
		if query._wheres:
			piece = self.criterion(query._wheres)
			parts.append(f"where {piece.text}")
			params += piece.params

	def _add_groups(self, query: Any, parts: list[str], params: list[Any]) -> None:
		aliases = {term.alias for term in query._selects}
		if query._groupbys:
			groups = []
			for term in query._groupbys:
				if term.alias and term.alias in aliases:
					groups.append(quote(term.alias))
					continue
				piece = _position(term) or collated(self.term(term))
				groups.append(piece.text)
				params += piece.params
			parts.append("group by " + ", ".join(groups))
		if query._havings:
			piece = self.criterion(query._havings)
			if query._groupbys or any(term.is_aggregate for term in query._selects):
				parts.append(f"having {piece.text}")
			else:
				# Without groups MariaDB's HAVING is a WHERE that knows the aliases, as SQLite's own WHERE does.
				parts.append(f"{'and' if query._wheres else 'where'} {piece.text}")
			params += piece.params

	def add_orders(self, orders: Any, selects: Any, parts: list[str], params: list[Any]) -> None:
		if not orders:
			return
		aliases = {term.alias for term in selects}
		shown = []
		for term, direction in orders:
			if term.alias and term.alias in aliases:
				piece = Sql(quote(term.alias))
			elif isinstance(term, Field) and term.name in aliases and not self.scope.namespaced:
				piece = Sql(quote(term.name))
			else:
				piece = _position(term) or collated(self.term(term))
			shown.append(f"{piece.text} {direction.value.lower() if direction else ''}".strip())
			params += piece.params
		parts.append("order by " + ", ".join(shown))

	def set_operation(self, query: Any) -> Sql:
		base = self._member(query.base_query)
		parts, params = [base.text], list(base.params)
		for operation, other in query._set_operation:
			piece = self._member(other)
			parts += [_SET_OPERATIONS[operation], piece.text]
			params += piece.params
		if query._orderbys:
			shown = []
			for term, direction in query._orderbys:
				name = term.alias or (term.name if isinstance(term, Field) else None)
				if name is None:
					raise NotInMinibench("a union ordered by an expression")
				shown.append(f"{quote(name)} {direction.value.lower() if direction else ''}".strip())
			parts.append("order by " + ", ".join(shown))
		add_limit(query, parts)
		return Sql(" ".join(parts), params)

	def _member(self, query: Any) -> Sql:
		"""One query of a set operation; in brackets of its own where it is ordered or cut."""
		piece = self.compile_query(query)
		if query._orderbys or query._limit is not None or query._offset or isinstance(query, _SetOperation):
			return replace(piece, text=f"select * from ({piece.text})")
		return piece


def _unknown(_name: str) -> Column | None:
	return None


def _is_namespaced(query: Any) -> bool:
	"""PyPika's rule for when a query names its columns with their tables."""
	return bool(
		query._joins
		or len(query._from) > 1
		or (query._from and isinstance(query._from[0], QueryBuilder))
		or query._foreign_table
		or (query._update_table and query._from)
	)


def _is_own_column(term: Any, tables_only: bool) -> bool:
	"""Whether a term is a column of a table, or all of its columns."""
	if not isinstance(term, Field):
		return False
	return tables_only if term.table is None else isinstance(term.table, Table)


def _position(term: Any) -> Sql | None:
	"""A whole number in GROUP BY or ORDER BY is a column's position, not a value."""
	if isinstance(term, ValueWrapper) and isinstance(term.value, int):
		return Sql(str(term.value), (), "int")
	return None


def add_limit(query: Any, parts: list[str]) -> None:
	if query._limit is not None:
		parts.append(f"limit {int(query._limit)}")
	if query._offset:
		if query._limit is None:
			parts.append("limit -1")
		parts.append(f"offset {int(query._offset)}")
