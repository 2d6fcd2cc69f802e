"""Pieces of SQL that know what they hold, so that SQLite computes with them as MariaDB would.

A piece has its text, its parameters and, as far as it is known, the kind of its value: comparing a date with a moment,
adding up decimals or dividing integers give other results in SQLite unless the SQL says what MariaDB takes for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from minibench.data.column_types import DECIMALS, Column, Kind, as_text, bind, comparable

NO_VALUE: Any = object()
"""What Sql.value is where the piece is no constant."""
# MariaDB's div_precision_increment: how many decimals a division or an average adds.
DIVISION_DECIMALS = 4
_MOST_DECIMALS = 15
DOUBLE = -1
"""The decimals of a value that MariaDB computes as a double, such as a square root: all there are."""


@dataclass(slots=True)
class Sql:
	"""A piece of SQL with its parameters."""

	text: str
	params: Sequence[Any] = ()
	kind: Kind | None = None
	decimals: int = 0
	"""How many decimals a real value has in MariaDB."""
	is_column: bool = False
	"""A column itself, which brings its declared type and its collation."""
	not_null: bool = False
	value: Any = field(default=NO_VALUE)
	"""The Python value of a constant."""

	@property
	def is_constant(self) -> bool:
		return self.value is not NO_VALUE

	@property
	def maybe_text(self) -> bool:
		return self.kind in ("text", None)

	def as_column(self) -> Column | None:
		"""What a constant that is compared with this piece is brought into."""
		return None if self.kind is None else Column(self.kind, 0)


def replace(piece: Sql, **changes: Any) -> Sql:
	"""The piece with some of its facts changed; a query is made of many, and dataclasses' own way to do so is slow."""
	made = Sql(
		piece.text, piece.params, piece.kind, piece.decimals, piece.is_column, piece.not_null, piece.value
	)
	for name, value in changes.items():
		setattr(made, name, value)
	return made


def constant(value: Any) -> Sql:
	"""A value, bound as a parameter."""
	if isinstance(value, bool):
		return Sql("?", (int(value),), "int", value=int(value))
	if isinstance(value, int):
		return Sql("?", (value,), "int", value=value)
	if isinstance(value, Decimal):
		exponent = value.as_tuple().exponent
		return Sql(
			"?", (float(value),), "real", -exponent if isinstance(exponent, int) else 0, value=float(value)
		)
	if isinstance(value, float):
		return Sql("?", (value,), "real", _decimals_of(value), value=value)
	if isinstance(value, date | time | timedelta):
		# PyPika writes dates as texts; compared with a date they are brought into its form.
		return Sql("?", (as_text(value),), "text", value=value)
	return Sql("?", (bind(value),), "text" if isinstance(value, str) else None, value=value)


def moment(value: datetime | date | time) -> Sql:
	"""A date or time as a value of that kind, not as a text."""
	kind: Kind = "datetime" if isinstance(value, datetime) else "date" if isinstance(value, date) else "time"
	return Sql("?", (bind(value),), kind, value=value)


def _decimals_of(value: float) -> int:
	text = repr(value)
	return _MOST_DECIMALS if "e" in text else len(text.partition(".")[2].rstrip("0"))


def column(text: str, known: Column | None) -> Sql:
	"""A column of a table; `known` is None where its table is not known."""
	if known is None:
		return Sql(text, is_column=True)
	decimals = known.size if known.kind == "real" else 0
	return Sql(text, (), known.kind, decimals, is_column=True, not_null=known.not_null)


def join(pieces: Iterable[Sql], separator: str = ", ") -> tuple[str, list[Any]]:
	"""Texts and parameters of several pieces, one after the other."""
	pieces = list(pieces)
	return separator.join(piece.text for piece in pieces), [
		param for piece in pieces for param in piece.params
	]


def finish(piece: Sql) -> Sql:
	"""The piece as its value is seen: computed reals have the decimals that they have in MariaDB."""
	if piece.kind != "real" or piece.is_column or piece.is_constant or piece.decimals == DOUBLE:
		return piece
	return replace(piece, text=f"round({piece.text}, {piece.decimals or 0})")


def collated(piece: Sql) -> Sql:
	"""The piece with the collation of text, for sorting and grouping by what is no column."""
	if piece.is_column or not piece.maybe_text:
		return finish(piece)
	return replace(piece, text=f"{piece.text} collate nocase")


def compare(left: Sql, operator: str, right: Sql) -> Sql:
	"""`left operator right`, each brought into the form in which MariaDB compares them."""
	left, right = _adapt(left, right), _adapt(right, left)
	left, right = _align_dates(left, right), _align_dates(right, left)
	left, right = finish(left), finish(right)
	text = left.text
	if not left.is_column and not right.is_column and (left.maybe_text or right.maybe_text):
		text += " collate nocase"
	return Sql(f"{text} {operator} {right.text}", [*left.params, *right.params], "int")


