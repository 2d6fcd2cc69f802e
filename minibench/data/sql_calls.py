"""Calls of SQL functions: MariaDB's name and arguments in, SQLite's SQL with the same result out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minibench.data.column_types import DECIMALS, Kind, datetime_text, time_text, to_datetime, to_timedelta
from minibench.data.sql_terms import (
	DIVISION_DECIMALS,
	DOUBLE,
	Sql,
	arithmetic,
	common_kind,
	constant,
	finish,
	join,
	moment,
	replace,
)
from minibench.errors import NotInMinibench

Handler = Callable[[Sequence[Sql]], Sql]

AGGREGATES = frozenset(("count", "sum", "avg", "min", "max", "group_concat"))
WINDOW_FUNCTIONS: dict[str, Kind | None] = {
	"row_number": "int",
	"rank": "int",
	"dense_rank": "int",
	"ntile": "int",
	"percent_rank": "real",
	"cume_dist": "real",
	"lag": None,
	"lead": None,
	"first_value": None,
	"last_value": None,
	"nth_value": None,
}
UNITS = ("microsecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")


def call(name: str, args: Sequence[Sql], distinct: bool = False) -> Sql:
	"""`name(args)`.

	Raises:
		NotInMinibench: the function is not known here.
	"""
	folded = name.strip().lower()
	if folded in AGGREGATES:
		return _aggregate(folded, args, distinct)
	handler = _HANDLERS.get(folded)
	if handler is not None:
		return handler(args)
	simple = _SIMPLE.get(folded)
	if simple is None:
		if folded in WINDOW_FUNCTIONS:
			kind = WINDOW_FUNCTIONS[folded] or (args[0].kind if args else None)
			return replace(_plain(folded, args), kind=kind, decimals=args[0].decimals if args else 0)
		raise NotInMinibench(f"the SQL function {name.upper()}")
	target, kind = simple
	return replace(_plain(target, args), kind=kind, decimals=DOUBLE if kind == "real" else 0)


def is_known(name: str) -> bool:
	"""Whether call() knows the function."""
	folded = name.strip().lower()
	return folded in AGGREGATES or folded in _HANDLERS or folded in _SIMPLE


def _plain(name: str, args: Sequence[Sql]) -> Sql:
	text, params = join(args)
	return Sql(f"{name}({text})", params)


def _aggregate(name: str, args: Sequence[Sql], distinct: bool) -> Sql:
	if len(args) != 1:
		raise NotInMinibench(f"{name.upper()} of {len(args)} arguments")
	arg = args[0]
	piece = Sql(f"{name}({'distinct ' if distinct else ''}{arg.text})", arg.params)
	if name == "count":
		return replace(piece, kind="int")
	if name == "sum":
		decimals = arg.decimals if arg.kind in ("int", "real") else DECIMALS
		return replace(piece, kind="real", decimals=decimals)
	if name == "avg":
		decimals = (arg.decimals if arg.kind in ("int", "real") else DECIMALS) + DIVISION_DECIMALS
		return replace(piece, kind="real", decimals=min(decimals, 13))
	if name == "group_concat":
		shown = as_text(arg)
		return Sql(
			f"{'group_concat_distinct' if distinct else 'group_concat'}({shown.text})", shown.params, "text"
		)
	return replace(piece, kind=arg.kind, decimals=arg.decimals)


def as_text(piece: Sql) -> Sql:
	"""The piece as MariaDB shows it within a text: decimals with all their places."""
	if piece.kind == "real" and not piece.is_constant and piece.decimals != DOUBLE:
		return Sql(f"printf('%.{piece.decimals}f', {piece.text})", piece.params, "text")
	if piece.kind == "real" and piece.is_constant:
		return Sql("?", [str(piece.value)], "text")
	if piece.kind == "int":
		return Sql(f"cast({piece.text} as text)", piece.params, "text")
	return replace(piece, kind="text", is_column=False)


# --- conditions and choices ------------------------------------------------------------------------------------------


def _choice(name: str) -> Handler:
	def handler(args: Sequence[Sql]) -> Sql:
		kind, decimals = common_kind(args)
		aligned = [_with_kind(arg, kind) for arg in args]
		if len(aligned) == 1:
			return aligned[0]
		return replace(_plain(name, aligned), kind=kind, decimals=decimals)

	return handler


def _with_kind(piece: Sql, kind: Kind | None) -> Sql:
	"""A constant in the form of the others it is mixed with."""
	if not piece.is_constant or piece.value is None:
		return piece
	if kind == "datetime" and (found := to_datetime(piece.value)):
		return replace(piece, params=(datetime_text(found),))
	return piece


def _if(args: Sequence[Sql]) -> Sql:
	condition, then, otherwise = args
	kind, decimals = common_kind((then, otherwise))
	text, params = join((condition, then, otherwise))
	return Sql(f"iif({text})", params, kind, decimals)


def _nullif(args: Sequence[Sql]) -> Sql:
	return replace(_plain("nullif", args), kind=args[0].kind, decimals=args[0].decimals)


def _isnull(args: Sequence[Sql]) -> Sql:
	return Sql(f"({args[0].text} is null)", args[0].params, "int")


def _extreme(name: str) -> Handler:
	def handler(args: Sequence[Sql]) -> Sql:
		kind, decimals = common_kind(args)
		return replace(_plain(name, [finish(arg) for arg in args]), kind=kind, decimals=decimals)

	return handler


# --- numbers ---------------------------------------------------------------------------------------------------------


def _same_kind(name: str) -> Handler:
	def handler(args: Sequence[Sql]) -> Sql:
		return replace(_plain(name, args), kind=args[0].kind, decimals=args[0].decimals)

	return handler


def _rounding(name: str) -> Handler:
	def handler(args: Sequence[Sql]) -> Sql:
		places = (
			args[1].value if len(args) > 1 and args[1].is_constant else (0 if len(args) == 1 else DECIMALS)
		)
		kept = max(0, int(places or 0))
		shown = finish(args[0])
		digits = args[1] if len(args) > 1 else Sql("0")
		text, params = join((shown, digits))
		kind: Kind = "int" if args[0].kind == "int" else "real"
		return Sql(
			f"{name}({text})", params, kind, min(kept, args[0].decimals) if args[0].kind == "real" else kept
		)

	return handler


def _mod(args: Sequence[Sql]) -> Sql:
	return arithmetic(args[0], "%", args[1])


# --- text ------------------------------------------------------------------------------------------------------------


def _concat(args: Sequence[Sql]) -> Sql:
	text, params = join([as_text(arg) for arg in args], " || ")
	return Sql(f"({text})", params, "text")


def _concat_ws(args: Sequence[Sql]) -> Sql:
	return replace(_plain("concat_ws", [as_text(arg) for arg in args]), kind="text")


def _left(args: Sequence[Sql]) -> Sql:
	text, params = join(args, ", 1, ")
	return Sql(f"substr({text})", params, "text")


def _locate(args: Sequence[Sql]) -> Sql:
	return replace(_plain("locate", args), kind="int")


def _instr(args: Sequence[Sql]) -> Sql:
	return replace(_plain("locate", [args[1], args[0]]), kind="int")


# --- dates -----------------------------------------------------------------------------------------------------------


def _now(args: Sequence[Sql]) -> Sql:
	return moment(_site_now())


def _today(args: Sequence[Sql]) -> Sql:
	return moment(_site_now().date())


def _time_now(args: Sequence[Sql]) -> Sql:
	return moment(_site_now().time())


def _site_now() -> Any:
	from minibench.values.dates import now_datetime

	return now_datetime().replace(microsecond=0)


def _utc_now(args: Sequence[Sql]) -> Sql:
	from datetime import UTC, datetime

	return moment(datetime.now(UTC).replace(microsecond=0, tzinfo=None))


def _part_of_date(name: str, start: int, length: int) -> Handler:
	def handler(args: Sequence[Sql]) -> Sql:
		(arg,) = args
		if arg.kind in ("date", "datetime") and not arg.is_constant:
			return Sql(f"cast(substr({arg.text}, {start}, {length}) as integer)", arg.params, "int")
		return replace(_plain(f"mdb_{name}", args), kind="int")

	return handler


def _date(args: Sequence[Sql]) -> Sql:
	(arg,) = args
	if arg.kind in ("date", "datetime") and not arg.is_constant:
		return Sql(f"substr({arg.text}, 1, 10)", arg.params, "date")
	return replace(_plain("mdb_date", args), kind="date")


def _timestamp(args: Sequence[Sql]) -> Sql:
	"""TIMESTAMP(x) makes x a moment; TIMESTAMP(date, time) joins the two."""
	if len(args) == 2:
		day, clock = args
		if clock.is_constant and (length := to_timedelta(clock.value)) is not None:
			clock = replace(clock, params=(time_text(length),), kind="time")
		if day.kind == "date" and clock.kind == "time" and not day.is_constant:
			text, params = join((day, clock), " || ' ' || ")
			return Sql(f"({text})", params, "datetime")
	return replace(_plain("mdb_timestamp", args), kind="datetime")


def _in_unit(name: str, kind: Kind) -> Handler:
	"""Functions whose first argument is a bare unit: TIMESTAMPDIFF(DAY, a, b)."""

	def handler(args: Sequence[Sql]) -> Sql:
		unit = unit_of(args[0])
		return replace(_plain(name, [constant(unit), *args[1:]]), kind=kind)

	return handler


def unit_of(piece: Sql) -> str:
	"""The unit of time that an argument names.

	Raises:
		NotInMinibench: it names none that is known here.
	"""
	word = str(piece.value if piece.is_constant else piece.text).strip().strip("`'\"").lower()
	word = word.removeprefix("sql_tsi_")
	if word not in UNITS:
		raise NotInMinibench(f"the SQL interval unit {word.upper()}")
	return word


def add_interval(start: Sql, amount: Sql, unit: str, sign: int = 1) -> Sql:
	"""`start + INTERVAL amount unit`; a date stays a date where only whole days are added."""
	kind: Kind = "datetime"
	if start.kind == "date" and unit in ("day", "week", "month", "quarter", "year"):
		kind = "date"
	pieces = [start, amount if sign > 0 else Sql(f"-{amount.text}", amount.params), constant(unit)]
	text, params = join(pieces)
	return Sql(f"mdb_date_add({text})", params, kind)


def extract(unit: str, source: Sql) -> Sql:
	"""EXTRACT(unit FROM source)."""
	if unit.lower() == "week":
		return call("week", [source])
	return call(unit, [source])


def _seconds_of(name: str) -> Handler:
	"""Seconds of a moment or time; with six decimals where a column keeps as many."""

	def handler(args: Sequence[Sql]) -> Sql:
		piece = _plain(name, args or [moment(_site_now())])
		if args and args[0].kind in ("datetime", "time") and not args[0].is_constant:
			return replace(piece, kind="real", decimals=6)
		return replace(piece, kind="int")

	return handler


def _date_format(args: Sequence[Sql]) -> Sql:
	return replace(_plain("mdb_date_format", args), kind="text")


_HANDLERS: dict[str, Handler] = {
	"ifnull": _choice("coalesce"),
	"coalesce": _choice("coalesce"),
	"if": _if,
	"nullif": _nullif,
	"isnull": _isnull,
	"greatest": _extreme("max"),
	"least": _extreme("min"),
	"abs": _same_kind("abs"),
	"round": _rounding("mdb_round"),
	"truncate": _rounding("mdb_truncate"),
	"mod": _mod,
	"concat": _concat,
	"concat_ws": _concat_ws,
	"left": _left,
	"locate": _locate,
	"position": _locate,
	"instr": _instr,
	"now": _now,
	"current_timestamp": _now,
	"sysdate": _now,
	"localtimestamp": _now,
	"localtime": _now,
	"curdate": _today,
	"current_date": _today,
	"curtime": _time_now,
	"current_time": _time_now,
	"utc_timestamp": _utc_now,
	"date": _date,
	"timestamp": _timestamp,
	"year": _part_of_date("year", 1, 4),
	"month": _part_of_date("month", 6, 2),
	"day": _part_of_date("day", 9, 2),
	"dayofmonth": _part_of_date("day", 9, 2),
	"timestampdiff": _in_unit("mdb_timestampdiff", "int"),
	"timestampadd": _in_unit("mdb_timestampadd", "datetime"),
	"date_format": _date_format,
	"unix_timestamp": _seconds_of("mdb_unix_timestamp"),
	"time_to_sec": _seconds_of("mdb_time_to_sec"),
}

# MariaDB's name -> the name of the same function in SQLite, or of ours, and the kind of its result.
_SIMPLE: dict[str, tuple[str, Kind | None]] = {
	"ceil": ("mdb_ceil", "int"),
	"ceiling": ("mdb_ceil", "int"),
	"floor": ("mdb_floor", "int"),
	"pow": ("mdb_power", "real"),
	"power": ("mdb_power", "real"),
	"sqrt": ("mdb_sqrt", "real"),
	"sign": ("sign", "int"),
	"lower": ("mdb_lower", "text"),
	"lcase": ("mdb_lower", "text"),
	"upper": ("mdb_upper", "text"),
	"ucase": ("mdb_upper", "text"),
	"trim": ("trim", "text"),
	"ltrim": ("ltrim", "text"),
	"rtrim": ("rtrim", "text"),
	"length": ("mdb_length", "int"),
	"octet_length": ("mdb_length", "int"),
	"char_length": ("length", "int"),
	"character_length": ("length", "int"),
	"substring": ("mdb_substring", "text"),
	"substr": ("mdb_substring", "text"),
	"mid": ("mdb_substring", "text"),
	"right": ("mdb_right", "text"),
	"replace": ("replace", "text"),
	"reverse": ("mdb_reverse", "text"),
	"repeat": ("mdb_repeat", "text"),
	"lpad": ("mdb_lpad", "text"),
	"rpad": ("mdb_rpad", "text"),
	"substring_index": ("mdb_substring_index", "text"),
	"find_in_set": ("mdb_find_in_set", "int"),
	"field": ("mdb_field", "int"),
	"time": ("mdb_time", "time"),
	"hour": ("mdb_hour", "int"),
	"minute": ("mdb_minute", "int"),
	"second": ("mdb_second", "int"),
	"microsecond": ("mdb_microsecond", "int"),
	"quarter": ("mdb_quarter", "int"),
	"week": ("mdb_week", "int"),
	"weekofyear": ("mdb_weekofyear", "int"),
	"yearweek": ("mdb_yearweek", "int"),
	"weekday": ("mdb_weekday", "int"),
	"dayofweek": ("mdb_dayofweek", "int"),
	"dayofyear": ("mdb_dayofyear", "int"),
	"dayname": ("mdb_dayname", "text"),
	"monthname": ("mdb_monthname", "text"),
	"last_day": ("mdb_last_day", "date"),
	"datediff": ("mdb_datediff", "int"),
	"timediff": ("mdb_timediff", "time"),
	"to_days": ("mdb_to_days", "int"),
	"from_unixtime": ("mdb_from_unixtime", "datetime"),
	"sec_to_time": ("mdb_sec_to_time", "time"),
}
