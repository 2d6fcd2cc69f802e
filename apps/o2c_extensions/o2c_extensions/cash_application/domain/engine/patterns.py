"""Patterns that cannot be made to hang: regular expressions without backtracking.

A pattern becomes a machine of states, all of which are followed at once (Thompson, 1968); sets of states that were seen are
remembered. The time is proportional to the text, whatever the pattern is, where Python's own engine takes exponential time
for (a+)+b. The price: no look-around, no references to groups.

Understood: letters and digits, . \\d \\w \\s \\D \\W \\S \\b, [a-z] and [^a-z], ( ) and (?: ), |, * + ? {2} {2,} {2,5}, ^ and $.
Upper and lower case are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 200
MOST_STATES = 2000
LONGEST_TEXT = 4000
MOST_REMEMBERED = 4000

_Test = Callable[[str], bool]
_WORD: _Test = lambda char: char.isalnum() or char == "_"  # noqa: E731
_CLASSES: dict[str, _Test] = {"d": str.isdecimal, "w": _WORD, "s": str.isspace}
# What stands at a place between two characters.
_START, _END, _EDGE = "^", "$", "b"


class PatternError(ValueError):
	"""A pattern cannot be read: says why, and at which character.

	Attributes:
		code: unclosed, nothing to repeat, unknown escape, not supported, too long.
	"""

	def __init__(self, code: str, at: int) -> None:
		self.code, self.at = code, at
		super().__init__(f"{code} at {at}")


@dataclass(frozen=True, slots=True)
class _State:
	"""Takes a character (`test`), stands at a place (`place`), or does neither; then goes on to `to`."""

	test: _Test | None
	place: str
	to: tuple[int, ...]


_Node = tuple[object, ...]


class Pattern:
	"""A compiled pattern.

	Raises:
		PatternError: it is not one of those understood.
	"""

	def __init__(self, text: str) -> None:
		if len(text) > LONGEST:
			raise PatternError("too long", LONGEST)
		self.text = text
		self._states: list[_State] = []
		node = _Parser(text).whole()
		self._accept = self._add(None, "", ())
		self._first = self._build(node, self._accept)
		self._known: dict[tuple[frozenset[int], str, str], frozenset[int]] = {}

	def __repr__(self) -> str:
		return f"Pattern({self.text!r})"

	def __eq__(self, other: object) -> bool:
		return isinstance(other, Pattern) and other.text == self.text

	def __hash__(self) -> int:
		return hash(self.text)

	def found_in(self, text: str) -> bool:
		"""Whether the pattern is found anywhere in the text (its first 4,000 characters)."""
		text = text[:LONGEST_TEXT].lower()
		states: frozenset[int] = frozenset()
		before = ""
		for char in text:
			states = self._step(states, before, char)
			if self._accept in states:
				return True
			before = char
		return self._accept in self._at(states | {self._first}, before, "")

	def _step(self, states: frozenset[int], before: str, char: str) -> frozenset[int]:
		"""The states after `char`: those that accept already stay, so that one look at the end is enough."""
		key = (states, before, char)
		known = self._known.get(key)
		if known is None:
			here = self._at(states | {self._first}, before, char)
			if self._accept in here:
				known = frozenset((self._accept,))
			else:
				known = frozenset(to for at in here if self._takes(at, char) for to in self._states[at].to)
				if self._accept in self._at(known, "x", "x", places=False):
					known = frozenset((self._accept,))
			if len(self._known) >= MOST_REMEMBERED:
				self._known.clear()
			self._known[key] = known
		return known

	def _takes(self, at: int, char: str) -> bool:
		test = self._states[at].test
		return test is not None and test(char)

	def _at(
		self, states: frozenset[int] | set[int], before: str, after: str, places: bool = True
	) -> frozenset[int]:
		"""All states that are reached without taking a character, between two characters (empty: the text's ends)."""
		found: set[int] = set()
		waiting = list(states)
		while waiting:
			at = waiting.pop()
			if at in found:
				continue
			found.add(at)
			state = self._states[at]
			if state.test is None and (not state.place or (places and _holds(state.place, before, after))):
				waiting += state.to
		return frozenset(found)

	def _add(self, test: _Test | None, place: str, to: tuple[int, ...]) -> int:
		if len(self._states) >= MOST_STATES:
			raise PatternError("too long", LONGEST)
		self._states.append(_State(test, place, to))
		return len(self._states) - 1

	def _build(self, node: _Node, to: int) -> int:
		"""States for a piece of the pattern that goes on to `to`; returns the first one."""
		what = node[0]
		if what == "char":
			return self._add(node[1], "", (to,))  # type: ignore[arg-type]
		if what == "place":
			return self._add(None, str(node[1]), (to,))
		if what == "all":
			for part in reversed(node[1:]):
				to = self._build(part, to)  # type: ignore[arg-type]
			return to
		if what == "any":
			return self._add(None, "", tuple(self._build(part, to) for part in node[1:]))  # type: ignore[arg-type]
		_what, inner, least, most = node
		assert isinstance(inner, tuple) and isinstance(least, int)
		if most is None:
			# Made first and joined afterwards, as it comes back to itself.
			loop = self._add(None, "", ())
			self._states[loop] = _State(None, "", (self._build(inner, loop), to))
			to = loop
		else:
			assert isinstance(most, int)
			end = to
			for _ in range(most - least):
				to = self._add(None, "", (self._build(inner, to), end))
		for _ in range(least):
			to = self._build(inner, to)
		return to


def _holds(place: str, before: str, after: str) -> bool:
	if place == _START:
		return not before
	if place == _END:
		return not after
	return bool(before and _WORD(before)) != bool(after and _WORD(after))


class _Parser:
	def __init__(self, text: str) -> None:
		self.text, self.at = text, 0

	def whole(self) -> _Node:
		node = self._choice()
		if self.at < len(self.text):
			raise PatternError("unclosed", self.at)
		return node

	def _peek(self) -> str:
		return self.text[self.at : self.at + 1]

	def _next(self) -> str:
		char = self._peek()
		if not char:
			raise PatternError("unclosed", self.at)
		self.at += 1
		return char

	def _choice(self) -> _Node:
		ways = [self._sequence()]
		while self._peek() == "|":
			self.at += 1
			ways.append(self._sequence())
		return ways[0] if len(ways) == 1 else ("any", *ways)

	def _sequence(self) -> _Node:
		parts: list[_Node] = []
		while self._peek() and self._peek() not in "|)":
			parts.append(self._repeated(self._atom()))
		return ("all", *parts)

	def _repeated(self, node: _Node) -> _Node:
		while (sign := self._peek()) and sign in "*+?{":
			at = self.at
			self.at += 1
			if node[0] == "place":
				raise PatternError("nothing to repeat", at)
			least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign) or self._counts()
			if most is not None and (most < least or most > 100):
				raise PatternError("not supported", at)
			node = ("many", node, least, most)
			# Whether as much or as little as possible is taken does not matter for whether it is found.
			if self._peek() == "?":
				self.at += 1
		return node

	def _counts(self) -> tuple[int, int | None]:
		end = self.text.find("}", self.at)
		inside = self.text[self.at : end] if end > 0 else ""
		low, comma, high = inside.partition(",")
		if not low.isdecimal() or (high and not high.isdecimal()) or int(low) > 100:
			raise PatternError("not supported", self.at)
		self.at = end + 1
		return int(low), int(high) if high else (None if comma else int(low))

	def _atom(self) -> _Node:
		at = self.at
		char = self._next()
		if char == "(":
			if self._peek() == "?":
				if self.text[self.at : self.at + 2] != "?:":
					raise PatternError("not supported", at)
				self.at += 2
			node = self._choice()
			if self._peek() != ")":
				raise PatternError("unclosed", at)
			self.at += 1
			return node
		if char == "[":
			return ("char", self._set(at))
		if char == ".":
			return ("char", lambda _char: True)
		if char in "^$":
			return ("place", char)
		if char in "*+?{":
			raise PatternError("nothing to repeat", at)
		if char == "\\":
			if self._peek() == _EDGE:
				self.at += 1
				return ("place", _EDGE)
			return ("char", self._escape())
		return ("char", char.lower().__eq__)

	def _escape(self) -> _Test:
		char = self._next()
		if test := _CLASSES.get(char):
			return test
		if test := _CLASSES.get(char.lower()):
			return lambda one, test=test: not test(one)  # type: ignore[misc]
		if char.isalnum():
			raise PatternError("unknown escape", self.at - 1)
		return char.__eq__

	def _set(self, at: int) -> _Test:
		negated = self._peek() == "^"
		self.at += negated
		tests: list[_Test] = []
		while (char := self._next()) != "]" or not tests:
			if char == "\\":
				tests.append(self._escape())
			elif self._peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
				self.at += 1
				low, high = char.lower(), self._next().lower()
				if high < low:
					raise PatternError("not supported", at)
				tests.append(lambda one, low=low, high=high: low <= one <= high)  # type: ignore[misc]
			else:
				tests.append(char.lower().__eq__)
		return lambda one: any(test(one) for test in tests) != negated
