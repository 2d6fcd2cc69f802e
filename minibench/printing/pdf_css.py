"""CSS worked out here, element by element: xhtml2pdf's own rules are slow, and wrong where two of them compete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from minibench.printing.page_setup import OPTIONS

# The properties that xhtml2pdf knows and that refer to nothing outside the page.
_KNOWN = frozenset(
	"""
	background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-color
	border-left border-left-color border-left-style border-left-width border-right border-right-color
	border-right-style border-right-width border-style border-top border-top-color border-top-style border-top-width
	border-width color display font-family font-size font-style font-weight height letter-spacing line-height
	list-style-type margin-bottom margin-left margin-right margin-top padding-bottom padding-left padding-right
	padding-top page-break-after page-break-before text-align text-decoration text-indent text-transform
	vertical-align white-space width word-spacing
	""".split()
)
_PLAIN_VALUE = re.compile(r"^[\w\s#.,%'\"()+-]+$")
_DISPLAYS = ("none", "block", "inline")
_SIDES = ("top", "right", "bottom", "left")


class Rule(NamedTuple):
	selector: str
	declarations: tuple[tuple[str, str, bool], ...]
	"""Name, value, whether it is important."""


class Style(NamedTuple):
	rules: list[Rule]
	options: dict[str, str]
	"""What rules for `.print-format` itself say about the page."""


def parse(css: str) -> Style:
	"""The rules that count on paper: those for screens do not, nor does anything with an address."""
	import tinycss2

	rules: list[Rule] = []
	options: dict[str, str] = {}
	for selector, declared in _rules(tinycss2.parse_stylesheet(css, True, True)):
		if ".print-format" in (part.strip() for part in selector.split(",")):
			options |= {name: value for name, value, _important in declared if name in OPTIONS}
		usable = tuple(each for each in declared if _is_usable(each[0], each[1]))
		if usable:
			rules.append(Rule(selector, usable))
	return Style(rules, options)


def apply(root: Any, rules: list[Rule], below: bool = False) -> None:
	"""Write what the rules say into the style attributes of the elements below `root`, and of `root`.

	What an element's own style says goes first, unless a rule is important. With `below`, everything that is there
	already goes first: the rules are defaults.
	"""
	found: dict[Any, list[tuple[bool, tuple[int, ...], int, str, str]]] = {}
	for order, rule in enumerate(rules):
		for xpath, specificity in _compiled(rule.selector):
			for element in xpath(root):
				entries = found.setdefault(element, [])
				entries += [(imp, specificity, order, name, value) for name, value, imp in rule.declarations]
	for element, entries in found.items():
		own = dict(_own(element))
		ruled: dict[str, str] = {}
		for important, _specificity, _order, name, value in sorted(entries):
			ruled.pop(name, None)
			ruled[name] = value
			if important and not below:
				own.pop(name, None)
		element.set("style", as_text({**ruled, **own}))


def clean(element: Any) -> None:
	"""Leave of an element's style what counts on paper."""
	if element.get("style") is None:
		return
	kept = as_text(dict(_own(element)))
	if kept:
		element.set("style", kept)
	else:
		element.attrib.pop("style")


def as_text(style: dict[str, str]) -> str:
	"""A style attribute."""
	return "; ".join(f"{name}: {value}" for name, value in style.items())


def _own(element: Any) -> Iterator[tuple[str, str]]:
	style = element.get("style")
	if style:
		yield from _own_style(style)


@lru_cache(maxsize=1024)
def _own_style(style: str) -> tuple[tuple[str, str], ...]:
	import tinycss2

	declared = _declarations(tinycss2.parse_declaration_list(style, True, True))
	return tuple((name, value) for name, value, _important in declared if _is_usable(name, value))


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[tuple[Any, tuple[int, ...]], ...]:
	"""XPath and specificity of each selector of a list; none where one of them is not understood."""
	from cssselect import HTMLTranslator, SelectorError
	from cssselect import parse as parse_selector
	from lxml import etree

	try:
		return tuple(
			(
				etree.XPath(HTMLTranslator().selector_to_xpath(each, prefix="descendant-or-self::")),
				each.specificity(),
			)
			for each in parse_selector(selector)
			if not each.pseudo_element
		)
	except (SelectorError, etree.XPathSyntaxError):
		return ()


def _is_usable(name: str, value: str) -> bool:
	if name not in _KNOWN or not _PLAIN_VALUE.match(value) or ("(" in value and not value.startswith("rgb(")):
		return False
	return name != "display" or value in _DISPLAYS


def _rules(nodes: list[Any]) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
	import tinycss2

	for node in nodes:
		if node.type == "qualified-rule":
			declared = tinycss2.parse_declaration_list(node.content, True, True)
			yield tinycss2.serialize(node.prelude).strip(), _declarations(declared)
		elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
			media = tinycss2.serialize(node.prelude).lower()
			if "print" in media or "all" in media:
				yield from _rules(tinycss2.parse_rule_list(node.content, True, True))


def _declarations(nodes: list[Any]) -> list[tuple[str, str, bool]]:
	"""The sides of margins and paddings each for itself; of a background its colour."""
	import tinycss2

	found: list[tuple[str, str, bool]] = []
	for node in nodes:
		if node.type != "declaration":
			continue
		name, value = node.lower_name, tinycss2.serialize(node.value).strip()
		if name in ("margin", "padding"):
			sides = zip(_SIDES, _four(value.split()), strict=True)
			found += [(f"{name}-{side}", each, node.important) for side, each in sides]
		else:
			found.append(("background-color" if name == "background" else name, value, node.important))
	return found


def _four(values: list[str]) -> list[str]:
	"""Top, right, bottom, left of one to four values."""
	if not 1 <= len(values) <= 4:
		return ["0"] * 4
	top = values[0]
	right = values[1] if len(values) > 1 else top
	bottom = values[2] if len(values) > 2 else top
	return [top, right, bottom, values[3] if len(values) > 3 else right]
