from __future__ import annotations

from frappe.model.document import Document

from o2c_extensions.common.audit import require


class BankNotification(Document):
	"""What the bank told of batches beside the statement (camt.054): the payments that each is made of."""

	def validate(self) -> None:
		require("statement")
