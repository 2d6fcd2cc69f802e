"""Supplier."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.erp import contacts, parties
from minibench.model.document import Document
from minibench.model.naming import set_name_by_naming_series


class Supplier(Document):
	def autoname(self) -> None:
		if db.get_default("supp_master_name") == "Naming Series":
			set_name_by_naming_series(self)
		else:
			self.name = self.supplier_name

	def validate(self) -> None:
		self.flags.is_new_doc = self.is_new()
		parties.validate_party_accounts(self)

	def before_save(self) -> None:
		if not self.on_hold:
			self.hold_type = ""
			self.release_date = ""
		elif not self.hold_type:
			self.hold_type = "All"

	def on_update(self) -> None:
		contacts.create_primary(self)

	def on_trash(self) -> None:
		for fieldname in ("supplier_primary_contact", "supplier_primary_address"):
			if self.get(fieldname):
				self.db_set(fieldname, None)
		contacts.remove_all("Supplier", self.name)

	def after_rename(self, olddn: str, newdn: str, merge: bool = False) -> Any:
		if db.get_default("supp_master_name") == "Supplier Name":
			self.db_set("supplier_name", newdn)
