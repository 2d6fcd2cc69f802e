"""Patterns that cannot hang find what Python's own find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.engine.patterns import Pattern, PatternError

_atoms = st.sampled_from(["a", "b", "-", ".", "[ab]", "[^a]", "[a-c]", "\\w", "\\d", "\\s", "\\b", "\\."])
_patterns = st.recursive(
	_atoms,
	lambda inner: st.one_of(
		st.tuples(inner, inner).map("".join),
		st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
		st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])).map(
			lambda one: f"(?:{one[0]}){one[1]}"
		),
		inner.map(lambda one: f"^{one}"),
		inner.map(lambda one: f"{one}$"),
	),
	max_leaves=8,
)


@given(_patterns, st.text("abc1-. ", max_size=12))
def test_the_same_is_found_as_by_pythons_engine(pattern: str, text: str) -> None:
	try:
		theirs = re.compile(pattern, re.DOTALL | re.IGNORECASE)
	except re.error:
		return
	assert Pattern(pattern).found_in(text) == bool(theirs.search(text)), (pattern, text)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(.*a){12}b", "a*a*a*a*a*a*b"])
def test_nothing_makes_it_hang(pattern: str) -> None:
	assert not Pattern(pattern).found_in("a" * 4000)


@pytest.mark.parametrize(
	"pattern",
	[
		"(",
		")",
		"[a",
		"*",
		"a{999}",
		"(?=a)",
		"(?P<x>a)",
		"\\1",
		"\\p",
		"a{x}",
		"^*",
		"x" * 201,
		"((a{50}){50}){50}",
	],
)
def test_what_is_not_understood_is_refused(pattern: str) -> None:
	with pytest.raises(PatternError):
		Pattern(pattern)


@given(st.text("ab(|)[]{}*+?\\^$.-12,", max_size=20))
def test_any_pattern_is_compiled_or_refused(pattern: str) -> None:
	try:
		Pattern(pattern).found_in("abba 12")
	except PatternError as error:
		assert error.code


def test_letters_are_alike_in_upper_and_lower_case() -> None:
	assert Pattern("^MIETE [0-9]{4}$").found_in("Miete 2026")
	assert Pattern("m[A-Z]ete").found_in("MIETE")
