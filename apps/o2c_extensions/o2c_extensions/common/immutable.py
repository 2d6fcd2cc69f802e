"""Records that stay as they were written."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class ImmutableDocument(Document):
	"""A document that can be inserted by the app, and after that neither changed, renamed nor deleted.

	This stops forms, REST, imports, bulk edits and documents' own methods. It cannot stop who writes to the database:
	O2C Decision has a chain of hashes to show that.
	"""

	def validate(self) -> None:
		if not self.is_new():
			self._refuse()

	def before_change(self) -> None:
		"""`db_set` does not validate; this is what it calls first."""
		self._refuse()

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		self._refuse()

	def on_trash(self) -> None:
		self._refuse()

	def _refuse(self) -> None:
		frappe.throw(
			_("{0} {1} is a record and cannot be changed or deleted.").format(_(self.doctype), self.name),
			frappe.PermissionError,
		)
