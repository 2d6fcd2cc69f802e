"""How request values are fitted to annotations. What v15 (pydantic, lax) makes of each stands beside it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Optional, TypedDict, Union

import pytest

from minibench.errors import FrappeTypeError
from minibench.web import coercion


class Color(Enum):
	RED = "red"


class Point(TypedDict):
	x: int


class Thing:
	pass


THING = Thing()


@pytest.mark.parametrize(
	("wanted", "value", "expected"),
	[
		(str, "a", "a"),
		(int, "12", 12),
		(int, " 12 ", 12),
		(int, "12.0", 12),
		(int, 3.0, 3),
		(int, True, 1),
		(float, "1.5", 1.5),
		(float, 2, 2.0),
		(bool | int, "true", True),
		(int | bool | float, "1", 1),
		(int | bool | float, "yes", True),
		(Decimal, "1.10", Decimal("1.10")),
		(list, ("a",), ["a"]),
		(list[int], ["1", 2], [1, 2]),
		(dict, {"a": 1}, {"a": 1}),
		(dict[str, int], {"a": "1"}, {"a": 1}),
		(str | None, None, None),
		(Optional[int], "7", 7),  # noqa: UP045
		(Union[str, int], 5, 5),  # noqa: UP007
		(int | str, "5", "5"),
		(str | dict | list, {"a": 1}, {"a": 1}),
		(Literal["a", "b"], "b", "b"),
		(datetime.date, "2024-02-29", datetime.date(2024, 2, 29)),
		(datetime.datetime, "2024-02-29 10:00:00", datetime.datetime(2024, 2, 29, 10)),
		(tuple[int, str], ["1", "b"], (1, "b")),
		(Color, "red", Color.RED),
		(Point, {"x": 1}, {"x": 1}),
		(Thing, THING, THING),
		(Any, THING, THING),
	],
)
def test_what_fits(wanted, value, expected):
	got = coercion.fit(wanted, value)[0]
	assert got == expected
	assert type(got) is type(expected)


@pytest.mark.parametrize(
	("wanted", "value"),
	[
		(str, 5),
		(str, None),
		(int, "many"),
		(int, "1e3"),
		(int, 1.5),
		(int, None),
		(float, "x"),
		(bool, "maybe"),
		(list, "abc"),
		(list[int], ["x"]),
		(dict, "{}"),
		(dict[str, int], {"a": "x"}),
		(str | None, 5),
		(Literal["a"], "c"),
		(datetime.date, "2024-13-01"),
		(datetime.date, "2024-02-29 10:00:00"),
		(tuple[int, str], [1]),
		(Color, "blue"),
		(Thing, "thing"),
	],
)
def test_what_does_not(wanted, value):
	with pytest.raises(coercion.Misfit):
		coercion.fit(wanted, value)


def test_arguments_are_named_in_the_error():
	def endpoint(customer, limit, note=None):
		return customer, limit, note

	endpoint.__annotations__ = {"customer": str, "limit": int, "note": str}
	assert coercion.arguments(endpoint, ("C-1", "5"), {}) == (["C-1", 5], {})
	assert coercion.arguments(endpoint, (), {"customer": "C-1", "limit": "5", "note": None}) == (
		[],
		{"customer": "C-1", "limit": 5, "note": None},
	)
	with pytest.raises(
		FrappeTypeError, match="Argument 'limit' should be of type 'int' but got 'str' instead"
	):
		coercion.arguments(endpoint, (), {"customer": "C-1", "limit": "x"})


def test_annotations_that_are_only_text_are_left_alone():
	def endpoint(limit: int):
		return limit

	assert endpoint.__annotations__ == {"limit": "int"}
	assert coercion.arguments(endpoint, ("x",), {}) == (("x",), {})