def _adapt(piece: Sql, other: Sql) -> Sql:
	"""`piece` made comparable with `other`."""
	if piece.is_constant:
		if isinstance(piece.value, str | datetime | date | time | timedelta | int | float) and other.kind:
			return replace(piece, params=(comparable(other.as_column(), piece.value),))
		return piece
	if piece.kind == "text" and other.kind in ("int", "real"):
		return Sql(f"to_number({piece.text})", piece.params, "real", DECIMALS)
	return piece


def _align_dates(piece: Sql, other: Sql) -> Sql:
	"""A date that is compared with a moment stands for its midnight."""
	if piece.kind == "date" and other.kind == "datetime" and not piece.is_constant and not other.is_constant:
		return Sql(f"({piece.text} || ' 00:00:00.000000')", piece.params, "datetime")
	return piece


def among(left: Sql, values: Sequence[Sql], negated: bool = False) -> Sql:
	"""`left in (values)`."""
	adapted = [finish(_adapt(value, left)) for value in values]
	if (
		any(value.is_constant and isinstance(value.value, int | float) for value in values)
		and left.kind == "text"
	):
		adapted = [_as_text_constant(value) for value in values]
	left = finish(left)
	text = left.text if left.is_column or not left.maybe_text else f"{left.text} collate nocase"
	listed, params = join(adapted)
	return Sql(f"{text} {'not ' if negated else ''}in ({listed})", [*left.params, *params], "int")


def _as_text_constant(piece: Sql) -> Sql:
	if piece.is_constant and piece.value is not None:
		return replace(piece, params=(as_text(piece.value),))
	return piece


def between(left: Sql, first: Sql, last: Sql, negated: bool = False) -> Sql:
	"""`left between first and last`."""
	bounds = [finish(_align_dates(_adapt(bound, left), left)) for bound in (first, last)]
	left = finish(left)
	listed, params = join(bounds, " and ")
	return Sql(f"{left.text} {'not ' if negated else ''}between {listed}", [*left.params, *params], "int")


def arithmetic(left: Sql, operator: str, right: Sql) -> Sql:
	"""`left operator right` for + - * / %, with MariaDB's kinds: dividing integers gives a fraction."""
	params = [*left.params, *right.params]
	if DOUBLE in (left.decimals, right.decimals):
		left_text = f"cast({left.text} as real)" if operator == "/" else left.text
		return Sql(f"({left_text} {operator} {right.text})", params, "real", DOUBLE)
	if operator == "/":
		decimals = min((left.decimals if left.kind == "real" else 0) + DIVISION_DECIMALS, _MOST_DECIMALS)
		return Sql(f"(cast({left.text} as real) / {right.text})", params, "real", decimals)
	both_int = left.kind == "int" and right.kind == "int"
	if operator == "%":
		kind: Kind = "int" if both_int else "real"
		return Sql(f"mod({left.text}, {right.text})", params, kind, max(left.decimals, right.decimals))
	text = f"({left.text} {operator} {right.text})"
	if both_int:
		return Sql(text, params, "int")
	if operator == "*":
		decimals = min(_real_decimals(left) + _real_decimals(right), _MOST_DECIMALS)
	else:
		decimals = max(_real_decimals(left), _real_decimals(right))
	return Sql(text, params, "real", decimals)


def _real_decimals(piece: Sql) -> int:
	if piece.kind == "real":
		return piece.decimals
	return 0 if piece.kind == "int" else DECIMALS


def assign(known: Column | None, piece: Sql) -> Sql:
	"""A computed value in the form in which a column keeps it."""
	piece = finish(piece)
	if known is None or piece.kind == known.kind == "text":
		return piece
	if known.kind == "real":
		return replace(piece, text=f"round(to_number({piece.text}), {known.size})")
	if known.kind == "int" and piece.kind != "int":
		return replace(piece, text=f"cast(mdb_round({piece.text}, 0) as integer)")
	if known.kind == "date" and piece.kind != "date":
		return replace(piece, text=f"mdb_date({piece.text})")
	if known.kind == "datetime" and piece.kind != "datetime":
		return replace(piece, text=f"mdb_timestamp({piece.text})")
	if known.kind == "time" and piece.kind != "time":
		return replace(piece, text=f"mdb_time({piece.text})")
	if known.kind == "text" and piece.kind == "real":
		return replace(piece, text=f"printf('%.{max(piece.decimals, 0)}f', {piece.text})")
	return piece


def common_kind(pieces: Iterable[Sql]) -> tuple[Kind | None, int]:
	"""The kind of a value that is one of `pieces`, as of COALESCE or CASE, and its decimals."""
	kinds: list[Kind] = []
	decimals = 0
	for piece in pieces:
		if piece.is_constant and piece.value is None:
			continue
		if piece.kind is None:
			return None, 0
		kinds.append(piece.kind)
		decimals = max(decimals, piece.decimals)
	found = set(kinds)
	if len(found) == 1:
		return kinds[0], decimals
	if found and found <= {"int", "real"}:
		return "real", decimals
	if found and found <= {"date", "datetime"}:
		return "datetime", 0
	return ("text", 0) if found else (None, 0)
