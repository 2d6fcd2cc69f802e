"""What a PyPika query computes: functions, arithmetic, CASE, CAST, dates plus intervals, windows."""

from __future__ import annotations

from typing import Any

from pypika import terms

from minibench.data.builder_terms import TermCompiler
from minibench.data.sql_calls import add_interval, call, extract, unit_of
from minibench.data.sql_expressions import parse_field, to_sql
from minibench.data.sql_terms import NO_VALUE, Sql, arithmetic, collated, common_kind, constant, replace
from minibench.errors import NotInMinibench

_INTERVAL_UNITS = (
	"years",
	"months",
	"days",
	"hours",
	"minutes",
	"seconds",
	"microseconds",
	"quarters",
	"weeks",
)
_CASTS: dict[str, str] = {
	"char": "text",
	"varchar": "text",
	"nchar": "text",
	"text": "text",
	"signed": "int",
	"unsigned": "int",
	"int": "int",
	"integer": "int",
	"bigint": "int",
	"decimal": "real",
	"numeric": "real",
	"float": "real",
	"double": "real",
	"date": "date",
	"datetime": "datetime",
	"timestamp": "datetime",
	"time": "time",
}


class CallCompiler(TermCompiler):
	"""Compiles terms that compute."""

	def _arithmetic(self, node: Any) -> Sql:
		operator = node.operator.value
		if isinstance(node.right, terms.Interval):
			return self._shift(self.term(node.left), node.right, -1 if operator == "-" else 1)
		if operator not in ("+", "-", "*", "/"):
			left, right = self.term(node.left), self.term(node.right)
			return Sql(f"({left.text} {operator} {right.text})", [*left.params, *right.params], "int")
		return arithmetic(self.operand(node.left), operator, self.operand(node.right))

	def _shift(self, moment: Sql, interval: Any, sign: int) -> Sql:
		if interval.is_negative:
			sign = -sign
		for plural in _INTERVAL_UNITS:
			if amount := getattr(interval, plural, 0):
				moment = add_interval(moment, constant(amount), plural.removesuffix("s"), sign)
		return moment

	def _negative(self, node: Any) -> Sql:
		piece = self.term(node.term)
		return replace(piece, text=f"-{piece.text}", is_column=False, value=NO_VALUE)

	def _case(self, node: Any) -> Sql:
		parts: list[str] = []
		params: list[Any] = []
		values = []
		for condition, then in node._cases:
			when, value = self.term(condition), self.term(then)
			parts.append(f"when {when.text} then {value.text}")
			params += [*when.params, *value.params]
			values.append(value)
		if node._else is not None:
			last = self.term(node._else)
			parts.append(f"else {last.text}")
			params += last.params
			values.append(last)
		kind, decimals = common_kind(values)
		return Sql(f"(case {' '.join(parts)} end)", params, kind, decimals)

	def _function(self, node: Any) -> Sql:
		if node.schema is not None or getattr(node, "_include_filter", False):
			raise NotInMinibench(f"{node.name} with a schema or a filter")
		name = str(node.name).strip().lower()
		if hasattr(node, "as_type"):
			return self._cast(node)
		if hasattr(node, "encoding"):
			return self.term(node.args[0])
		if name == "extract":
			return extract(unit_of(self.term(node.args[0])), self.term(node.field))
		if name in ("date_add", "date_sub", "adddate", "subdate"):
			return self._date_arithmetic(node, 1 if name in ("date_add", "adddate") else -1)
		piece = call(name, [self.term(arg) for arg in node.args], bool(getattr(node, "_distinct", False)))
		if getattr(node, "_include_over", False):
			return self._over(node, piece)
		return piece

	def _date_arithmetic(self, node: Any, sign: int) -> Sql:
		moment, amount = node.args
		if isinstance(amount, terms.Interval):
			return self._shift(self.term(moment), amount, sign)
		if isinstance(amount, terms.LiteralValue):
			# "INTERVAL 3 DAY" is no expression by itself, but behind a "+" it is.
			node = parse_field(f"x {'+' if sign > 0 else '-'} {amount._value}").node
			if node[0] == "interval":
				return add_interval(
					self.term(moment), to_sql(node[2], self._resolve), unit_of(Sql(node[3])), node[4]
				)
		return add_interval(self.term(moment), self.term(amount), "day", sign)

	def _cast(self, node: Any) -> Sql:
		as_type = node.as_type
		text = as_type.get_sql() if hasattr(as_type, "get_sql") else str(as_type)
		kind = _CASTS.get(text.lower().strip("`'\"").partition("(")[0].strip())
		piece = self.term(node.args[0])
		if kind == "text":
			return call("concat", [piece])
		if kind == "int":
			source = (
				piece
				if piece.kind == "int"
				else call("round", [Sql(f"to_number({piece.text})", piece.params)])
			)
			return Sql(f"cast({source.text} as integer)", source.params, "int")
		if kind == "real":
			places = text.rpartition(",")[2].rstrip(") ") if "," in text else ""
			decimals = int(places) if places.isdigit() else (0 if "decimal" in text.lower() else 9)
			number = Sql(f"cast(to_number({piece.text}) as real)", piece.params, "real", 15)
			return call("round", [number, constant(decimals)])
		if kind in ("date", "datetime", "time"):
			return call({"datetime": "timestamp"}.get(kind, kind), [piece])
		raise NotInMinibench(f"CAST AS {text}")

	def _over(self, node: Any, piece: Sql) -> Sql:
		parts: list[str] = []
		params = list(piece.params)
		if node._partition:
			partition = [collated(self.term(part)) for part in node._partition]
			parts.append("partition by " + ", ".join(part.text for part in partition))
			params += [param for part in partition for param in part.params]
		if node._orderbys:
			orders = []
			for part, direction in node._orderbys:
				ordered = collated(self.term(part))
				orders.append(f"{ordered.text} {direction.value if direction else ''}".strip())
				params += ordered.params
			parts.append("order by " + ", ".join(orders))
		if getattr(node, "frame", None):
			parts.append(node.get_frame_sql())
		return replace(piece, text=f"{piece.text} over ({' '.join(parts)})", params=params)
