"""Bank Account: the company's own, or a party's."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.text import bold


class BankAccount(Document):
	def autoname(self) -> None:
		self.name = f"{self.account_name} - {self.bank}"

	def validate(self) -> None:
		if self.is_company_account and not self.company:
			throw(_("Company is manadatory for company account"))
		if self.iban and not is_iban(self.iban):
			throw(_("IBAN is not valid"))
		if self.account:
			other = db.get_value("Bank Account", {"account": self.account, "name": ["!=", self.name]})
			if other:
				throw(
					_("'{0}' account is already used by {1}. Use another account.").format(
						bold(self.account), bold(other)
					)
				)
		if self.is_default and not self.disabled:
			db.set_value(
				"Bank Account",
				{
					"party_type": self.party_type,
					"party": self.party,
					"is_company_account": self.is_company_account,
					"is_default": 1,
					"disabled": 0,
				},
				"is_default",
				0,
			)


def is_iban(text: str) -> bool:
	"""Whether an IBAN's check digits are right: letters as numbers from 10 on, the head behind, modulo 97 is 1."""
	iban = "".join(text.split()).upper()
	if not iban.isalnum() or not iban.isascii():
		return False
	return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1
