"""Conditions that an administrator writes, evaluated without letting them touch anything. Pure: no database, no clock.

An expression is one Python expression over named values: arithmetic, comparisons, `and`, `or`, `not`, `in` with a list, `a if b
else c`, and the functions below. All numbers are exact decimals: 0.1 + 0.2 is 0.3. Nothing has attributes or items to reach for.

    amount > 5000 and risk_class in ("C", "D")
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal, DecimalException, localcontext
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

LONGEST = 1000
DEEPEST = 25
_PRECISION = 34

# What may be wrong, in one word. The first three happen when an expression is evaluated, all others when it is compiled.
TYPES, ARITHMETIC, FAILED = "types", "arithmetic", "failed"
EMPTY, TOO_LONG, TOO_DEEP, SYNTAX = "empty", "too long", "too deep", "syntax"
NAME, FUNCTION, FORBIDDEN, ARGUMENTS, NUMBER = "name", "function", "forbidden", "arguments", "number"


class ExpressionError(ValueError):
	"""An expression cannot be used. Says what is wrong, where, and what would do instead; wording it is the caller's.

	Attributes:
		code: what is wrong, one of the words above.
		value: the part of the text that is wrong.
		line, column: where it begins, from 1; 0 if it is not about one place.
		allowed: what may stand there instead, where that can be listed.
	"""

	def __init__(
		self, code: str, value: str = "", line: int = 0, column: int = 0, allowed: Collection[str] = ()
	) -> None:
		self.code, self.value, self.line, self.column = code, value[:80], line, column
		self.allowed = tuple(sorted(allowed))
		super().__init__(f"{code}: {self.value!r} (line {line}, column {column})")


@dataclass(frozen=True)
class Expression:
	"""An expression that has been checked. `names` are the values that it asks for."""

	text: str
	names: frozenset[str]
	_tree: ast.expr = field(repr=False, compare=False)

	def evaluate(self, values: Mapping[str, Any]) -> Any:
		"""What the expression says of these values: a Decimal, a text, a truth value, a date, a tuple or None.

		Floats among the values are taken as they are written down. A value that is None compares with `==` only.

		Raises:
			ExpressionError: the values do not fit together, one is missing, or a number is divided by zero.
		"""
		known = {name: _plain(values[name]) for name in self.names if name in values}
		with localcontext(Context(prec=_PRECISION)):
			try:
				return _Evaluator(known).eval(self.text, previously_parsed=self._tree)
			except ExpressionError:
				raise
			except (DecimalException, ZeroDivisionError, OverflowError) as error:
				raise ExpressionError(ARITHMETIC, str(self.text)) from error
			except (TypeError, ValueError, AttributeError) as error:
				raise ExpressionError(TYPES, str(error)) from error
			except (InvalidExpression, RecursionError) as error:
				raise ExpressionError(FAILED, str(error)) from error

	def holds(self, values: Mapping[str, Any]) -> bool:
		"""Whether the condition is met; what is unknown (None) is not.

		Raises:
			ExpressionError: as `evaluate`, or it is no condition: it gives a number or a text.
		"""
		result = self.evaluate(values)
		if result is None or isinstance(result, bool):
			return bool(result)
		raise ExpressionError(TYPES, self.text)


def compile(text: str, names: Collection[str]) -> Expression:
	"""Check an expression once, to evaluate it often.

	Args:
		names: the values that it may ask for.

	Raises:
		ExpressionError: it is not an expression, is too long, or names or does what it must not.
	"""
	if not text or not text.strip():
		raise ExpressionError(EMPTY)
	if len(text) > LONGEST:
		raise ExpressionError(TOO_LONG, str(LONGEST))
	tree = _parse(text)
	used = frozenset(_check(tree, text, frozenset(names)))
	return Expression(text, used, tree)


# --- compiling -------------------------------------------------------------------------------------------------------

_ALLOWED_NODES = (
	*(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd),
	*(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod),
	*(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
	*(ast.IfExp, ast.Call, ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.List),
)


def _parse(text: str) -> ast.expr:
	# In brackets, an expression may go over several lines; its own lines begin with the second one.
	try:
		return ast.parse(f"(\n{text}\n)", mode="eval").body
	except SyntaxError as error:
		line = min(max((error.lineno or 2) - 1, 1), len(text.splitlines()))
		written = text.splitlines()[line - 1]
		column = error.offset or 1 if line == (error.lineno or 2) - 1 else len(written)
		raise ExpressionError(SYNTAX, written.strip(), line, min(max(column, 1), len(written) + 1)) from None
	except (ValueError, MemoryError, RecursionError):
		raise ExpressionError(SYNTAX, text) from None


def _check(tree: ast.expr, text: str, names: frozenset[str]) -> Iterator[str]:
	"""Walk the tree without recursion, refuse what is not on the list, and yield the names that it asks for."""
	waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
	while waiting:
		node, depth = waiting.pop()
		if depth > DEEPEST:
			raise _at(node, TOO_DEEP, text)
		if not isinstance(node, _ALLOWED_NODES):
			raise _at(node, FORBIDDEN, text)
		if isinstance(node, ast.Constant):
			_settle(node, text)
		children = list(ast.iter_child_nodes(node))
		if isinstance(node, ast.Call):
			_check_call(node, text)
			children = list(node.args)
		elif isinstance(node, ast.Name):
			if node.id not in names:
				raise _at(node, NAME, text, names)
			yield node.id
		waiting += [(child, depth + 1) for child in children]


def _check_call(node: ast.Call, text: str) -> None:
	if not isinstance(node.func, ast.Name):
		raise _at(node.func, FORBIDDEN, text)
	if node.func.id not in _FUNCTIONS:
		raise _at(node.func, FUNCTION, text, _FUNCTIONS)
	least, most = _ARGUMENTS[node.func.id]
	if node.keywords or not least <= len(node.args) <= most:
		raise _at(node, ARGUMENTS, text)


def _settle(node: ast.Constant, text: str) -> None:
	"""Let a constant be what was written: a number as an exact decimal; neither bytes, `...` nor 1j."""
	if node.value is None or isinstance(node.value, bool | str):
		return
	if not isinstance(node.value, int | float):
		raise _at(node, FORBIDDEN, text)
	written = _written(node, text).replace("_", "")
	try:
		number = Decimal(int(node.value)) if isinstance(node.value, int) else Decimal(written)
	except ArithmeticError:
		raise _at(node, NUMBER, text) from None
	if abs(number.adjusted()) > _PRECISION:
		raise _at(node, NUMBER, text)
	node.value = number  # type: ignore[assignment]


def _at(node: ast.AST, code: str, text: str, allowed: Collection[str] = ()) -> ExpressionError:
	line, offset = getattr(node, "lineno", 2) - 1, getattr(node, "col_offset", 0)
	lines = text.splitlines()
	# The parser counts bytes.
	before = lines[line - 1].encode()[:offset].decode(errors="replace") if 0 < line <= len(lines) else ""
	return ExpressionError(code, _written(node, text), max(line, 1), len(before) + 1, allowed)


def _written(node: ast.AST, text: str) -> str:
	return ast.get_source_segment(f"(\n{text}\n)", node) or type(node).__name__


# --- evaluating ------------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
	if isinstance(value, bool) or value is None or isinstance(value, str | Decimal):
		return value
	if isinstance(value, int):
		return Decimal(value)
	if isinstance(value, float):
		return Decimal(repr(value))
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	if isinstance(value, tuple | list | frozenset | set):
		return tuple(_plain(each) for each in value)
	raise ExpressionError(TYPES, type(value).__name__)


def _number(value: Any) -> Decimal:
	if not isinstance(value, Decimal):
		raise TypeError(f"{value!r} is not a number")
	return value


def _text(value: Any) -> str:
	if value is None:
		return ""
	if not isinstance(value, str):
		raise TypeError(f"{value!r} is not a text")
	return value


def _numbers(do: Callable[..., Any]) -> Callable[..., Any]:
	return lambda *values: do(*map(_number, values))


def _minus(left: Any, right: Any) -> Decimal:
	"""The difference of two numbers, or the days between two dates."""
	if isinstance(left, date) and isinstance(right, date):
		return Decimal((left - right).days)
	return _number(left) - _number(right)


def _is_in(item: Any, items: Any) -> bool:
	if isinstance(items, str):
		return _text(item) in items
	return item in items


def _compared(do: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
	"""Only like with like: Python would compare True with 1."""

	def compare(left: Any, right: Any) -> bool:
		if type(left) is not type(right) or isinstance(left, bool | tuple):
			raise TypeError(f"{left!r} cannot be compared with {right!r}")
		return do(left, right)

	return compare


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
	ast.Add: _numbers(operator.add),
	ast.Sub: _minus,
	ast.Mult: _numbers(operator.mul),
	ast.Div: _numbers(operator.truediv),
	ast.Mod: _numbers(operator.mod),
	ast.USub: _numbers(operator.neg),
	ast.UAdd: _numbers(operator.pos),
	ast.Not: operator.not_,
	ast.Eq: operator.eq,
	ast.NotEq: operator.ne,
	ast.Lt: _compared(operator.lt),
	ast.LtE: _compared(operator.le),
	ast.Gt: _compared(operator.gt),
	ast.GtE: _compared(operator.ge),
	ast.In: _is_in,
	ast.NotIn: lambda item, items: not _is_in(item, items),
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
	"min": _numbers(min),
	"max": _numbers(max),
	"abs": _numbers(abs),
	"len": lambda value: Decimal(len(value if isinstance(value, tuple) else _text(value))),
	"lower": lambda value: _text(value).lower(),
	"upper": lambda value: _text(value).upper(),
	"contains": lambda value, part: _text(part) in _text(value),
}
FUNCTIONS = tuple(_FUNCTIONS)
_MANY = LONGEST
_ARGUMENTS = {
	"min": (2, _MANY),
	"max": (2, _MANY),
	"abs": (1, 1),
	"len": (1, 1),
	"lower": (1, 1),
	"upper": (1, 1),
	"contains": (2, 2),
}


class _Evaluator(SimpleEval):
	def __init__(self, values: Mapping[str, Any]) -> None:
		super().__init__(operators=_OPERATORS, functions=_FUNCTIONS, names=values)
		self.nodes = {
			ast.Name: self._value_of,
			ast.UnaryOp: self._eval_unaryop,
			ast.BinOp: self._eval_binop,
			ast.BoolOp: self._eval_boolop,
			ast.Compare: self._eval_compare,
			ast.IfExp: self._eval_ifexp,
			ast.Call: self._eval_call,
			ast.Constant: self._eval_constant,
			ast.Tuple: self._items_of,
			ast.List: self._items_of,
		}

	def _value_of(self, node: ast.Name) -> Any:
		if node.id not in self.names:
			raise ExpressionError(NAME, node.id, allowed=tuple(self.names))
		return self.names[node.id]

	def _items_of(self, node: ast.Tuple | ast.List) -> tuple[Any, ...]:
		return tuple(self._eval(each) for each in node.elts)
