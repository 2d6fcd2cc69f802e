from __future__ import annotations

from frappe.model.document import Document

from o2c_extensions.common.audit import require


class BankStatement(Document):
	"""What the bank told of one account in one period. Its lines are Bank Transactions."""

	def validate(self) -> None:
		require("statement")
