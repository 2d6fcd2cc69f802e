"""How addresses of a country are printed."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.model.document import Document
from minibench.translate import _
from minibench.web.whitelist import whitelist

DEFAULT = """{{ address_line1 }}<br>
{%- if address_line2 %}{{ address_line2 }}<br>{% endif -%}
{{ city }}<br>
{%- if state %}{{ state }}<br>{% endif -%}
{%- if pincode %}{{ pincode }}<br>{% endif -%}
{{ country }}<br>
{%- if phone %}{{ _("Phone") }}: {{ phone }}<br>{% endif -%}
{%- if fax %}{{ _("Fax") }}: {{ fax }}<br>{% endif -%}
{%- if email_id %}{{ _("Email") }}: {{ email_id }}<br>{% endif -%}
"""


class AddressTemplate(Document):
	is_default: Any
	template: Any

	def validate(self) -> None:
		from minibench.templates import validate_template

		if not self.template:
			self.template = get_default_address_template()
		others = {"is_default": 1, "name": ("!=", self.name)}
		if not self.is_default and not db.exists("Address Template", others):
			self.is_default = 1
			if self.get_doc_before_save():
				msgprint(_("Setting this Address Template as default as there is no other default"))
		validate_template(self.template)

	def on_update(self) -> None:
		if self.is_default:
			others = {"is_default": 1, "name": ("!=", self.name)}
			db.set_value("Address Template", others, "is_default", 0)

	def on_trash(self) -> None:
		if self.is_default:
			throw(_("Default Address Template cannot be deleted"))


@whitelist()
def get_default_address_template() -> str:
	"""The form that suits most countries."""
	return DEFAULT
