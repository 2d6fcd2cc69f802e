"""Email Queue Recipient: an address, and whether its copy is out."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.document import Document


class EmailQueueRecipient(Document):
	DOCTYPE = "Email Queue Recipient"

	def is_mail_to_be_sent(self) -> bool:
		return bool(self.status == "Not Sent")

	def is_mail_sent(self) -> bool:
		return bool(self.status == "Sent")

	def update_db(self, commit: bool = False, **kwargs: Any) -> None:
		db.set_value(self.DOCTYPE, self.name, kwargs)
		if commit:
			db.commit()
