"""Payers' names: what a bank writes is cut, in capitals, with or without the legal form, and sometimes misspelled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from o2c_extensions.cash_application.domain.engine.mentions import fold

SAME, SIMILAR, SHARED = "same", "similar", "shared"

# What says how a company is founded, and not who it is.
_FORMS = frozenset(
	"GMBH MBH AG KG KGAA OHG GBR UG EK EG SE CO COMPANY BV NV VOF CV LTD LIMITED LLC INC CORP PLC LLP SA SARL SAS SPA SRL AB AS OY APS UND AND EN THE DIE DER HET DE VAN VON HERR FRAU MR MRS DHR MW OR ODER".split()
)
_WORD = re.compile(r"[A-Z0-9]+")
# Rapidfuzz gives hundredths; from here on two names are the same one, misspelled.
_ALIKE = 86
# Banks cut names at 27 (MT940), 32, 35 and 70 letters.
_SHORTEST_CUT = 20
# A word that more customers than this have says nothing about who it is.
COMMONEST = 60


# The names of the line that is being looked at; a book keeps those of its customers itself.
@lru_cache(maxsize=1024)
def tokens(name: str) -> tuple[str, ...]:
	"""The words of a name that tell it from others, in order of the alphabet."""
	text = fold(name).replace(".", "") if "." in name else fold(name)
	words = [word for word in _WORD.findall(text) if word not in _FORMS]
	return tuple(sorted(dict.fromkeys(words)))


def payer_key(name: str, iban: str = "") -> str:
	"""How a payer is known again: by its account, else by its name."""
	return "".join(iban.split()).upper() or " ".join(tokens(name))


def index_words(name: str) -> Iterable[str]:
	"""What a name is found by: its words, and the first five letters of the longer ones (typos come late, cuts at the end)."""
	for word in tokens(name):
		if len(word) >= 3:
			yield word
		if len(word) > 5:
			yield word[:5]


def likeness(paid_by: str, title: str, words: tuple[str, ...] | None = None) -> str:
	"""How much a payer's name is a customer's: SAME, SIMILAR, SHARED (a word in common), or nothing.

	Args:
		words: the title's `tokens`, if they are known.
	"""
	ours, theirs = tokens(title) if words is None else words, tokens(paid_by)
	if ours == theirs:
		return SAME if ours else ""
	if not ours or not theirs:
		return ""
	if len(paid_by) >= _SHORTEST_CUT and fold(title).startswith(fold(paid_by).rstrip()):
		return SAME
	if fuzz.ratio(" ".join(ours), " ".join(theirs), score_cutoff=_ALIKE):
		return SIMILAR
	shared = [word for word in ours if word in theirs]
	if len(shared) >= 2 and len(shared) >= min(len(ours), len(theirs)):
		return SIMILAR
	return SHARED if any(len(word) >= 4 for word in shared) else ""
