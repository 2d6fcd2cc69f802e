"""User-written HTML and Markdown: made harmless, converted."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from minibench.values.jsonio import is_json
from minibench.values.text import escape_html, is_html

_IMAGE_SUFFIX = re.compile(r"\?.*", re.DOTALL)
_LONGEST_REMEMBERED = 4000
_NOT_MARKDOWN = re.compile(r"<p[\s]*>|<br[\s]*>")
_MARKDOWN_EXTRAS = {
	"fenced-code-blocks": None,
	"tables": None,
	"header-ids": None,
	"toc": None,
	"highlightjs-lang": None,
	"html-classes": {"table": "table table-bordered", "img": "screenshot"},
}


class _TagFinder(HTMLParser):
	found = False

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.found = True


def has_tag(text: str) -> bool:
	"""Whether an HTML parser sees at least one opening tag in `text`."""
	if "<" not in text:
		return False
	finder = _TagFinder()
	finder.feed(text)
	finder.close()
	return finder.found


class CleanHTML(str):
	"""HTML that the engine made itself of plain elements and escaped texts: cleaning would leave it as it is."""

	__slots__ = ()


def sanitize_html(html: Any, linkify: bool = False, always_sanitize: bool = False) -> Any:
	"""`html` without what could run a script: unknown tags become visible text, unsafe attributes and styles go.

	JSON and text without tags come back as they are, unless `always_sanitize`; so does anything but a string.
	"""
	if not isinstance(html, str) or isinstance(html, CleanHTML):
		return html
	if not always_sanitize and (not has_tag(html) or is_json(html)):
		return html
	return _cleaned(html) if len(html) <= _LONGEST_REMEMBERED else _cleaner().clean(html)


@lru_cache(maxsize=512)
def _cleaned(html: str) -> str:
	"""The same addresses, descriptions and terms stand in document after document."""
	return str(_cleaner().clean(html))


@lru_cache(maxsize=1)
def _cleaner() -> Any:
	from bleach.css_sanitizer import CSSSanitizer
	from bleach.sanitizer import Cleaner
	from bleach_allowlist import bleach_allowlist

	from minibench.values.html_policy import ATTRIBUTES, ELEMENTS, PROTOCOLS, SVG_ATTRIBUTES

	def is_allowed(_tag: str, name: str, _value: str) -> bool:
		return name.startswith("data-") or name in ATTRIBUTES

	return Cleaner(
		tags=ELEMENTS,
		attributes={"*": is_allowed, "svg": list(SVG_ATTRIBUTES)},
		css_sanitizer=CSSSanitizer(allowed_css_properties=bleach_allowlist.all_styles),
		protocols=PROTOCOLS,
		strip=False,
		strip_comments=False,
	)


class MarkdownHTML(str):
	"""HTML made from Markdown, with the table of contents and the metadata that markdown2 found."""

	toc_html: str | None
	metadata: Any


def md_to_html(markdown_text: str | None) -> Any:
	"""HTML of a Markdown text; None where markdown2 cannot read it."""
	from markdown2 import MarkdownError, markdown

	try:
		made = markdown(markdown_text or "", extras=_MARKDOWN_EXTRAS)
	except MarkdownError:
		return None
	html = MarkdownHTML(made)
	html.toc_html = made.toc_html
	html.metadata = made.metadata
	return html


def markdown(text: str, sanitize: bool = True, linkify: bool = True) -> Any:
	"""Sanitised HTML of a text that is Markdown or HTML already."""
	html = text if is_html(text) else md_to_html(text)
	return sanitize_html(html.replace("<!-- markdown -->", ""), linkify=linkify) if sanitize else html


def is_markdown(text: str) -> bool:
	"""Whether `text` says so in a comment, or has neither paragraphs nor line breaks of HTML."""
	if "<!-- markdown -->" in text:
		return True
	return "<!-- html -->" not in text and not _NOT_MARKDOWN.search(text)


def is_image(filepath: str | None) -> bool:
	"""Whether the name, or an address with a query, ends like an image's."""
	from mimetypes import guess_type

	return (guess_type(_IMAGE_SUFFIX.sub("", filepath or ""))[0] or "").startswith("image/")


def get_icon_html(icon: str | None, small: bool = False) -> str:
	"""An <img> for the path of an image, else an <i> of that class."""
	icon = icon or ""
	if not is_image(icon):
		return f"<i class={escape_html(icon)!r}></i>"
	style = "style='width: 16px; height: 16px;' " if small else ""
	return f"<img {style}src={escape_html(icon)!r}>"


class _Text(HTMLParser):
	"""Collects text; block elements and <br> break the line."""

	_BREAKS = frozenset("br p div tr li ul ol table h1 h2 h3 h4 h5 h6 blockquote pre hr".split())
	_SILENT = frozenset(("script", "style", "head", "title"))

	def __init__(self) -> None:
		super().__init__(convert_charrefs=True)
		self.parts: list[str] = []
		self.silent = 0

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.silent += tag in self._SILENT
		if tag in self._BREAKS:
			self.parts.append("\n")
		if tag == "li":
			self.parts.append("* ")
		if tag in ("td", "th"):
			self.parts.append(" ")

	def handle_endtag(self, tag: str) -> None:
		self.silent -= tag in self._SILENT and self.silent > 0
		if tag in self._BREAKS:
			self.parts.append("\n")

	def handle_data(self, data: str) -> None:
		if not self.silent:
			self.parts.append(re.sub(r"\s+", " ", data))


def html_to_text(html: str | None) -> str:
	"""Readable text of `html`: lines for blocks, no markup."""
	reader = _Text()
	reader.feed(html or "")
	reader.close()
	lines = [line.strip() for line in "".join(reader.parts).split("\n")]
	return "\n".join(line for line in lines if line)
