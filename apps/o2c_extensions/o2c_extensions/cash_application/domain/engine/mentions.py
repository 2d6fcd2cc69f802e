"""What a line's texts name: numbers of documents with the word before them, ranges, lists, names.

A text is cut into chunks, each all letters or all digits: "acc sinv 2026-00017" is ACC, SINV, 2026, 00017. Document numbers
are compared without what stands between chunks, so spelling, line-wraps and split words do not matter. What is not a
document's number is taken out first: dates, amounts, account numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from o2c_extensions.cash_application.domain.engine.structured import Structured, found_in, kind_of, plain

# Far more than any remittance has; a text that goes on and on is cut, not refused.
LONGEST_TEXT = 4000
MOST_NUMBERS = 200
# More than so many invoices are never meant by "4711-4790" without saying so in another way.
WIDEST_RANGE = 60
WINDOW = 7

INVOICE, ORDER, CUSTOMER = "invoice", "order", "customer"
_HINTS = {
	INVOICE: """INVOICE INVOICES INV BILL RECHNUNG RECHNUNGEN RECHNUNGS RECHNUNGSNR RECHNUNGSNUMMER RECHN RECH RG RGNR RE RENR
		RNR RN FAKTURA FAKT FACTUUR FACTUREN FACTUURNR FACTUURNUMMER FACT FACTURE FAC FT BELEG BELEGNR DOCUMENT DOC
		GUTSCHRIFT CREDITNOTA CREDIT CN GS""",
	ORDER: """ORDER ORDERS PO PURCHASE BESTELLUNG BESTELLNR BESTELLNUMMER BEST AUFTRAG AUFTRAGSNR AUFTRAGSNUMMER AB
		BESTELLING BESTELNR ORDERNR ORDERNUMMER OPDRACHT""",
	CUSTOMER: """CUSTOMER CUST KUNDE KUNDENNR KUNDENNUMMER KDNR KD KNR KUNDEN KLANT KLANTNR KLANTNUMMER DEBITOR DEBNR DEB
		DEBITEUR DEBITEURNR""",
}
_HINT_OF = {word: kind for kind, words in _HINTS.items() for word in words.split()}
# Words between a hint and its number, or between two numbers of a list, that change nothing.
_NEUTRAL = frozenset(
	"NR NO NUM NUMMER NUMBER N UND U AND EN ET VOM VON OF VAN DD DATED OUR YOUR UNSERE IHRE UW ONZE S NRS BIS TO TOT TM T M THRU THROUGH".split()
)
_UNTIL = frozenset("BIS TO TOT TM THRU THROUGH".split())

_FOLD = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS", "É": "E", "È": "E", "Ë": "E", "Á": "A", "À": "A", "Ç": "C", "Ñ": "N", "Ø": "O", "Å": "A", "Ï": "I", "Ó": "O", "–": "-", "—": "-"})  # fmt: skip
_CHUNK = re.compile(r"[A-Z]+|[0-9]+")
_NO_NUMBER = re.compile(
	r"(?<![0-9])(?:[0-3]?[0-9]([./-])[01]?[0-9]\1(?:20)?[0-9]{2}|20[0-9]{2}-[01][0-9]-[0-3][0-9])(?![0-9])"
	r"|(?:EUR|CHF|USD|GBP|SEK|DKK|NOK|PLN|€|\$)\s?[0-9][0-9.,']*"
	r"|(?<![0-9])[0-9][0-9.,']*\s?(?:EUR|CHF|USD|GBP|SEK|DKK|NOK|PLN|€|%)(?![A-Z])"
	r"|(?<![A-Z0-9])[0-9]{1,3}(?:[.,][0-9]{3})*[.,][0-9]{2}(?![0-9.,/-])"
	r"|(?<![A-Z0-9])(?!RF)[A-Z]{2}[0-9]{2}[A-Z]{0,4}[0-9]{10,26}(?![A-Z0-9])"
)
# The letter that looks like the digit, between two digits.
_LOOKS_LIKE_0 = re.compile(r"(?<=[0-9])[OQ](?=[0-9OQ])")
_LOOKS_LIKE_1 = re.compile(r"(?<=[0-9])[IL](?=[0-9IL])")
# Widths at which banks cut a text.
CUTS = (27, 35, 54, 65, 70, 105, 140)


@dataclass(frozen=True, slots=True)
class Number:
	"""A number in a text.

	Attributes:
		keys: what a document would be called that is meant, the longest first: with the chunks before it, and without.
		digits: its own digits.
		hint: what the words before it say it is: an invoice, an order, a customer; or nothing.
		place: which chunk it is. A key that takes n chunks in takes in those at place - n + 1 to place.
		until: if it begins a range, the digits of its last number.
	"""

	keys: tuple[str, ...]
	digits: str
	hint: str
	place: int
	until: str = ""


@dataclass(frozen=True, slots=True)
class Mentions:
	"""All that the texts name.

	Attributes:
		words: words of at least three letters, for names.
		cut: the beginning of a number that the bank cut off, if the text ends where banks cut.
	"""

	structured: tuple[Structured, ...]
	numbers: tuple[Number, ...]
	words: tuple[str, ...]
	cut: str


NOTHING = Mentions((), (), (), "")


def fold(text: str) -> str:
	"""In capitals, without accents: as texts and names are compared."""
	return text.upper().translate(_FOLD)


def chunks_of(text: str) -> list[str]:
	return _CHUNK.findall(fold(text))


def key_of(name: str) -> str:
	"""A document's name as it is compared."""
	return "".join(chunks_of(name))


