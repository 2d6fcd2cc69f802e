"""Document names in what a payer writes: "acc sinv 2026 00017" is ACC-SINV-2026-00017."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Far more than any remittance has; a text that goes on and on is cut, not refused.
LONGEST_TEXT = 20_000
MOST_NAMES = 500

_BETWEEN = r"[\s\-_/.]*"
_VARIABLE = {
	"YYYY": r"([0-9]{4})",
	"YY": r"([0-9]{2})",
	"MM": r"([0-9]{2})",
	"DD": r"([0-9]{2})",
	"WW": r"([0-9]{1,2})",
}
_WORD = re.compile(r"[^\s,;:()\[\]<>\"'|+=*]+")
_CREDITOR_REFERENCE = re.compile(r"\bRF[0-9]{2}[A-Z0-9]{1,21}\b")


class Series:
	"""One naming series, such as `ACC-SINV-.YYYY.-.#####`, as a pattern to be found in free text."""

	def __init__(self, series: str) -> None:
		pieces: list[str] = []
		self._parts: list[str | None] = []
		has_number = False
		for part in series.split("."):
			if not part:
				continue
			if set(part) == {"#"}:
				has_number = True
				self._variable(pieces, f"([0-9]{{{len(part)},}})")
			elif part in _VARIABLE:
				self._variable(pieces, _VARIABLE[part])
			elif part.startswith("{") or part in ("FY", "timestamp"):
				self._variable(pieces, r"([A-Z0-9]+)")
			else:
				pieces += [re.escape(word) for word in re.findall(r"[A-Z0-9]+", part.upper())]
				self._parts.append(part)
		if not has_number:
			self._variable(pieces, r"([0-9]{5,})")
		self._pattern = re.compile(rf"(?<![A-Z0-9]){_BETWEEN.join(pieces)}(?![0-9])")

	def _variable(self, pieces: list[str], pattern: str) -> None:
		pieces.append(pattern)
		self._parts.append(None)

	def find(self, text: str) -> list[str]:
		"""The names of this series in `text` (in capitals), as the series writes them."""
		found = []
		for match in self._pattern.finditer(text):
			values = iter(match.groups())
			found.append("".join(next(values) if part is None else part for part in self._parts))
		return found


def names(texts: Iterable[str], series: Iterable[Series]) -> tuple[str, ...]:
	"""What might be a document's name in these texts, in order: names of the series, however they are spelled, and every
	word that has a digit, for names that no series makes.
	"""
	whole = "\n".join(text for text in texts if text)[:LONGEST_TEXT]
	capitals = whole.upper()
	found = [name for one in series for name in one.find(capitals)]
	for reference in _CREDITOR_REFERENCE.findall(capitals):
		if is_creditor_reference(reference):
			found += [name for one in series for name in one.find(reference[4:])]
	for word in _WORD.findall(whole):
		word = word.strip(".-_/#!?")
		if 3 <= len(word) <= 140 and re.search(r"[0-9]", word):
			found += [word, word.upper()]
	return tuple(dict.fromkeys(found))[:MOST_NAMES]


def is_creditor_reference(text: str) -> bool:
	"""Whether an ISO 11649 reference (RF18...) has the right check digits."""
	if not re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", text):
		return False
	return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
