"""Turns the terms of a PyPika query (columns, functions, comparisons, CASE ...) into SQL that SQLite answers as MariaDB.

PyPika's own rendering is for reading only: here every value becomes a parameter, every column is known with its type.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

from pypika import terms
from pypika.enums import Boolean, Equality, Matching
from pypika.queries import AliasedQuery, QueryBuilder, Table, _SetOperation

from minibench.data.column_types import Column, as_text
from minibench.data.row_filters import like
from minibench.data.schema import quote
from minibench.data.sql_expressions import parse_field, show, to_sql
from minibench.data.sql_terms import (
	Sql,
	among,
	between,
	collated,
	column,
	compare,
	constant,
	finish,
	replace,
)
from minibench.errors import NotInMinibench

if TYPE_CHECKING:
	from minibench.data.connection import Connection

_MANY_VALUES = 200


class ParsedTerm(terms.Criterion):  # type: ignore[misc]
	"""An expression given as text, such as "sum(qty * rate)", as a term of a query."""

	def __init__(self, text: str, alias: str | None = None) -> None:
		super().__init__(alias)
		self.field = parse_field(text)
		self.alias = alias or self.field.alias

	def get_sql(self, **kwargs: Any) -> str:
		return show(self.field.node)


class SubQuery(terms.Criterion):  # type: ignore[misc]
	"""A query in brackets as a term of another."""

	def __init__(self, subq: Any, alias: str | None = None) -> None:
		super().__init__(alias)
		self.subq = subq

	def get_sql(self, **kwargs: Any) -> str:
		return str(self.subq.get_sql(**{**kwargs, "subquery": True}))


class Scope:
	"""The tables that a query reads, by the names under which it knows them, and the aliases of what it selects."""

	def __init__(self, outer: Scope | None) -> None:
		self.outer = outer
		self.sources: dict[str, Callable[[str], Column | None]] = {}
		self.selected: dict[str, Sql] = {}
		self.namespaced = False
		"""Whether columns are named with their tables, as where there are several."""

	def find(self, name: str) -> Column | None:
		"""The type of a column that is named without its table."""
		for known in self.sources.values():
			if found := known(name):
				return found
		if piece := self.selected.get(name):
			return None if piece.kind is None else Column(piece.kind, piece.decimals)
		return self.outer.find(name) if self.outer else None

	def find_in(self, source: str, name: str) -> Column | None:
		"""The type of a column of one source."""
		if known := self.sources.get(source):
			return known(name)
		return self.outer.find_in(source, name) if self.outer else None


class TermCompiler:
	"""Compiles terms. What a query is made of besides is added by QueryCompiler."""

	def __init__(self, db: Connection) -> None:
		self.db = db
		self.scope = Scope(None)

	def compile_query(self, query: Any) -> Sql:
		"""A whole query, without brackets."""
		raise NotImplementedError

	def term(self, node: Any) -> Sql:
		"""The SQL of one term.

		Raises:
			NotInMinibench: SQLite cannot do what the term asks for.
		"""
		if method := _handler(type(node)):
			return getattr(self, method)(node)  # type: ignore[no-any-return]
		if not isinstance(node, terms.Node):
			return constant(node)
		raise NotInMinibench(f"pypika {type(node).__name__}")

	def criterion(self, node: Any) -> Sql:
		"""A condition in brackets where it needs them."""
		piece = self.term(node)
		if isinstance(node, terms.ComplexCriterion):
			return replace(piece, text=f"({piece.text})")
		return piece

	def operand(self, node: Any) -> Sql:
		"""A term beside an operator. PyPika writes no brackets and MariaDB compares from left to right; SQLite needs
		them. AND, OR and NOT rank lower in both."""
		piece = self.term(node)
		if isinstance(node, _CONDITIONS) and not isinstance(node, terms.ComplexCriterion):
			return replace(piece, text=f"({piece.text})")
		return piece

	# --- columns and values ------------------------------------------------------------------------------------------

	def _field(self, node: Any) -> Sql:
		if node.table is None:
			return column(quote(node.name), self.scope.find(node.name))
		if isinstance(node.table, str):
			return column(
				f"{quote(node.table)}.{quote(node.name)}", self.scope.find_in(node.table, node.name)
			)
		source = source_name(node.table)
		known = self.scope.find_in(source, node.name)
		if known is None and isinstance(node.table, Table):
			known = self.db.table_columns(node.table._table_name).get(node.name)
		if self.scope.namespaced or node.table.alias or source not in self.scope.sources:
			return column(f"{quote(source)}.{quote(node.name)}", known)
		return column(quote(node.name), known or self.scope.find(node.name))

	def _star(self, node: Any) -> Sql:
		return Sql(f"{quote(source_name(node.table))}.*" if node.table else "*")

	def _value(self, node: Any) -> Sql:
		value = node.value
		if isinstance(value, terms.Node):
			return self.term(value)
		return constant(value.value if isinstance(value, Enum) else value)

	def _literal(self, node: Any) -> Sql:
		return self._parsed(str(node._value))

	def _null(self, node: Any) -> Sql:
		return constant(None)

	def _pseudo_column(self, node: Any) -> Sql:
		return self._parsed(str(node.name))

	def _parsed(self, text: str) -> Sql:
		return to_sql(parse_field(text).node, self._resolve)

	def _parsed_term(self, node: Any) -> Sql:
		return to_sql(node.field.node, self._resolve)

	def _resolve(self, table: str | None, name: str) -> Sql:
		if table is None:
			return column(quote(name), self.scope.find(name))
		known = self.scope.find_in(table, name) or self.db.table_columns(table).get(name)
		return column(f"{quote(table)}.{quote(name)}", known)

	def _tuple(self, node: Any) -> Sql:
		pieces = [finish(self.term(value)) for value in node.values]
		params = [param for piece in pieces for param in piece.params]
		if len(pieces) == 1:
			return replace(pieces[0], text=f"({pieces[0].text})")
		return Sql(f"({', '.join(piece.text for piece in pieces)})", params)

	def _inserted(self, node: Any) -> Sql:
		"""VALUES(column) in ON DUPLICATE KEY UPDATE."""
		return Sql(f"excluded.{quote(node.field.name)}")

	# --- conditions --------------------------------------------------------------------------------------------------

	def _comparison(self, node: Any) -> Sql:
		left, right = self.operand(node.left), self.operand(node.right)
		if isinstance(node.comparator, Equality):
			return compare(left, node.comparator.value, right)
		if node.comparator in (Matching.like, Matching.ilike, Matching.not_like, Matching.not_ilike):
			negated = node.comparator in (Matching.not_like, Matching.not_ilike)
			return _like(left, right, "not like" if negated else "like")
		if node.comparator in (Matching.rlike, Matching.regexp):
			return Sql(f"{left.text} regexp {right.text}", [*left.params, *right.params], "int")
		raise NotInMinibench(f"the SQL operator {node.comparator.value.strip()}")

	def _all_of(self, node: Any) -> Sql:
		"""AND, OR and XOR. Long chains are bracketed in halves: SQLite limits how deep an expression may be."""
		operator = node.comparator
		if operator == Boolean.xor_:
			left, right = self.term(node.left), self.term(node.right)
			return Sql(f"(({left.text}) <> ({right.text}))", [*left.params, *right.params], "int")
		chain: list[Any] = []
		rest = node
		while isinstance(rest, terms.ComplexCriterion) and rest.comparator == operator:
			chain.append(rest.right)
			rest = rest.left
		chain.append(rest)
		pieces = [self.criterion(part) for part in reversed(chain)]
		params = [param for piece in pieces for param in piece.params]
		return Sql(_halved([piece.text for piece in pieces], f" {operator.value.lower()} "), params, "int")

	def _contains(self, node: Any) -> Sql:
		left = self.term(node.term)
		if isinstance(node.container, terms.Tuple):
			return self._among(left, node.container.values, node._is_negated)
		inner = self._subquery(node.container)
		left = finish(left) if left.is_column else collated(left)
		negation = "not " if node._is_negated else ""
		return Sql(f"{left.text} {negation}in {inner.text}", [*left.params, *inner.params], "int")

	def _among(self, left: Sql, values: list[Any], negated: bool) -> Sql:
		if not values:
			raise sqlite3.ProgrammingError("syntax error: IN () without a value")
		pieces = [self.term(value) for value in values]
		if len(pieces) <= _MANY_VALUES or not all(piece.is_constant for piece in pieces):
			return among(left, pieces, negated)
		if left.kind == "text":
			found = [None if piece.value is None else as_text(piece.value) for piece in pieces]
		else:
			found = [piece.params[0] for piece in pieces]
		negation = "not " if negated else ""
		text = f"{left.text} {negation}in (select value from json_each(?))"
		return Sql(text, [*left.params, json.dumps(found)], "int")

	def _exists(self, node: Any) -> Sql:
		inner = self._subquery(node.container)
		return Sql(f"{'not ' if node._is_negated else ''}exists {inner.text}", inner.params, "int")

	def _between(self, node: Any) -> Sql:
		return between(self.term(node.term), self.term(node.start), self.term(node.end))

	def _is_null(self, node: Any) -> Sql:
		piece = self.term(node.term)
		return Sql(f"{piece.text} is null", piece.params, "int")

	def _is_not_null(self, node: Any) -> Sql:
		piece = self.term(node.term)
		return Sql(f"{piece.text} is not null", piece.params, "int")

	def _not(self, node: Any) -> Sql:
		piece = self.term(node.term)
		return Sql(f"not ({piece.text})", piece.params, "int")

	def _bitwise_and(self, node: Any) -> Sql:
		piece, mask = self.term(node.term), self.term(node.value)
		return Sql(f"({piece.text} & {mask.text})", [*piece.params, *mask.params], "int")

	def _nothing(self, node: Any) -> Sql:
		return Sql("1", (), "int")

	def _subquery(self, node: Any) -> Sql:
		piece = self.compile_query(node)
		return replace(piece, text=f"({piece.text})")

	def _wrapped_query(self, node: Any) -> Sql:
		return self._subquery(node.subq)

	def _interval_alone(self, node: Any) -> Sql:
		raise NotInMinibench("an INTERVAL that is not added to a date")


def source_name(source: Any) -> str:
	"""The name under which a query knows a table or subquery."""
	if isinstance(source, AliasedQuery):
		return str(source.name)
	if isinstance(source, Table):
		return str(source.alias or source._table_name)
	return str(source.alias)


def _like(left: Sql, right: Sql, operator: str) -> Sql:
	if right.is_constant:
		if right.value is None:
			return Sql(f"{left.text} like null", left.params, "int")
		text, params = like(left.text, operator, right.value)
		return Sql(text, [*left.params, *params], "int")
	return Sql(f"{left.text} {operator} {right.text} escape '\\'", [*left.params, *right.params], "int")


def _halved(texts: list[str], separator: str) -> str:
	if len(texts) <= 100:
		return separator.join(texts)
	middle = len(texts) // 2
	return f"({_halved(texts[:middle], separator)}){separator}({_halved(texts[middle:], separator)})"


_CONDITIONS = (
	terms.BasicCriterion,
	terms.ContainsCriterion,
	terms.RangeCriterion,
	terms.NullCriterion,
	terms.ExistsCriterion,
)


def _handler(kind: type) -> str | None:
	"""The method for a class of terms, or for the nearest class that it is derived from."""
	if kind not in _known_handlers:
		_known_handlers[kind] = next((_HANDLERS[base] for base in kind.__mro__ if base in _HANDLERS), None)
	return _known_handlers[kind]


_known_handlers: dict[type, str | None] = {}

# Which method of a compiler makes SQL of which class of terms.
_HANDLERS: dict[type, str] = {
	terms.Star: "_star",
	terms.Field: "_field",
	terms.ValueWrapper: "_value",
	terms.NullValue: "_null",
	terms.LiteralValue: "_literal",
	terms.PseudoColumn: "_pseudo_column",
	ParsedTerm: "_parsed_term",
	terms.Tuple: "_tuple",
	terms.Values: "_inserted",
	terms.ComplexCriterion: "_all_of",
	terms.BasicCriterion: "_comparison",
	terms.ContainsCriterion: "_contains",
	terms.ExistsCriterion: "_exists",
	terms.BetweenCriterion: "_between",
	terms.NotNullCriterion: "_is_not_null",
	terms.NullCriterion: "_is_null",
	terms.Not: "_not",
	terms.BitwiseAndCriterion: "_bitwise_and",
	terms.EmptyCriterion: "_nothing",
	terms.ArithmeticExpression: "_arithmetic",
	terms.Negative: "_negative",
	terms.Case: "_case",
	terms.Function: "_function",
	terms.Interval: "_interval_alone",
	SubQuery: "_wrapped_query",
	QueryBuilder: "_subquery",
	_SetOperation: "_subquery",
}
