"""Jinja templates."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.utils.jinja import guess_is_path, validate_template


def render(template: str, **context: Any) -> str:
	return frappe.render_template(template, context)


def test_values_filters_and_functions() -> None:
	assert render(
		"{{ a }} {{ b|int }} {{ c|flt }} {{ d|len }} {{ e|json }}", a=1, b="7", c="1,5", d=[1, 2], e={"x": 1}
	) == ('1 7 15.0 2 {\n "x": 1\n}')
	assert (
		render("{{ frappe.utils.cint('12') }} {{ frappe.format(5, {'fieldtype': 'Percent'}) }}") == "12 5.0%"
	)
	assert render("{{ _('Hello') }} {{ frappe.bold('x') }}") == "Hello <strong>x</strong>"
	assert render("{{ '2026-02-03'|global_date_format }}") == "February 3, 2026"
	assert render("{{ frappe.format_date('2026-02-03') }}") == "February 3, 2026"
	assert render("{{ resolve_class({'a': True, 'b': False}) }}") == "a"


def test_nothing_is_escaped_unless_asked() -> None:
	assert render("{{ x }} {{ x|e }}", x="<b>") == "<b> &lt;b&gt;"


def test_an_unknown_name_shows_itself() -> None:
	assert render("{{ nobody }}") == "{{ nobody }}"
	assert render("{{ nobody or 'x' }}") == "x"


def test_documents_can_be_read() -> None:
	name = frappe.get_doc({"doctype": "Contract Party", "party_name": "Contract Template"}).insert().name
	assert render("{{ frappe.get_doc('Contract Party', n).party_name }}", n=name) == "Contract Template"
	assert (
		render("{{ frappe.db.get_value('Contract Party', n, 'party_name') }}", n=name) == "Contract Template"
	)
	assert render("{{ frappe.db.exists('Contract Party', n) }}", n=name) == name
	assert render("{{ doc.name }}", doc=frappe.get_doc("Contract Party", name)) == name


def test_nothing_reaches_the_inside() -> None:
	for template in ("{{ ''.__class__ }}", "{{ frappe.__dict__ }}", "{{ x.__class__.__mro__ }}"):
		with pytest.raises(frappe.ValidationError, match="Illegal template"):
			render(template, x=1)
	for template in (
		"{{ ''['_' + '_class_' + '_']['_' + '_mro_' + '_'] }}",
		"{{ (''|attr('_' ~ '_class__'))|attr('_' ~ '_mro__') }}",
	):
		try:
			shown = render(template)
		except (frappe.ValidationError, SyntaxError, AttributeError):
			continue
		assert "object" not in shown or "no such" in shown or "{{" in shown


def test_an_error_in_a_template_is_shown() -> None:
	with pytest.raises(frappe.ValidationError):
		render("{{ 1 + }}")
	with pytest.raises(frappe.ValidationError, match="Syntax error in template"):
		validate_template("{% if %}")
	validate_template("{{ fine }}")


def test_nothing_gives_nothing() -> None:
	assert frappe.render_template("", {}) == ""
	assert frappe.render_template(None, {}) == ""


def test_a_path_is_known_by_its_look() -> None:
	assert guess_is_path("templates/x.html")
	assert not guess_is_path("<p>x.html</p>\n")
	assert not guess_is_path("Hello.")


def test_templates_of_apps() -> None:
	html = frappe.get_template("templates/print_formats/standard_macros.html").module
	assert html is not None
	with pytest.raises(Exception, match="nowhere"):
		frappe.get_template("templates/nowhere.html")
