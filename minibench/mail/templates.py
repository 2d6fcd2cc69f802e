"""Templates of mails: files below an app's templates/emails/, and Email Template records."""

from __future__ import annotations

import json
from typing import Any

from minibench.web.whitelist import whitelist


def get_email_from_template(name: str, args: dict[str, Any] | None) -> tuple[str, str | None]:
	"""HTML and, where there is a .txt beside it, text of templates/emails/<name>.

	Raises:
		TemplateNotFound: no app has the HTML template.
	"""
	from jinja2 import TemplateNotFound

	from minibench.templates import get_template

	message = get_template(f"templates/emails/{name}.html").render(args or {})
	try:
		text = get_template(f"templates/emails/{name}.txt").render(args or {})
	except TemplateNotFound:
		text = None
	return message, text


@whitelist()
def get_email_template(template_name: str, doc: Any) -> dict[str, str]:
	"""Subject and message of an Email Template, rendered with a document."""
	from minibench.model.document import get_doc

	values = json.loads(doc) if isinstance(doc, str) else doc
	rendered: dict[str, str] = get_doc("Email Template", template_name).get_formatted_email(values)
	return rendered
