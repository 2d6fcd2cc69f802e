from __future__ import annotations

from frappe.model.document import Document


class BankNotificationBatch(Document):
	"""One booking of a notification, with the payments in it."""
