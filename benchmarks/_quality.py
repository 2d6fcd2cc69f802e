"""What a matcher found of the truth, and what it posted wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from o2c_extensions.cash_application.domain.engine.model import POST, PROPOSE, Choice

from benchmarks._corpus import Corpus, Truth


@dataclass
class Quality:
	"""Counts over one corpus.

	Attributes:
		invoices: pairs of a line and an item that it pays (or a receipt that came back).
		found: of them, posted or proposed.
		posted: of them, posted without a person.
		postings: lines that were posted without a person.
		wrong: of them, those with any item, customer or receipt that is not the right one.
	"""

	invoices: Counter[str] = field(default_factory=Counter)
	found: Counter[str] = field(default_factory=Counter)
	posted: Counter[str] = field(default_factory=Counter)
	postings: Counter[str] = field(default_factory=Counter)
	wrong: Counter[str] = field(default_factory=Counter)
	wrong_lines: list[str] = field(default_factory=list)

	@property
	def share_found(self) -> float:
		return self.found.total() / max(1, self.invoices.total())

	@property
	def share_posted(self) -> float:
		return self.posted.total() / max(1, self.invoices.total())

	@property
	def share_wrong(self) -> float:
		return self.wrong.total() / max(1, self.postings.total())

	def table(self) -> str:
		rows = [f"{'kind':<28}{'invoices':>9}{'found':>8}{'posted':>8}{'postings':>10}{'wrong':>7}"]
		for kind in sorted(self.invoices | self.postings):
			count = max(1, self.invoices[kind])
			rows.append(
				f"{kind:<28}{self.invoices[kind]:>9}{self.found[kind] / count:>8.1%}{self.posted[kind] / count:>8.1%}"
				f"{self.postings[kind]:>10}{self.wrong[kind]:>7}"
			)
		return "\n".join(rows)


def measure(
	corpus: Corpus,
	posted: Mapping[str, tuple[str, Sequence[str]]],
	proposed: Mapping[str, tuple[str, Sequence[str]]],
) -> Quality:
	"""Compare with the truth.

	Args:
		posted, proposed: by line: the customer, and the items that are settled or the receipt that is taken back.
	"""
	quality = Quality()
	twice: dict[tuple[str, str], list[str]] = {}
	for line, truth in corpus.truth.items():
		kind, _, first = truth.kind.partition(" of ")
		if first:
			twice.setdefault((kind, truth.items[0]), []).append(line)
	seen_twice: set[str] = set()
	for line, truth in corpus.truth.items():
		kind, _, first = truth.kind.partition(" of ")
		wanted = _wanted(truth)
		_customer, auto = posted.get(line, ("", ()))
		_customer, offered = proposed.get(line, ("", ()))
		if line in posted:
			customer = posted[line][0]
			quality.postings[kind] += 1
			if set(auto) - wanted or customer != truth.customer:
				quality.wrong[kind] += 1
				quality.wrong_lines.append(line)
		if kind == "twice":
			# Two lines, one invoice: either may have it.
			item = truth.items[0]
			if first or item in seen_twice:
				continue
			seen_twice.add(item)
			pair = [line, *twice.get((kind, item), [])]
			auto = [one for each in pair for one in posted.get(each, ("", ()))[1]]
			offered = [one for each in pair for one in proposed.get(each, ("", ()))[1]]
		quality.invoices[kind] += len(wanted)
		quality.posted[kind] += len(wanted & set(auto))
		quality.found[kind] += len(wanted & (set(auto) | set(offered)))
	return quality


def _wanted(truth: Truth) -> set[str]:
	return {*truth.items, *([truth.reopens] if truth.reopens else [])}


def judge(corpus: Corpus, choices: Sequence[Choice]) -> Quality:
	"""What the engine's choices are worth."""

	def said(outcome: str) -> dict[str, tuple[str, Sequence[str]]]:
		return {
			choice.line: (
				choice.customer,
				[one.item for one in choice.allocations] + ([choice.reopens] if choice.reopens else []),
			)
			for choice in choices
			if choice.outcome == outcome
		}

	return measure(corpus, said(POST), said(PROPOSE))