def read(texts: Sequence[str], references: Iterable[str] = ()) -> Mentions:
	"""What these texts, and these references that were sent as such, name."""
	structured: list[Structured] = []
	numbers: list[Number] = []
	words: list[str] = []
	cut = ""
	place = 0
	for reference in references:
		if known := kind_of(reference):
			structured.append(known)
		elif value := plain(reference):
			numbers.append(Number((value,), _digits(value), "", -1))
			place = _read(fold(reference), numbers, words, place)
	for text in texts:
		if text:
			whole = fold(text[:LONGEST_TEXT])
			structured += found_in(whole)
			place = _read(whole, numbers, words, place)
			if len(text) in CUTS:
				cut = _last_number(whole)
	return Mentions(
		tuple(dict.fromkeys(structured)),
		tuple(numbers[:MOST_NUMBERS]),
		tuple(dict.fromkeys(words)),
		cut,
	)


def _digits(value: str) -> str:
	"""The last run of digits."""
	found = re.findall(r"[0-9]+", value)
	return found[-1] if found else ""


def _read(text: str, numbers: list[Number], words: list[str], first: int) -> int:
	"""Take in a text whose first chunk has the number `first`; returns what the next text's has."""
	text = _NO_NUMBER.sub(" ; ", text)
	if "O" in text or "Q" in text:
		text = _LOOKS_LIKE_0.sub("0", text)
	if "I" in text or "L" in text:
		text = _LOOKS_LIKE_1.sub("1", text)
	chunks: list[str] = []
	gaps: list[str] = []
	end = 0
	for match in _CHUNK.finditer(text):
		chunks.append(match.group())
		gaps.append(text[end : match.start()])
		end = match.end()
	hint, base = "", ""
	for place, chunk in enumerate(chunks):
		if chunk.isalpha():
			if len(chunk) >= 3:
				words.append(chunk)
			found = _HINT_OF.get(chunk)
			if found:
				hint = found
			elif len(chunk) >= 3 and chunk not in _NEUTRAL and not _is_prefix(chunks, gaps, place):
				hint = ""
			continue
		keys = _windows(chunks, gaps, place)
		numbers.append(Number(keys, chunk, hint, first + place, _until(chunks, gaps, place)))
		# 4711/12/13: the short ones end as the first one begins.
		if len(chunk) >= 4:
			base = chunk
		elif base and len(chunk) < len(base) and gaps[place].strip() in ("/", ",", "+", "&", ""):
			whole = base[: -len(chunk)] + chunk
			numbers.append(Number((whole,), whole, hint, -1))
	# A gap that no window reaches across.
	return first + len(chunks) + WINDOW


def _is_prefix(chunks: Sequence[str], gaps: Sequence[str], place: int) -> bool:
	"""Whether a word is the beginning of a number (ACC-SINV-2026-00017), and not one of a sentence."""
	if place + 1 >= len(chunks):
		return False
	following, gap = chunks[place + 1], gaps[place + 1]
	return gap in ("", "-", "_", "/", ".", "#") and (following.isdecimal() or len(following) <= 6)


def _windows(chunks: Sequence[str], gaps: Sequence[str], place: int) -> tuple[str, ...]:
	keys = [chunks[place]]
	key = chunks[place]
	for start in range(place - 1, max(-1, place - WINDOW), -1):
		if ";" in gaps[start + 1] or len(chunks[start]) > 12:
			break
		key = chunks[start] + key
		keys.append(key)
	keys.reverse()
	return tuple(keys)


def _until(chunks: Sequence[str], gaps: Sequence[str], place: int) -> str:
	"""The last number of a range that begins here; empty if none does."""
	low = chunks[place]
	if len(low) < 2 or place + 1 >= len(chunks):
		return ""
	following = chunks[place + 1]
	if following.isdecimal():
		return _end(low, following) if gaps[place + 1].strip() == "-" else ""
	# "4711 bis 4713", "4711 t/m 4713", also with the whole name again, "00017 - ACC-SINV-2026-00019".
	at = place + 1
	if following in _UNTIL or (following == "T" and chunks[at + 1 : at + 2] == ["M"]):
		at += 1 if following in _UNTIL else 2
	elif gaps[at].strip() != "-":
		return ""
	for other in chunks[at : at + 5]:
		if other.isdecimal() and (high := _end(low, other)):
			return high
	return ""


def _end(low: str, high: str) -> str:
	if len(high) > len(low):
		return ""
	whole = low[: len(low) - len(high)] + high
	return whole if 0 < int(whole) - int(low) <= WIDEST_RANGE else ""


def _last_number(text: str) -> str:
	"""The number, with what belongs to it, at a text's very end."""
	match = re.search(r"[A-Z0-9][A-Z0-9\-_/.]{3,}$", text)
	return plain(match.group()) if match else ""
