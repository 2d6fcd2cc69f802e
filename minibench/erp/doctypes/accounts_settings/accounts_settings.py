"""Accounts Settings."""

from __future__ import annotations

from minibench.collaboration.messages import msgprint
from minibench.context import db
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.numbers import cint


class AccountsSettings(Document):
	def validate(self) -> None:
		for key in ("add_taxes_from_item_tax_template", "enable_common_party_accounting"):
			db.set_default(key, self.get(key) or 0)
		if not self.allow_stale and cint(self.stale_days) <= 0:
			msgprint(_("Stale Days should start from 1."), title="Error", indicator="red", raise_exception=1)
