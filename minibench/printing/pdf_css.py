"""CSS made fit for xhtml2pdf, which knows a part of CSS 2 and stumbles over what is newer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from minibench.printing.page_setup import OPTIONS

_SIMPLE_SELECTOR = re.compile(r"^[\w\s.#*,>-]+$")
_KNOWN = frozenset(
	"""
	background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-color
	border-left border-left-color border-left-style border-left-width border-right border-right-color
	border-right-style border-right-width border-style border-top border-top-color border-top-style border-top-width
	border-width color display font font-family font-size font-style font-weight height letter-spacing line-height
	list-style-type margin margin-bottom margin-left margin-right margin-top padding padding-bottom padding-left
	padding-right padding-top page-break-after page-break-before text-align text-decoration text-indent
	text-transform vertical-align white-space width word-spacing
	""".split()
)
_PLAIN_VALUE = re.compile(r"^[\w\s#.,%'\"()!+-]+$")


def for_pdf(css: str) -> tuple[str, dict[str, str]]:
	"""The rules that xhtml2pdf understands, and the page options that rules for `.print-format` itself set.

	Rules for screens go, those for print stay; so do plain selectors with plain values. Nothing with an address is
	left: a PDF fetches nothing.
	"""
	import tinycss2

	kept: list[str] = []
	options: dict[str, str] = {}
	for selector, declarations in _rules(tinycss2.parse_stylesheet(css, True, True)):
		parts = [part.strip() for part in selector.split(",")]
		if ".print-format" in parts:
			options |= {name: value for name, value in declarations if name in OPTIONS}
		plain = [part for part in parts if part and _SIMPLE_SELECTOR.match(part)]
		usable = [f"{name}: {value}" for name, value in declarations if _is_usable(name, value)]
		if plain and usable:
			kept.append(f"{', '.join(plain)} {{ {'; '.join(usable)} }}")
	return "\n".join(kept), options


def inline_for_pdf(style: str) -> str:
	"""The same for a style attribute."""
	import tinycss2

	declared = _declarations(tinycss2.parse_declaration_list(style, True, True))
	return "; ".join(f"{name}: {value}" for name, value in declared if _is_usable(name, value))


def _is_usable(name: str, value: str) -> bool:
	if name not in _KNOWN or not _PLAIN_VALUE.match(value) or ("(" in value and not value.startswith("rgb")):
		return False
	return name != "display" or value in ("none", "block", "inline")


def _rules(nodes: list[Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
	import tinycss2

	for node in nodes:
		if node.type == "qualified-rule":
			declared = tinycss2.parse_declaration_list(node.content, True, True)
			yield tinycss2.serialize(node.prelude).strip(), _declarations(declared)
		elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
			media = tinycss2.serialize(node.prelude).lower()
			if "print" in media or "all" in media:
				yield from _rules(tinycss2.parse_rule_list(node.content, True, True))


def _declarations(nodes: list[Any]) -> list[tuple[str, str]]:
	import tinycss2

	return [
		(node.lower_name, tinycss2.serialize(node.value).strip())
		for node in nodes
		if node.type == "declaration"
	]
