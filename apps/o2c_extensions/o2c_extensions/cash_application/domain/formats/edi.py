"""The envelopes of EDI: segments of EDIFACT (ISO 9735) and of ANSI X12, with the line that each begins in.

A segment is known by its number and line, so that a mistake in it can be found. Nothing is guessed: what is cut off, or counts
otherwise than its trailers say, is refused. The library pydifact reads the same, but is said to be unstable and names no line of a
segment; the tests read the samples with it a second time. For X12 there is none alive that reads the 820.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.statement import StatementError

# Far more than any advice has.
MOST_SEGMENTS = 500_000
_UNA = re.compile(r"UNA(.)(.)(.)(.)(.)(.)", re.DOTALL)
_ISA_LENGTH = 106
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")


@dataclass(frozen=True)
class Segment:
	"""One segment: its elements, each with its components.

	Attributes:
		number: which one it is, from 1.
		line: the line of the file that it begins in.
	"""

	tag: str
	elements: tuple[tuple[str, ...], ...]
	number: int
	line: int

	@property
	def place(self) -> str:
		return f"segment {self.number} {self.tag}"

	def at(self, element: int, component: int = 0) -> str:
		"""An element's component, counted from 0 behind the tag; empty if it is not there."""
		parts = self.elements[element] if element < len(self.elements) else ()
		return parts[component].strip() if component < len(parts) else ""

	def wrong(self, code: str, value: str = "") -> StatementError:
		return StatementError(code, value, self.line, self.place)


def edifact(content: bytes, limits: Limits | None = None) -> tuple[Segment, ...]:
	"""The segments of an EDIFACT interchange.

	Raises:
		StatementError: it is none, or it was cut off.
	"""
	check_size(content, limits or Limits())
	told, line = _start(content)
	component, element, release, end = ":", "+", "?", "'"
	if match := _UNA.match(told):
		component, element, _mark, release, _reserved, end = match.groups()
		told = told[match.end() :]
		if len({component, element, end}) < 3 or release in (component, element, end):
			raise StatementError("no segment", match.group(), 1, "UNA")
	return tuple(_segments(told, line, component, element, release.strip(), end))


def x12(content: bytes, limits: Limits | None = None) -> tuple[Segment, ...]:
	"""The segments of an X12 interchange, whose header (ISA) shows by its fixed length what divides them.

	Raises:
		StatementError: it is none, or it was cut off.
	"""
	check_size(content, limits or Limits())
	told, line = _start(content)
	header = told[:_ISA_LENGTH]
	element, component, end = header[3:4], header[104:105], header[105:106]
	if len(header) < _ISA_LENGTH or header.count(element) != 16 or len({element, component, end}) < 3:
		raise StatementError("no segment", header[:20], 1, "ISA")
	return tuple(_segments(told, line, component, element, "", end))


def _start(content: bytes) -> tuple[str, int]:
	"""The text without what is empty before it, and the line that it begins in. Marks may be control characters."""
	if content.startswith(_WIDE) or b"\x00" in content[:64]:
		whole = text.decode(content)
	else:
		try:
			whole = content.decode("utf-8-sig")
		except UnicodeDecodeError:
			whole = content.decode("latin-1")
	told = whole.lstrip(" \t\r\n")
	return told, whole.count("\n", 0, len(whole) - len(told)) + 1


def _segments(
	told: str, line: int, component: str, element: str, release: str, end: str
) -> Iterator[Segment]:
	"""Split at the end marks that no release character stands before."""
	pieces = _split(told, end, release)
	*full, rest = pieces
	for number, raw in enumerate(full, start=1):
		if number > MOST_SEGMENTS:
			raise StatementError("too many segments", str(MOST_SEGMENTS), line, "")
		begins = line + len(raw[: len(raw) - len(raw.lstrip())].split("\n")) - 1
		line += raw.count("\n") + end.count("\n")
		body = raw.strip("\r\n \t") if end != "\n" else raw.strip()
		if not body:
			raise StatementError("no segment", "", begins, f"segment {number}")
		tag, *elements = _split(body, element, release)
		if not _TAG.fullmatch(tag):
			raise StatementError("no segment", tag, begins, f"segment {number}")
		parts = tuple(
			tuple(
				_bare(part.replace("\r", "").replace("\n", ""), release)
				for part in _split(each, component, release)
			)
			for each in elements
		)
		yield Segment(tag, parts, number, begins)
	if rest.strip():
		raise StatementError("cut off", end if end.isprintable() else "", line, f"segment {len(full) + 1}")


def _split(told: str, mark: str, release: str) -> list[str]:
	if not release or release not in told:
		return told.split(mark)
	found, start, at = [], 0, 0
	pattern = re.compile(f"{re.escape(release)}.|{re.escape(mark)}", re.DOTALL)
	while match := pattern.search(told, at):
		at = match.end()
		if match.group() == mark:
			found.append(told[start : match.start()])
			start = at
	return [*found, told[start:]]


def _bare(told: str, release: str) -> str:
	return re.sub(f"{re.escape(release)}(.)", r"\1", told) if release and release in told else told


def messages(
	segments: Sequence[Segment], begins: str, ends: str, count_at: int, reference_at: tuple[int, int]
) -> Iterator[tuple[Segment, ...]]:
	"""The messages in an interchange, each with its first and last segment, whose count and reference agree.

	Args:
		count_at: which element of the trailer counts the segments.
		reference_at: which elements of header and trailer are the same.

	Raises:
		StatementError: a trailer is missing, or says something else than what came.
	"""
	opened: int | None = None
	for at, segment in enumerate(segments):
		if segment.tag == begins:
			if opened is not None:
				raise segment.wrong("cut off", ends)
			opened = at
		elif segment.tag == ends:
			if opened is None:
				raise segment.wrong("no segment", ends)
			message = tuple(segments[opened : at + 1])
			count, reference = segment.at(count_at), segment.at(reference_at[1])
			if not count.isascii() or not count.isdigit() or int(count[:9]) != len(message):
				raise segment.wrong("control count", f"{count}, {len(message)}")
			if reference != message[0].at(reference_at[0]):
				raise segment.wrong("control reference", f"{reference}, {message[0].at(reference_at[0])}")
			yield message
			opened = None
	if opened is not None:
		raise segments[-1].wrong("cut off", ends)
