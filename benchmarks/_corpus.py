"""Bank lines with realistic noise against open items, made from a seed; and, kept apart, who has paid what.

The engine is given `Corpus.lines` and `Corpus.book`, never `Corpus.truth`. The share of each kind of payment is in `SHARES`.
Languages: German, English, Dutch.
"""

from __future__ import annotations

from collections.abc import Callable

from o2c_extensions.cash_application.domain.engine.rules import Rule, Tolerance

from benchmarks._ledger import Corpus, Truth
from benchmarks._payments import Payments

__all__ = ["RULE", "SHARES", "Corpus", "Truth", "generate"]

# How many customers are asked for a kind of payment before another one is chosen.
TRIES = 400

# Of a thousand payments, so many are of this kind.
SHARES = {
	"one invoice": 300,
	"structured reference": 60,
	"number without prefix": 90,
	"bare number": 25,
	"typo": 40,
	"several invoices": 90,
	"range": 20,
	"cut off": 20,
	"no reference": 80,
	"several without reference": 25,
	"order number": 40,
	"customer number": 15,
	"discount": 45,
	"short payment": 20,
	"bank charges": 15,
	"overpaid": 10,
	"instalments": 10,
	"parent pays": 20,
	"stranger pays": 10,
	"wrong reference": 15,
	"twice": 10,
	"foreign currency": 15,
	"credit deducted": 20,
	"came back": 10,
	"no invoice": 15,
	"prepayment": 10,
	"no customer": 10,
}
RULE = Rule(
	"Customers' payments",
	tolerance={"*": Tolerance(5)},
	charges={"*": Tolerance(2500)},
	exchange=Tolerance(2, 20),
	grace_days=3,
	difference_account="Write Off",
	charges_account="Bank Charges",
	deduction_reason="Short Payment",
)


def generate(lines: int, seed: int) -> Corpus:
	"""So many lines against about a quarter more open items."""
	return _Maker(lines, seed).make()


class _Maker(Payments):
	def make(self) -> Corpus:
		self._make_customers()
		self._make_items()
		self._make_lines()
		corpus = self.corpus
		self.random.shuffle(corpus.lines)
		self.random.shuffle(corpus.items)
		return corpus

	def _make_lines(self) -> None:
		kinds, weights = list(SHARES), list(SHARES.values())
		# Who has more open items pays more often.
		payers = [item.customer for item in self.corpus.items]
		while len(self.corpus.lines) < self.count:
			kind = self.random.choices(kinds, weights)[0]
			make: Callable[[str, str], bool] = getattr(self, "_" + kind.replace(" ", "_"))
			any(make(kind, self.random.choice(payers)) for _try in range(TRIES))
		for line in self.corpus.lines[self.count :]:
			del self.corpus.truth[line.name]
		del self.corpus.lines[self.count :]
