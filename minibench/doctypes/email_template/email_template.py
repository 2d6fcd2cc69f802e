"""Email Template: subject and body of a mail, to be rendered with a document."""

from __future__ import annotations

import json
from typing import Any

from minibench.model.document import Document


class EmailTemplate(Document):
	@property
	def response_(self) -> str:
		return str((self.response_html if self.use_html else self.response) or "")

	def validate(self) -> None:
		from minibench.templates import validate_template

		validate_template(self.subject)
		validate_template(self.response_)

	def get_formatted_subject(self, doc: Any) -> str:
		from minibench.templates import render_template

		return str(render_template(self.subject, doc))

	def get_formatted_response(self, doc: Any) -> str:
		from minibench.templates import render_template

		return str(render_template(self.response_, doc))

	def get_formatted_email(self, doc: Any) -> dict[str, str]:
		values = json.loads(doc) if isinstance(doc, str) else doc
		return {
			"subject": self.get_formatted_subject(values),
			"message": self.get_formatted_response(values),
		}
