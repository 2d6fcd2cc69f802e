from __future__ import annotations

from frappe.model.document import Document

from o2c_extensions.common.audit import require


class RemittanceAdvice(Document):
	"""What a payer told of a payment: the documents that it pays, and what is kept back of which."""

	def validate(self) -> None:
		require("advice")
