"""The text half of a mail: HTML as Markdown, so that links, lists and emphasis survive."""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser

BLOCKS = frozenset(
	"p div section article header footer table tr ul ol blockquote pre form h1 h2 h3 h4 h5 h6".split()
)
SILENT = frozenset(("script", "style", "head", "title", "template"))
EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
WIDTH = 80


def html2text(html: str | None, strip_links: bool = False, wrap: bool = True) -> str:
	"""Markdown of `html`; lines of more than 80 characters are wrapped if asked, links are dropped if asked."""
	reader = _Reader(strip_links)
	reader.feed(html or "")
	reader.close()
	text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(reader.parts))
	text = re.sub(r"\n{3,}", "\n\n", text).strip()
	return "\n".join(_wrapped(line) for line in text.split("\n")) if wrap else text


def to_markdown(html: str | None) -> str:
	"""Markdown of `html`, one line a paragraph."""
	return html2text(html, wrap=False)


def _wrapped(line: str) -> str:
	return (
		textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
		if len(line) > WIDTH
		else line
	)


class _Reader(HTMLParser):
	def __init__(self, strip_links: bool) -> None:
		super().__init__(convert_charrefs=True)
		self.strip_links = strip_links
		self.parts: list[str] = []
		self.silent = 0
		self.links: list[str] = []
		self.lists: list[int] = []

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		values = dict(attrs)
		if tag in SILENT:
			self.silent += 1
		elif tag in BLOCKS:
			self.parts.append("\n" if tag == "tr" else "\n\n")
			if tag in ("ul", "ol"):
				self.lists.append(1 if tag == "ol" else 0)
			elif tag[0] == "h" and tag[1:].isdigit():
				self.parts.append("#" * int(tag[1:]) + " ")
		elif tag == "li":
			self._start_item()
		elif tag == "br":
			self.parts.append("\n")
		elif tag == "hr":
			self.parts.append("\n\n---\n\n")
		elif tag in ("td", "th"):
			self.parts.append(" ")
		elif tag in EMPHASIS:
			self.parts.append(EMPHASIS[tag])
		elif tag == "a" and not self.strip_links:
			self.links.append(values.get("href") or "")
			self.parts.append("[" if self.links[-1] else "")
		elif tag == "img" and values.get("alt"):
			self.parts.append(f"![{values['alt']}]({values.get('src') or ''})")

	def _start_item(self) -> None:
		mark = "*"
		if self.lists and self.lists[-1]:
			mark = f"{self.lists[-1]}."
			self.lists[-1] += 1
		self.parts.append(f"\n{mark} ")

	def handle_endtag(self, tag: str) -> None:
		if tag in SILENT:
			self.silent = max(0, self.silent - 1)
		elif tag in BLOCKS:
			self.parts.append("\n" if tag == "tr" else "\n\n")
			if tag in ("ul", "ol") and self.lists:
				self.lists.pop()
		elif tag in EMPHASIS:
			self.parts.append(EMPHASIS[tag])
		elif tag == "a" and self.links:
			target = self.links.pop()
			if target:
				self.parts.append(f"]({target})")

	def handle_data(self, data: str) -> None:
		if not self.silent:
			self.parts.append(re.sub(r"\s+", " ", data))

	def handle_comment(self, data: str) -> None:
		# The queue's placeholders are comments, and are filled in for each recipient of the text too.
		if data in ("unsubscribe_url", "cc_message"):
			self.parts.append(f"<!--{data}-->")
