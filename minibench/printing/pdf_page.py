"""A print's HTML page taken apart for the PDF: what repeats above and below, what stands between, its styles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import html as lxml_html

from minibench.printing import pdf_css, pdf_grid, pdf_images
from minibench.printing.pdf_grid import has_class

_DROPPED = (
	"script",
	"link",
	"meta",
	"base",
	"iframe",
	"object",
	"embed",
	"form",
	"input",
	"button",
	"video",
	"audio",
)
_BASE_STYLE = "print-style"


@dataclass
class Page:
	header: Any
	footer: Any
	body: Any
	options: dict[str, str] = field(default_factory=dict)
	title: str = ""


def take_apart(html: str, defaults: list[list[pdf_css.Rule]]) -> Page:
	"""Parse `html` and lay it out for paper.

	Styles are in the elements: the page's own, and below them those of `defaults`, the stronger first. Everything
	active is gone, pictures are embedded, rows of columns are tables.
	"""
	root = lxml_html.document_fromstring(html or "<body></body>")
	sheets = [style.text_content() for style in root.xpath("//style") if style.get("id") != _BASE_STYLE]
	style = pdf_css.parse("\n".join(sheets))
	title = (root.findtext(".//title") or "").strip()
	body = root.find("body")
	_clean(body)
	pdf_css.apply(root, style.rules)
	header, footer = (_extract(body, name) for name in ("header-html", "footer-html"))
	for part in (header, footer, body):
		if part is None:
			continue
		_toggle(part)
		_number_pages(part)
		_embed_pictures(part)
		pdf_grid.lay_out(part)
		for rules in defaults:
			pdf_css.apply(part, rules, below=True)
	_break_pages(body)
	return Page(header, footer, body, style.options, title)


def as_text(element: Any) -> str:
	"""The element's inner HTML."""
	if element is None:
		return ""
	inner = "".join(lxml_html.tostring(child, encoding="unicode") for child in element)
	return (element.text or "") + inner


def _clean(body: Any) -> None:
	dropped = " or ".join(f"self::{tag}" for tag in (*_DROPPED, "style"))
	for element in body.xpath(f".//*[{dropped}] | .//*[{has_class('print-hide')}] | .//comment()"):
		element.drop_tree()
	# Tags of other namespaces would be instructions to the PDF maker.
	for element in list(body.iter()):
		if isinstance(element.tag, str) and ":" in element.tag:
			element.drop_tag()
			continue
		for name in [name for name in element.attrib if name.startswith("on") or "pdf" in name]:
			element.attrib.pop(name)
		pdf_css.clean(element)


def _extract(body: Any, html_id: str) -> Any:
	"""The first element of that id; all of them leave the body."""
	found = body.xpath(f".//*[@id='{html_id}']")
	for element in found:
		element.drop_tree()
	if not found:
		return None
	# It has left its `.print-format`, for whose parts there are rules.
	found[0].set("class", "print-format")
	return found[0]


def _toggle(part: Any) -> None:
	for element in part.xpath(f".//*[{has_class('hidden-pdf')}]"):
		element.drop_tree()
	for element in part.xpath(f".//*[{has_class('visible-pdf')}]"):
		classes = (element.get("class") or "").split()
		element.set("class", " ".join(name for name in classes if name != "visible-pdf"))


def _number_pages(part: Any) -> None:
	for name, tag in (("page", "pdf:pagenumber"), ("topage", "pdf:pagecount")):
		for span in part.xpath(f".//span[{has_class(name)}]"):
			span.tag = tag
			span.attrib.clear()
			span.text = None


def _embed_pictures(part: Any) -> None:
	for image in part.xpath(".//img"):
		source = pdf_images.embedded(image.get("src") or "")
		if source is None:
			image.drop_tree()
			continue
		image.set("src", source)
		for name in ("width", "height"):
			size = pdf_css_size(image, name)
			if size:
				image.set(name, size)


def pdf_css_size(image: Any, name: str) -> str | None:
	"""A picture's width or height in pixels, from its attribute or its style."""
	for part in (image.get("style") or "").split(";"):
		key, _colon, value = part.partition(":")
		value = value.strip()
		if key.strip() == name and value.endswith("px") and value[:-2].replace(".", "", 1).isdigit():
			return value
	given = image.get(name)
	return given if given and given.rstrip("px").replace(".", "", 1).isdigit() else None


def _break_pages(body: Any) -> None:
	pages = body.xpath(f".//*[{has_class('page-break')}]")
	for page in pages[1:]:
		following = page.getparent()
		following.insert(following.index(page), lxml_html.Element("pdf:nextpage"))
