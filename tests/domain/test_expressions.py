"""Expressions of administrators: exact, bounded, and unable to reach anything."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import expressions
from o2c_extensions.common.expressions import Expression, ExpressionError

VALUES: dict[str, Any] = {
	"amount": Decimal("1500.00"),
	"days": 31,
	"rate": 0.1,
	"customer": "Müller KG",
	"risk_class": "C",
	"valid_until": date(2026, 3, 1),
	"today": date(2026, 3, 5),
	"unknown": None,
	"new": True,
	"tags": ("a", "b"),
}


def value_of(text: str) -> Any:
	return expressions.compile(text, VALUES).evaluate(VALUES)


def refused(text: str) -> ExpressionError:
	with pytest.raises(ExpressionError) as raised:
		value_of(text)
	return raised.value


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("0.1 + 0.2 == 0.3", True),
		("rate * 3 == 0.3", True),
		("amount / 3 * 2", Decimal("1000")),
		("amount * 1.19", Decimal("1785.00")),
		("7 % 4", Decimal(3)),
		("-amount", Decimal(-1500)),
		("amount > 1000 and days > 30", True),
		("not new or amount < 0", False),
		("100 <= amount <= 2000", True),
		('risk_class in ("C", "D")', True),
		('risk_class not in ["A", "B"]', True),
		('"ller" in customer', True),
		("'b' in tags", True),
		('lower(customer) == "müller kg"', True),
		('upper(risk_class + "")', TypeError),
		('contains(customer, "KG") and len(customer) == 9', True),
		("contains(unknown, 'x')", False),
		("max(amount, 2000, 1) - min(1, 2)", Decimal(1999)),
		("abs(-5)", Decimal(5)),
		("today - valid_until", Decimal(4)),
		("valid_until < today", True),
		("unknown == None", True),
		("5 if new else 6", Decimal(5)),
		("amount > 5000\n\tor days > 30  # a word of why", True),
		("12345678901234567890.12 - 12345678901234567890.11", Decimal("0.01")),
	],
)
def test_what_it_says(text: str, expected: Any) -> None:
	if expected is TypeError:
		assert refused(text).code == expressions.TYPES
		return
	result = value_of(text)
	assert result == expected
	assert type(result) is type(expected)


@pytest.mark.parametrize(
	"text",
	[
		"__import__('os').system('id')",
		"().__class__.__bases__[0].__subclasses__()",
		"customer.upper()",
		"customer.__class__",
		"customer[0]",
		"tags[0]",
		"'{0.__class__}'.format(customer)",
		"f'{customer}'",
		"lambda: 1",
		"[x for x in tags]",
		"{1: 2}",
		"{1, 2}",
		"(x := 5)",
		"*tags",
		"2 ** 99999999",
		"1 << 9999999",
		"amount // 2",
		"~days",
		"customer is None",
		"b'bytes'",
		"...",
		"1j",
		"max(*tags)",
		"await amount",
		"yield",
	],
)
def test_what_it_must_not_do(text: str) -> None:
	error = refused(text)
	assert error.code in (
		expressions.FORBIDDEN,
		expressions.FUNCTION,
		expressions.NAME,
		expressions.SYNTAX,
		expressions.ARGUMENTS,
	)


@pytest.mark.parametrize("function", ["eval", "open", "type", "getattr", "rand", "int", "str", "print"])
def test_unknown_functions_are_named_with_the_known(function: str) -> None:
	error = refused(f"{function}(amount)")
	assert (error.code, error.value, error.line, error.column) == (expressions.FUNCTION, function, 1, 1)
	assert error.allowed == tuple(sorted(expressions.FUNCTIONS))


@pytest.mark.parametrize(
	("text", "line", "column", "value"),
	[
		("amuont > 5", 1, 1, "amuont"),
		("amount > 5 and\n  dyas > 3", 2, 3, "dyas"),
		("customer == 'ÄÖÜ' and dyas", 1, 23, "dyas"),
		("max", 1, 1, "max"),
	],
)
def test_an_unknown_name_is_shown_where_it_stands(text: str, line: int, column: int, value: str) -> None:
	error = refused(text)
	assert (error.code, error.line, error.column, error.value) == (expressions.NAME, line, column, value)
	assert error.allowed == tuple(sorted(VALUES))


@pytest.mark.parametrize(
	("text", "line"),
	[("amount >", 1), ("amount > 5 and\n) 3", 2), ("amount = 5", 1), ("a b", 1), ("'open", 1), ("\x00", 1)],
)
def test_what_is_no_expression(text: str, line: int) -> None:
	error = refused(text)
	assert (error.code, error.line) == (expressions.SYNTAX, line)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_no_expression(text: str) -> None:
	assert refused(text).code == expressions.EMPTY


@pytest.mark.parametrize(
	("text", "codes"),
	[
		("1" * 1001, [expressions.TOO_LONG]),
		("-" * 400 + "1", [expressions.TOO_DEEP, expressions.SYNTAX]),
		("(" * 300 + "1" + ")" * 300, [expressions.SYNTAX, expressions.TOO_DEEP]),
		("not " * 200 + "new", [expressions.TOO_DEEP]),
		("1e999999999", [expressions.NUMBER]),
		("9" * 500, [expressions.NUMBER]),
	],
)
def test_size_is_bounded(text: str, codes: list[str]) -> None:
	assert refused(text).code in codes


def test_what_grows_is_stopped() -> None:
	text = "*".join(["9e33"] * 20)
	assert abs(value_of(text).adjusted()) < 1000
	assert refused("'a' * 10").code == expressions.TYPES


@pytest.mark.parametrize(
	"text", ["amount > customer", "unknown < today", "amount + customer", "new + 1", "new > 0", "5 in amount"]
)
def test_what_does_not_fit_together(text: str) -> None:
	assert refused(text).code == expressions.TYPES


def test_division_by_zero() -> None:
	assert refused("amount / 0").code == expressions.ARITHMETIC
	assert refused("amount % (days - 31)").code == expressions.ARITHMETIC


def test_a_value_that_is_not_given() -> None:
	expression = expressions.compile("amount > 1", ["amount"])
	with pytest.raises(ExpressionError) as raised:
		expression.evaluate({})
	assert (raised.value.code, raised.value.value) == (expressions.NAME, "amount")


def test_a_value_of_another_kind() -> None:
	expression = expressions.compile("amount == 1", ["amount"])
	with pytest.raises(ExpressionError):
		expression.evaluate({"amount": object()})
	with pytest.raises(ExpressionError):
		expression.evaluate({"amount": len})


def test_it_knows_what_it_asks_for() -> None:
	expression = expressions.compile("amount > 5 and max(days, 3) > 2", VALUES)
	assert expression.names == {"amount", "days"}
	# What it does not ask for may be anything.
	assert expression.evaluate({"amount": 6, "days": 1, "other": object()}) is True


def test_moments_count_as_days() -> None:
	expression = expressions.compile("a == b", ["a", "b"])
	assert expression.evaluate({"a": datetime(2026, 3, 5, 12), "b": date(2026, 3, 5)}) is True


def test_a_condition_holds_or_not() -> None:
	assert expressions.compile("new", VALUES).holds(VALUES) is True
	assert expressions.compile("unknown", VALUES).holds(VALUES) is False
	for text in ("amount", "customer", "tags"):
		with pytest.raises(ExpressionError):
			expressions.compile(text, VALUES).holds(VALUES)


NUMBERS = st.decimals(-(10**9), 10**9, places=4)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_is_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
	expression = expressions.compile("(a + b) * c - b", ["a", "b", "c"])
	assert expression.evaluate({"a": a, "b": b, "c": c}) == (a + b) * c - b


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
	try:
		expression = expressions.compile(text, VALUES)
	except ExpressionError:
		return
	assert isinstance(expression, Expression)
	try:
		expression.evaluate(VALUES)
	except ExpressionError:
		pass


SMALL = st.recursive(
	st.sampled_from([*VALUES, "1", "2.50", "'x'", "True", "None", "()"]),
	lambda inner: st.one_of(
		st.tuples(inner, st.sampled_from([*"+ - * / % < <= == != > in and or".split(), "not in"]), inner).map(
			lambda parts: f"({' '.join(parts)})"
		),
		st.tuples(st.sampled_from(["not", "-", "abs", "len", "lower"]), inner).map(
			lambda parts: f"{parts[0]} ({parts[1]})"
		),
		st.tuples(st.sampled_from(["max", "contains"]), inner, inner).map(
			lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
		),
	),
	max_leaves=8,
)


@given(SMALL)
def test_whatever_it_says_is_plain(text: str) -> None:
	"""A value or an ExpressionError: never another error, never an object that could do something."""
	try:
		result = value_of(text)
	except ExpressionError:
		return
	assert result is None or isinstance(result, bool | Decimal | str | date | tuple)
