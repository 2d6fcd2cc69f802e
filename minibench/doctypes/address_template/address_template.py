"""How addresses of a country are printed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.model.document import Document
from minibench.translate import _
from minibench.web.whitelist import whitelist

# Parts of a template that may reach for more than the values it is given.
_REACHING = (
	nodes.Filter,
	nodes.Test,
	nodes.Getattr,
	nodes.Getitem,
	nodes.Include,
	nodes.Import,
	nodes.FromImport,
	nodes.Extends,
)

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


class _Blanks(NamedTuple):
	"""What a form's text depends on, where that is nothing but the address and how its words are translated."""

	variables: tuple[str, ...]
	words: tuple[str, ...]


def filled_in(template: str, address: dict[str, Any]) -> str:
	"""An address in a form. The same one reads the same again: document after document shows it.

	Raises:
		jinja2.TemplateSyntaxError: the form is no template.
	"""
	from minibench.templates import render_template

	blanks = _blanks(template)
	if blanks is None or not all(name in address for name in blanks.variables):
		return str(render_template(template, address))
	key = (template, *(repr(address[name]) for name in blanks.variables), *map(_, blanks.words))
	if (known := _filled.get(key)) is None:
		if len(_filled) >= _MOST_FILLED:
			_filled.clear()
		known = _filled[key] = str(render_template(template, address))
	return known


_MOST_FILLED = 2000
_filled: dict[tuple[Any, ...], str] = {}


@lru_cache(maxsize=64)
def _blanks(template: str) -> _Blanks | None:
	"""None where a form does more than to insert fields and translated words: it may ask for anything then."""
	tree = Environment().parse(template)
	calls = list(tree.find_all(nodes.Call))
	if any(True for _node in tree.find_all(_REACHING)) or not all(map(_is_translation, calls)):
		return None
	variables = find_undeclared_variables(tree) - {"_"}
	return _Blanks(tuple(sorted(variables)), tuple(call.args[0].as_const() for call in calls))


def _is_translation(call: nodes.Call) -> bool:
	"""Whether it is _("some words")."""
	return (
		isinstance(call.node, nodes.Name)
		and call.node.name == "_"
		and [type(argument) for argument in call.args] == [nodes.Const]
		and not (call.kwargs or call.dyn_args or call.dyn_kwargs)
	)
