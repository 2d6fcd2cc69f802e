"""Mode of Payment: and the account that each company uses for it."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.model.caches import get_cached_value
from minibench.model.document import Document
from minibench.translate import _


class ModeofPayment(Document):
	def validate(self) -> None:
		for row in self.accounts:
			if (
				row.default_account
				and get_cached_value("Account", row.default_account, "company") != row.company
			):
				throw(
					_("Account {0} does not match with Company {1} in Mode of Account: {2}").format(
						row.default_account, row.company, self.name
					)
				)
		companies = [row.company for row in self.accounts]
		if len(companies) != len(set(companies)):
			throw(_("Same Company is entered more than once"))
