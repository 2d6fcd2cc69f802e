from __future__ import annotations

import hashlib

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common.audit import require


class PayerLink(Document):
	"""Who pays for which customer, as people have confirmed it: a parent company, a factor, somebody's spouse."""

	def autoname(self) -> None:
		self.name = name_of(self.payer, self.customer)

	def before_insert(self) -> None:
		require("payer link")

	def before_save(self) -> None:
		if not self.is_new():
			require("payer link")

	def on_trash(self) -> None:
		frappe.only_for(
			("O2C Administrator", "System Manager"),
			message=_("A payer link is forgotten by an administrator."),
		)


def name_of(payer: str, customer: str) -> str:
	"""A payer is linked with a customer once: the link is named after both."""
	return hashlib.sha256(f"{payer}\n{customer}".encode()).hexdigest()[:20]
