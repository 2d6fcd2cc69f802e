"""The kinds of payments: each makes its lines with their truth, or says that the customer has nothing for it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine.model import CREDIT, INVOICE, ORDER, Item, Receipt

from benchmarks import _words as words
from benchmarks._ledger import TODAY, Truth, is_structured
from benchmarks._writing import Writing


class Payments(Writing):
	"""One method for each kind in `_corpus.SHARES`."""

	def _one_invoice(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		word = self._word(customer) if self._chance(0.6) else ""
		self._pay(kind, customer, items, items[0].open, self._say(customer, word, self._spelled(items[0])))
		return True

	def _structured_reference(self, kind: str, customer: str) -> bool:
		fitting = [
			item
			for item in self.open[customer]
			if item.currency == "EUR" and any(is_structured(ref) for ref in item.references)
		]
		if not fitting:
			return False
		item = self.random.choice(fitting)
		self.open[customer].remove(item)
		reference = next(ref for ref in item.references if is_structured(ref))
		if self._chance(0.5):
			self._pay(kind, customer, [item], item.open, (), references=(reference,))
		else:
			shown = (
				f"+++{reference[:3]}/{reference[3:7]}/{reference[7:]}+++"
				if len(reference) == 12
				else " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
				if reference.startswith("RF")
				else reference
			)
			self._pay(kind, customer, [item], item.open, (shown,))
		return True

	def _number_without_prefix(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		self._pay(
			kind,
			customer,
			items,
			items[0].open,
			self._say(customer, self._word(customer), self._ending(items[0])),
		)
		return True

	def _bare_number(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		self._pay(kind, customer, items, items[0].open, (self._ending(items[0]),))
		return True

	def _typo(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		text = self._slip(self._spelled(items[0]) if self._chance(0.6) else self._ending(items[0]))
		self._pay(kind, customer, items, items[0].open, self._say(customer, self._word(customer), text))
		return True

	def _several_invoices(self, kind: str, customer: str) -> bool:
		items = self._take(customer, self.random.choice((2, 2, 2, 3, 3, 4, 5)))
		if not items:
			return False
		joined = self._joined(customer, items)
		self._pay(
			kind,
			customer,
			items,
			sum(item.open for item in items),
			self._say(customer, self._word(customer), joined),
		)
		return True

	def _range(self, kind: str, customer: str) -> bool:
		"""A customer who got several invoices in a row pays from the first to the last."""
		runs = [item for item in self.open[customer] if item.kind == INVOICE and item.currency == "EUR"]
		if not runs:
			return False
		first = self.random.choice(runs)
		prefix, number = first.name.rsplit("-", 1)
		known = (
			{item.name for item in self.corpus.items} if len(self.corpus.items) < 200 else self._all_names()
		)
		made = [first]
		for more in range(1, self.random.randint(2, 4)):
			name = f"{prefix}-{int(number) + more:0{len(number)}}"
			if name in known:
				break
			item = Item(
				name,
				INVOICE,
				customer,
				"EUR",
				int(self.random.lognormvariate(10, 1)) + 500,
				first.posted,
				first.due,
				(),
				"",
				"Debtors",
			)
			self.corpus.items.append(item)
			known.add(name)
			made.append(item)
		if len(made) < 2:
			return False
		self.open[customer].remove(first)
		until = self.random.choice(words.UNTIL[self.language[customer]])
		last = made[-1].name.rsplit("-", 1)[1]
		until = until if until.strip() == "-" else f" {until} "
		if self._chance(0.5):
			text = f"{first.name}{until}{self.random.choice((last, last[-2:] if last[:-2] == number[:-2] else last))}"
		else:
			text = f"{number}{until}{last}"
		self._pay(
			kind,
			customer,
			made,
			sum(item.open for item in made),
			self._say(customer, self._word(customer), text),
		)
		return True

	def _cut_off(self, kind: str, customer: str) -> bool:
		items = self._take(customer, self.random.choice((2, 3, 4)))
		if not items:
			return False
		text = f"{self._word(customer)} " + ", ".join(item.name for item in items)
		width = 35 if len(text) > 38 else 27
		self._pay(kind, customer, items, sum(item.open for item in items), (text[:width],))
		return True

	def _no_reference(self, kind: str, customer: str) -> bool:
		# Mostly the oldest one; which of several equal ones it is otherwise, nobody could tell.
		items = self._take(customer, oldest=self._chance(0.9))
		if not items:
			return False
		text = self.random.choice(words.CHATTER[self.language[customer]]) if self._chance(0.6) else ""
		self._pay(kind, customer, items, items[0].open, (text,) if text else ())
		return True

	def _several_without_reference(self, kind: str, customer: str) -> bool:
		items = self._take(customer, self.random.choice((2, 2, 3)), oldest=self._chance(0.7))
		if not items:
			return False
		self._pay(kind, customer, items, sum(item.open for item in items), ("",))
		return True

	def _order_number(self, kind: str, customer: str) -> bool:
		fitting = [
			item
			for item in self.open[customer]
			if item.currency == "EUR"
			and item.kind == INVOICE
			and any(not is_structured(ref) for ref in item.references)
		]
		if not fitting:
			return False
		item = self.random.choice(fitting)
		self.open[customer].remove(item)
		reference = next(ref for ref in item.references if not is_structured(ref))
		word = self.random.choice(words.ORDER_WORDS[self.language[customer]])
		self._pay(kind, customer, [item], item.open, self._say(customer, word, reference))
		return True

	def _customer_number(self, kind: str, customer: str) -> bool:
		items = self._take(customer, oldest=True)
		if not items:
			return False
		text = f"{words.CUSTOMER_WORDS[self.language[customer]]} {self.customers[customer].numbers[0]}"
		self._pay(kind, customer, items, items[0].open, (text,))
		return True

	def _discount(self, kind: str, customer: str) -> bool:
		fitting = [item for item in self.open[customer] if item.discounts and item.currency == "EUR"]
		if not fitting:
			return False
		item = self.random.choice(fitting)
		self.open[customer].remove(item)
		last = item.discounts[0].until
		late = (
			self.random.randint(4, 8) if self._chance(0.1) else self.random.choice((-6, -4, -3, -2, -1, 0, 2))
		)
		day = min(TODAY, last + timedelta(days=late))
		amount = item.open - item.discounts[0].amount
		text = self._say(
			customer,
			self._word(customer),
			self._spelled(item) if self._chance(0.8) else "",
			"abzgl. 2% Skonto" if self.language[customer] == "de" else "less 2%",
		)
		self._pay(kind, customer, [item], amount, text, day)
		return True

	def _short_payment(self, kind: str, customer: str, off: int | None = None) -> bool:
		items = self._take(customer)
		if not items:
			return False
		item = items[0]
		less = max(300, item.open * self.random.choice((3, 5, 10, 20)) // 100) if off is None else off
		if less >= item.open // 2:
			return False
		word = {"de": "abzgl. Reklamation", "en": "less damaged goods", "nl": "minus retour"}[
			self.language[customer]
		]
		self._pay(
			kind,
			customer,
			items,
			item.open - less,
			self._say(customer, self._word(customer), self._spelled(item), word if off is None else ""),
		)
		return True

	def _bank_charges(self, kind: str, customer: str) -> bool:
		return self._short_payment(kind, customer, self.random.choice((500, 750, 1200, 1500, 2500)))

	def _overpaid(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		more = self.random.choice((100, 1000, items[0].open // 10 + 50))
		self._pay(
			kind,
			customer,
			items,
			items[0].open + more,
			self._say(customer, self._word(customer), self._spelled(items[0])),
		)
		return True

	def _instalments(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		first = items[0].open * self.random.choice((30, 40, 50)) // 100
		for amount in (first, items[0].open - first):
			self._pay(
				kind,
				customer,
				items,
				amount,
				self._say(
					customer,
					self._word(customer),
					self._spelled(items[0]),
					"Rate" if self.language[customer] == "de" else "instalment",
				),
			)
		return True

	def _parent_pays(self, kind: str, customer: str) -> bool:
		if customer not in self.group:
			customer = self.random.choice(list(self.group) or [customer])
		items = self._take(customer) if customer in self.open and customer in self.group else []
		if not items:
			return False
		iban, _, parent = self.group[customer].partition(" ")
		text = (
			self._say(customer, self._word(customer), self._spelled(items[0]))
			if self._chance(0.8)
			else self._say(customer, self.customers[customer].titles[0])
		)
		self._pay(kind, customer, items, items[0].open, text, party_iban=iban, party_name=parent)
		return True

	def _stranger_pays(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		payer = f"{self.random.choice(words.FAMILY)} {self.random.choice(('Factoring GmbH', 'Inkasso', 'Finance B.V.', 'Treuhand'))}"
		text = self._say(
			customer,
			self._word(customer),
			self._spelled(items[0]),
			self.customers[customer].titles[0] if self._chance(0.5) else "",
		)
		self._pay(kind, customer, items, items[0].open, text, party_iban=self._iban(), party_name=payer)
		return True

	def _wrong_reference(self, kind: str, customer: str) -> bool:
		"""The number of another invoice of the same customer, open or paid long ago; the amount is right."""
		items = self._take(customer)
		if not items:
			return False
		others = [item for item in self.open[customer] if item.kind == INVOICE and item.open != items[0].open]
		if others and self._chance(0.5):
			text = self._spelled(self.random.choice(others))
		else:
			text = f"ACC-SINV-2026-{self.random.randint(1, len(self.corpus.items) * 2):05}"
			if text in self._all_names():
				return False
		self._pay(kind, customer, items, items[0].open, self._say(customer, self._word(customer), text))
		return True

	def _twice(self, kind: str, customer: str) -> bool:
		items = self._take(customer)
		if not items:
			return False
		text = self._say(customer, self._word(customer), self._spelled(items[0]))
		first = self._pay(kind, customer, items, items[0].open, text)
		paid = self.corpus.lines[-1]
		later = min(TODAY, paid.day + timedelta(days=self.random.randint(0, 5)))
		self._pay(
			kind,
			customer,
			items,
			items[0].open,
			text,
			later,
			party_name=paid.party_name,
			party_iban=paid.party_iban,
		)
		# Which of both pays it and which is too much does not matter.
		self.corpus.truth[self.corpus.lines[-1].name] = Truth(
			f"{kind} of {first}", customer, (items[0].name,)
		)
		return True

	def _foreign_currency(self, kind: str, customer: str) -> bool:
		fitting = [item for item in self.open[customer] if item.currency != "EUR" and item.kind == INVOICE]
		if not fitting:
			return False
		item = self.random.choice(fitting)
		self.open[customer].remove(item)
		rate = self.corpus.rates[(item.currency, "EUR")] * Decimal(self.random.randint(9880, 10120)) / 10000
		amount = int(item.open * rate)
		told: dict[str, object] = {"instructed": (item.open, item.currency)} if self._chance(0.5) else {}
		text = self._say(customer, self._word(customer), self._spelled(item)) if self._chance(0.85) else ("",)
		self._pay(kind, customer, [item], amount, text, None, **told)
		return True

	def _credit_deducted(self, kind: str, customer: str) -> bool:
		credits = self._take(customer, kind=CREDIT)
		if not credits:
			return False
		items = self._take(customer, self.random.choice((1, 1, 2)))
		amount = sum(item.open for item in items + credits)
		if not items or amount < 100:
			return False
		phrase = {"de": "abzgl. Gutschrift", "en": "less credit note", "nl": "minus creditnota"}[
			self.language[customer]
		]
		named = f"{phrase} {self._spelled(credits[0])}" if self._chance(0.75) else phrase
		self._pay(
			kind,
			customer,
			items + credits,
			amount,
			self._say(customer, self._word(customer), self._joined(customer, items), named),
		)
		return True

	def _came_back(self, kind: str, customer: str) -> bool:
		known = self.customers[customer]
		if not known.ibans:
			return False
		number = len(self.corpus.receipts)
		amount = int(self.random.lognormvariate(9.5, 1)) + 500
		paid = f"ACC-SINV-2026-{len(self.corpus.items) * 3 + number:05}"
		day = TODAY - timedelta(days=self.random.randint(3, 40))
		mandate = known.mandates[0] if known.mandates else ""
		receipt = Receipt(
			f"PE-{number:05}",
			customer,
			"EUR",
			amount,
			day,
			f"E2E{number:08}",
			mandate,
			known.ibans[0],
			(paid,),
		)
		self.corpus.receipts.append(receipt)
		fee = self.random.choice((0, 300, 450, 815))
		told: dict[str, object] = {"end_to_end": receipt.end_to_end} if self._chance(0.7) else {}
		name = self._pay(
			kind,
			customer,
			[],
			-(amount + fee),
			(f"Rücklastschrift {paid}" if self._chance(0.6) or not told else "SEPA return AC04",),
			min(TODAY, day + timedelta(days=self.random.randint(1, 9))),
			is_return=True,
			party_iban=known.ibans[0],
			**told,
		)
		self.corpus.truth[name] = Truth(kind, customer, (), receipt.name)
		return True

	def _no_invoice(self, kind: str, customer: str) -> bool:
		"""A customer pays what is not invoiced, or was paid long ago."""
		paid = f"ACC-SINV-2026-{self.random.randint(1, len(self.corpus.items) * 2):05}"
		if paid in self._all_names():
			return False
		if self._chance(0.6):
			text = self._say(customer, self._word(customer), paid)
		else:
			text = self._say(customer, self.random.choice(words.CHATTER[self.language[customer]]))
		amount = self.subscription.get(customer) if self._chance(0.2) else None
		if amount and any(item.open == amount for item in self.open[customer]):
			amount = None
		day = TODAY - timedelta(days=self.random.randint(0, 30))
		self._pay(kind, customer, [], amount or int(self.random.lognormvariate(9.5, 1)) + 313, text, day)
		return True

	def _prepayment(self, kind: str, customer: str) -> bool:
		items = self._take(customer, kind=ORDER)
		if not items:
			return False
		word = {"de": "Vorkasse Auftrag", "en": "prepayment order", "nl": "vooruitbetaling order"}[
			self.language[customer]
		]
		self._pay(kind, customer, items, items[0].open, self._say(customer, word, self._spelled(items[0])))
		return True

	def _no_customer(self, kind: str, customer: str) -> bool:
		text = f"{self.random.choice(words.NOT_OURS)} {self.random.randint(1000, 99999)}"
		day = TODAY - timedelta(days=self.random.randint(0, 30))
		name = self._pay(
			kind,
			customer,
			[],
			int(self.random.lognormvariate(9, 1)) + 50,
			(text,),
			day,
			party_name=self.random.choice(words.NOT_OURS),
			party_iban=self._iban(),
		)
		self.corpus.truth[name] = Truth(kind, "")
		return True
