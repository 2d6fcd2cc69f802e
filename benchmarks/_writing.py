"""How payers write, and what banks make of it."""

from __future__ import annotations

from datetime import date, timedelta

from o2c_extensions.cash_application.domain.engine.model import Item, Line

from benchmarks import _words as words
from benchmarks._ledger import TODAY, Ledger, Truth


class Writing(Ledger):
	"""Numbers, texts and payers' names with the noise that they have on statements."""

	def _spelled(self, item: Item) -> str:
		name = item.name
		style = self.random.random()
		if style < 0.5:
			return name
		if style < 0.65:
			return name.replace("-", " ")
		if style < 0.75:
			return name.replace("-", "")
		if style < 0.85:
			return name.lower()
		if style < 0.93:
			return name.replace("-", "/")
		return name.partition("-")[2] if name.startswith("ACC") else name

	def _ending(self, item: Item) -> str:
		"""Without its prefix, and maybe without its zeros."""
		number = item.name.rsplit("-", 1)[1]
		return self.random.choice(
			(
				number,
				number.lstrip("0"),
				"-".join(item.name.rsplit("-", 2)[1:]) if item.name.count("-") > 1 else number,
			)
		)

	def _slip(self, text: str) -> str:
		digits = [at for at, char in enumerate(text) if char.isdigit()][-6:]
		at = self.random.choice(digits)
		style = self.random.random()
		if style < 0.35 and at + 1 < len(text) and text[at] != text[at + 1] and text[at + 1].isdigit():
			return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
		if style < 0.6:
			return (
				text[:at]
				+ self.random.choice([digit for digit in "0123456789" if digit != text[at]])
				+ text[at + 1 :]
			)
		if style < 0.75:
			return text[:at] + text[at] + text[at:]
		if style < 0.85:
			return text[:at] + text[at + 1 :]
		letters = [place for place, char in enumerate(text) if char.isalpha()]
		if not letters:
			return text[:at] + ("O" if text[at] == "0" else text[at]) + text[at + 1 :]
		at = self.random.choice(letters)
		return text[:at] + self.random.choice("ABCDEFGH") + text[at + 1 :]

	def _say(self, customer: str, *parts: str) -> tuple[str, ...]:
		"""A remittance text around these parts, as a bank passes it on."""
		pick, language = self.random.choice, self.language[customer]
		said = [part for part in parts if part]
		if self._chance(0.25):
			said.insert(0, pick(words.CHATTER[language]))
		if self._chance(0.15):
			said.append(pick(words.CHATTER[language]))
		if self._chance(0.15):
			day = TODAY - timedelta(days=self.random.randint(5, 80))
			said.append(
				f"{'vom' if language == 'de' else 'dd'} {day.strftime(pick(('%d.%m.%Y', '%d-%m-%y', '%Y-%m-%d')))}"
			)
		if self._chance(0.06):
			said.append(f"{words.CUSTOMER_WORDS[language]} {self.customers[customer].numbers[0]}")
		text = " ".join(said)
		if self._chance(0.2):
			text = text.upper()
		text = text[:140]
		if self._chance(0.08) and len(text) > 27:
			text = " ".join(text[at : at + 27] for at in range(0, len(text), 27))
		return (text,)

	def _payer(self, customer: str) -> tuple[str, str]:
		"""Name and account as the bank tells them."""
		known = self.customers[customer]
		title = known.titles[0]
		style = self.random.random()
		if style < 0.45:
			name = title
		elif style < 0.65:
			name = title.upper()
		elif style < 0.75:
			name = title[:27].upper()
		elif style < 0.83:
			name = " ".join(
				word for word in title.split() if word not in words.FORM and word not in ("&", "Co.")
			)
		elif style < 0.9:
			at = self.random.randrange(1, len(title))
			name = title[:at] + title[at + 1 :]
		elif style < 0.95:
			name = ""
		else:
			name = (
				f"{self.random.choice(('Anna', 'Jan', 'Peter', 'Emma'))} {self.random.choice(words.FAMILY)}"
			)
		style = self.random.random()
		if style < 0.15:
			iban = ""
		elif style < 0.22 or not known.ibans:
			iban = self._iban()
		else:
			iban = self.random.choice(known.ibans)
		return name, iban

	def _day(self, *items: Item) -> date:
		first = max(item.posted for item in items) + timedelta(days=1)
		last = max(item.due for item in items) + timedelta(days=20)
		return min(TODAY, first + timedelta(days=self.random.randint(0, max(0, (last - first).days))))

	def _pay(
		self,
		kind: str,
		customer: str,
		items: list[Item],
		amount: int,
		texts: tuple[str, ...],
		day: date | None = None,
		**values: object,
	) -> str:
		name, iban = self._payer(customer)
		line = {
			"name": f"L{len(self.corpus.lines):07}",
			"amount": amount,
			"currency": "EUR",
			"day": day or self._day(*items),
			"texts": texts,
			"party_name": name,
			"party_iban": iban,
			**values,
		}
		made = Line(**line)  # type: ignore[arg-type]
		self.corpus.lines.append(made)
		self.corpus.truth[made.name] = Truth(kind, customer, tuple(item.name for item in items))
		return made.name

	def _word(self, customer: str) -> str:
		return self.random.choice(words.INVOICE_WORDS[self.language[customer]])

	def _joined(self, customer: str, items: list[Item]) -> str:
		spell = self._spelled if self._chance(0.4) and len(items) < 5 else self._ending
		glue = self.random.choice(words.AND[self.language[customer]])
		glue = glue if glue in ("/",) and spell == self._ending else f" {glue} "
		return glue.join(spell(item) for item in items)
