"""Reads the SQL expressions that a list's fields, order and grouping may be, such as "sum(qty * rate) as amount".

A text becomes a tree, and a tree becomes SQL again: nothing of the text itself reaches the database. What does not fit
the grammar (sub-queries, statements, unknown functions) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from minibench.data.sql_calls import add_interval, call, extract, is_known
from minibench.data.sql_terms import Sql, arithmetic, common_kind, compare, constant
from minibench.errors import DataError

_TOKEN = re.compile(
	r"""\s*(?:
		(?P<number>\d+(?:\.\d+)?)
		| (?P<name>`[^`]+`)
		| (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
		| (?P<word>[^\W\d]\w*)
		| (?P<sign><>|!=|<=|>=|[-+*/%(),.=<>])
	)""",
	re.VERBOSE,
)
_IFNULL = re.compile(r"ifnull\(", re.IGNORECASE)
_COMPARISONS = {"=": "=", "!=": "<>", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_RESERVED = frozenset(
	("select", "from", "where", "join", "union", "group", "having", "limit", "into", "order", "on", "using")
)
_DEEPEST = 40

# What an expression is read into: ("column", table, name), ("call", name, distinct, args), ...
Node = tuple[Any, ...]
Resolve = Callable[[str | None, str], Sql]


class Field(NamedTuple):
	"""A field of a list as it was asked for."""

	node: Node
	source: str
	alias: str | None
	distinct: bool
	direction: str | None = None

	@property
	def is_star(self) -> bool:
		return bool(self.node[0] == "star")

	@property
	def is_column(self) -> bool:
		return bool(self.node[0] == "column")

	@property
	def key(self) -> str:
		"""Under which name the value comes: its alias, the column's name, or the expression as it was written."""
		if self.alias or self.is_column:
			return self.alias or str(self.node[2])
		return _IFNULL.sub("coalesce(", self.source)


def _refuse(text: str) -> DataError:
	return DataError(f"Invalid field name {text}")


@lru_cache(maxsize=4096)
def parse_field(text: str) -> Field:
	"""Read one field: an expression, perhaps with `distinct` before and an alias behind.

	Raises:
		DataError: the text is no such thing.
	"""
	reader = _Reader(text)
	distinct = reader.take_word("distinct")
	start = reader.position_of_next()
	node = reader.expression()
	source = text[start : reader.end_of_last()].strip()
	alias = reader.alias()
	reader.expect_end()
	return Field(node, source, alias, distinct)


@lru_cache(maxsize=2048)
def parse_list(text: str) -> tuple[Field, ...]:
	"""Read expressions separated by commas, each with "asc" or "desc" behind it or not: ORDER BY or GROUP BY.

	Raises:
		DataError: the text is no such thing.
	"""
	reader = _Reader(text)
	found = []
	while True:
		start = reader.position_of_next()
		node = reader.expression()
		source = text[start : reader.end_of_last()].strip()
		direction = next((word for word in ("asc", "desc") if reader.take_word(word)), None)
		found.append(Field(node, source, None, False, direction))
		if not reader.take(","):
			break
	reader.expect_end()
	return tuple(found)


def columns_of(node: Node) -> Iterator[tuple[str | None, str]]:
	"""The columns that an expression reads, as (table, name)."""
	if node[0] == "column":
		yield node[1], node[2]
		return
	for part in node[1:]:
		if isinstance(part, tuple):
			if part and isinstance(part[0], str):
				yield from columns_of(part)
			else:
				for inner in part:
					if isinstance(inner, tuple):
						yield from columns_of(inner)


def show(node: Node) -> str:
	"""An expression as PyPika would write it, which is the name that MariaDB gives to its values."""
	match node:
		case ("column", _table, name):
			return f"`{name}`"
		case ("constant", value):
			return "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
		case ("star", _table):
			return "*"
		case ("call", name, distinct, args):
			return f"{name.upper()}({'DISTINCT ' if distinct else ''}{','.join(map(show, args))})"
		case ("arithmetic", operator, left, right):
			return f"{show(left)}{operator}{show(right)}"
	return "(expression)"


class _Token(NamedTuple):
	kind: str
	text: str
	start: int
	end: int


class _Reader:
	"""A recursive-descent parser over one text."""

	def __init__(self, text: str) -> None:
		self._text = text
		self._tokens = self._split(text)
		self._at = 0
		self._depth = 0

	def _split(self, text: str) -> list[_Token]:
		tokens = []
		position = 0
		end = len(text.rstrip())
		while position < end:
			match = _TOKEN.match(text, position)
			if not match or match.lastgroup is None:
				raise _refuse(text)
			kind = match.lastgroup
			tokens.append(_Token(kind, match[kind], match.start(kind), match.end()))
			position = match.end()
		if not tokens:
			raise _refuse(text)
		return tokens

	# --- tokens ------------------------------------------------------------------------------------------------------

	def _peek(self) -> _Token | None:
		return self._tokens[self._at] if self._at < len(self._tokens) else None

	def _next(self) -> _Token:
		token = self._peek()
		if token is None:
			raise _refuse(self._text)
		self._at += 1
		return token

	def take(self, sign: str) -> bool:
		token = self._peek()
		if token is not None and token.kind == "sign" and token.text == sign:
			self._at += 1
			return True
		return False

	def take_word(self, word: str) -> bool:
		token = self._peek()
		if token is not None and token.kind == "word" and token.text.lower() == word:
			self._at += 1
			return True
		return False

	def _expect(self, sign: str) -> None:
		if not self.take(sign):
			raise _refuse(self._text)

	def expect_end(self) -> None:
		if self._peek() is not None:
			raise _refuse(self._text)

	def position_of_next(self) -> int:
		token = self._peek()
		return token.start if token else len(self._text)

	def end_of_last(self) -> int:
		return self._tokens[self._at - 1].end

	def alias(self) -> str | None:
		"""The name behind an expression, with or without AS."""
		named = self.take_word("as")
		token = self._peek()
		if token is None or token.kind not in ("word", "name", "string"):
			if named:
				raise _refuse(self._text)
			return None
		self._at += 1
		return token.text if token.kind == "word" else token.text[1:-1]

	# --- grammar -----------------------------------------------------------------------------------------------------

	def expression(self) -> Node:
		"""expression := conjunction (OR conjunction)*"""
		self._depth += 1
		if self._depth > _DEEPEST:
			raise _refuse(self._text)
		node = self._conjunction()
		while self.take_word("or"):
			node = ("or", node, self._conjunction())
		self._depth -= 1
		return node

	def _conjunction(self) -> Node:
		node = self._condition()
		while self.take_word("and"):
			node = ("and", node, self._condition())
		return node

	def _condition(self) -> Node:
		if self.take_word("not"):
			return ("not", self._condition())
		node = self._sum()
		token = self._peek()
		if token is not None and token.kind == "sign" and token.text in _COMPARISONS:
			self._at += 1
			return ("compare", _COMPARISONS[token.text], node, self._sum())
		if self.take_word("is"):
			negated = self.take_word("not")
			if not self.take_word("null"):
				raise _refuse(self._text)
			return ("null", negated, node)
		return node

	def _sum(self) -> Node:
		node = self._product()
		while (token := self._peek()) is not None and token.kind == "sign" and token.text in "+-":
			self._at += 1
			if self.take_word("interval"):
				node = ("interval", node, *self._interval(), 1 if token.text == "+" else -1)
			else:
				node = ("arithmetic", token.text, node, self._product())
		return node

	def _product(self) -> Node:
		node = self._atom()
		while (token := self._peek()) is not None and token.kind == "sign" and token.text in "*/%":
			self._at += 1
			node = ("arithmetic", token.text, node, self._atom())
		return node

	def _atom(self) -> Node:
		token = self._next()
		if token.kind == "number":
			return ("constant", float(token.text) if "." in token.text else int(token.text))
		if token.kind == "string":
			quote = token.text[0]
			inside = token.text[1:-1].replace(quote * 2, quote)
			return ("constant", re.sub(r"\\(.)", r"\1", inside))
		if token.kind == "name":
			return self._column(token.text[1:-1])
		if token.kind == "word":
			return self._word(token.text)
		if token.text == "*":
			return ("star", None)
		if token.text == "-":
			return ("arithmetic", "-", ("constant", 0), self._atom())
		if token.text == "(":
			node = self.expression()
			self._expect(")")
			return node
		raise _refuse(self._text)

	def _word(self, word: str) -> Node:
		lower = word.lower()
		if lower in _RESERVED:
			raise _refuse(self._text)
		if lower == "null":
			return ("constant", None)
		if lower == "case":
			return self._case()
		if self.take("("):
			return self._call(lower)
		return self._column(word)

	def _column(self, name: str) -> Node:
		if not self.take("."):
			return ("column", None, name)
		token = self._next()
		if token.kind == "sign" and token.text == "*":
			return ("star", name)
		if token.kind not in ("word", "name"):
			raise _refuse(self._text)
		return ("column", name, token.text.strip("`"))

	def _call(self, name: str) -> Node:
		if name in ("date_add", "date_sub", "adddate", "subdate"):
			return self._date_arithmetic(1 if name in ("date_add", "adddate") else -1)
		if name == "extract":
			unit = self._next().text
			if not self.take_word("from"):
				raise _refuse(self._text)
			moment = self.expression()
			self._expect(")")
			return ("extract", unit, moment)
		if not is_known(name):
			raise DataError(f"Use of function {name} in field is restricted")
		distinct = self.take_word("distinct")
		args: list[Node] = []
		if not self.take(")"):
			args.append(self.expression())
			while self.take(","):
				args.append(self.expression())
			self._expect(")")
		return ("call", name, distinct, tuple(args))

	def _date_arithmetic(self, sign: int) -> Node:
		moment = self.expression()
		self._expect(",")
		amount, unit = self._interval() if self.take_word("interval") else (self.expression(), "day")
		self._expect(")")
		return ("interval", moment, amount, unit, sign)

	def _interval(self) -> tuple[Node, str]:
		return self._product(), self._next().text

	def _case(self) -> Node:
		branches: list[Node] = []
		while self.take_word("when"):
			condition = self.expression()
			if not self.take_word("then"):
				raise _refuse(self._text)
			branches.append(("branch", condition, self.expression()))
		otherwise: Node = ("constant", None)
		if self.take_word("else"):
			otherwise = self.expression()
		if not branches or not self.take_word("end"):
			raise _refuse(self._text)
		return ("case", tuple(branches), otherwise)


def to_sql(node: Node, resolve: Resolve) -> Sql:
	"""The SQL of a parsed expression; `resolve` makes it of a column's table and name."""
	match node:
		case ("column", table, name):
			return resolve(table, name)
		case ("constant", value):
			return constant(value)
		case ("star", _table):
			return Sql("*")
		case ("call", name, distinct, args):
			return call(name, [to_sql(arg, resolve) for arg in args], distinct)
		case ("arithmetic", operator, left, right):
			return arithmetic(to_sql(left, resolve), operator, to_sql(right, resolve))
		case ("compare", operator, left, right):
			return _enclosed(compare(to_sql(left, resolve), operator, to_sql(right, resolve)))
		case ("and" | "or" as word, left, right):
			one, other = to_sql(left, resolve), to_sql(right, resolve)
			return Sql(f"({one.text} {word} {other.text})", [*one.params, *other.params], "int")
		case ("not", inner):
			piece = to_sql(inner, resolve)
			return Sql(f"(not {piece.text})", piece.params, "int")
		case ("null", negated, inner):
			piece = to_sql(inner, resolve)
			return Sql(f"({piece.text} is {'not ' if negated else ''}null)", piece.params, "int")
		case ("interval", moment, amount, unit, sign):
			from minibench.data.sql_calls import unit_of

			return add_interval(to_sql(moment, resolve), to_sql(amount, resolve), unit_of(Sql(unit)), sign)
		case ("extract", unit, moment):
			return extract(unit, to_sql(moment, resolve))
		case ("case", branches, otherwise):
			return _case_sql(branches, otherwise, resolve)
	raise AssertionError(node)


def _enclosed(piece: Sql) -> Sql:
	return Sql(f"({piece.text})", piece.params, piece.kind)


def _case_sql(branches: tuple[Node, ...], otherwise: Node, resolve: Resolve) -> Sql:
	parts: list[str] = []
	params: list[Any] = []
	values = []
	for _word, condition, then in branches:
		when, value = to_sql(condition, resolve), to_sql(then, resolve)
		parts.append(f"when {when.text} then {value.text}")
		params += [*when.params, *value.params]
		values.append(value)
	last = to_sql(otherwise, resolve)
	values.append(last)
	kind, decimals = common_kind(values)
	return Sql(f"(case {' '.join(parts)} else {last.text} end)", [*params, *last.params], kind, decimals)
