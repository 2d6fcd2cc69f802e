"""Bootstrap's rows and columns turned into tables: the only side-by-side that xhtml2pdf knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html

_COLUMN = re.compile(r"(?:^|\s)col-(?:xs|sm|md|lg)-(\d+)(?:\s|$)")
_INNER_BLANK = re.compile(r"\s+")
_TWELFTHS = 12
# A cell cannot break between two pages: longer columns become lines of one table.
_MOST_SIDE_BY_SIDE = 18
# More columns than these are set smaller; shorter texts than that do not break.
_MOST_COLUMNS = 8
_SHORT = 24
_ON_PAPER = {40.0: 34.0, 80.0: 100.0, 150.0: 130.0}
_USUAL_WIDTH = 150.0
_LONG_TEXTS = ("Small Text", "Text", "Text Editor", "Long Text", "HTML Editor", "Markdown Editor")
_LONG_TEXT_SHARE = 210.0
_LABEL_SHARE = 0.38
_WIDE_LABEL_SHARE = 0.22


def lay_out(root: Any) -> None:
	"""Rewrite every section of the standard print, then every other row, in place."""
	for section in root.xpath(f".//div[{has_class('section-break')}]"):
		_replace(section, _section(section))
	for name in ("print-heading", "letter-head-footer"):
		for block in root.xpath(f".//div[{has_class(name)}]"):
			_box(block)
	for row in reversed(root.xpath(f".//div[{has_class('row')}]")):
		table = _row(row)
		if table is not None:
			_replace(row, [table])
	for table in root.xpath(".//table[thead]"):
		_prepare_table(table)
	# The fewer elements, the quicker: each is matched with every rule.
	for wrapper in root.xpath(f".//td/div[{has_class('value')}] | .//td/label[count(../*) = 1]"):
		wrapper.drop_tag()


def _box(block: Any) -> None:
	"""A block in a cell of its own: a block's border would be drawn around each of its paragraphs."""
	table, row = _element("table", class_="layout", width="100%"), _element("tr")
	table.append(row)
	_replace(block, [table])
	row.append(_renamed(block, "td"))


def stack(root: Any) -> None:
	"""The columns of every row one below the other: a table's row taller than a page cannot be printed."""
	for table in root.xpath(f".//table[{has_class('layout')}][not({has_class('fields')})]"):
		blocks = [
			_renamed(cell, "div") for row in table.iterchildren("tr") for cell in row.iterchildren("td")
		]
		_replace(table, blocks)


def has_class(name: str) -> str:
	"""An XPath condition."""
	return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def _replace(element: Any, new: list[Any]) -> None:
	parent = element.getparent()
	if parent is None:
		return
	index, tail = parent.index(element), element.tail
	element.tail = None
	parent.remove(element)
	for offset, each in enumerate(new):
		parent.insert(index + offset, each)
	if not tail or not tail.strip():
		return
	if new:
		new[-1].tail = (new[-1].tail or "") + tail
	else:
		_append_text(parent, index, tail)


def _append_text(parent: Any, index: int, text: str) -> None:
	if index:
		parent[index - 1].tail = (parent[index - 1].tail or "") + text
	else:
		parent.text = (parent.text or "") + text


def _element(tag: str, **attributes: str) -> Any:
	return lxml_html.Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})


def _renamed(element: Any, tag: str) -> Any:
	"""The element's content and attributes under another tag."""
	element.tag = tag
	return element


# --- the standard print's sections -------------------------------------------------------------------------------------


def _section(section: Any) -> list[Any]:
	"""Label and value of each field in cells of one table, so that a long section breaks between any two lines.

	What is wider than a column, such as a child table, follows below.
	"""
	columns = [list(column) for column in section.xpath(f"./div[{has_class('column-break')}]")]
	heading = [child for child in section if child.tag in ("h4", "hr")]
	filled = [blocks for blocks in columns if blocks]
	if len(filled) <= 1:
		single = filled[0] if filled else []
		return heading + (_one_column(single) if len(columns) <= 1 else _several(columns))
	return heading + _several(columns)


def _one_column(blocks: list[Any]) -> list[Any]:
	made: list[Any] = []
	for is_field, group in _grouped(blocks):
		made += [_fields_table([group], _WIDE_LABEL_SHARE)] if is_field else group
	return made


def _grouped(blocks: list[Any]) -> Iterator[tuple[bool, list[Any]]]:
	group: list[Any] = []
	for block in blocks:
		if group and _is_field(block) != _is_field(group[0]):
			yield _is_field(group[0]), group
			group = []
		group.append(block)
	if group:
		yield _is_field(group[0]), group


def _several(columns: list[list[Any]]) -> list[Any]:
	wide = [block for column in columns for block in column if _is_wide(block)]
	narrow = [[block for block in column if not _is_wide(block)] for column in columns]
	if not any(narrow):
		return wide
	if len(columns) > 2 or max(len(column) for column in narrow) > _MOST_SIDE_BY_SIDE:
		return [_fields_table(narrow, _LABEL_SHARE), *wide]
	return [_side_by_side(narrow), *wide]


def _side_by_side(columns: list[list[Any]]) -> Any:
	"""Each column a table of its own: a tall value on one side does not push the other side's lines apart."""
	table, row = _element("table", class_="layout", width="100%"), _element("tr")
	table.append(row)
	for blocks in columns:
		cell = _element("td", class_="column", width=f"{100 / len(columns):.2f}%")
		for is_field, group in _grouped(blocks):
			for each in [_fields_table([group], _LABEL_SHARE)] if is_field else group:
				cell.append(each)
		row.append(cell)
	return table


def _is_field(block: Any) -> bool:
	return "data-field" in (block.get("class") or "").split()


def _is_wide(block: Any) -> bool:
	return bool(block.get("data-fieldtype") == "Table" or block.xpath(".//table"))


def _fields_table(columns: list[list[Any]], label_share: float) -> Any:
	"""One line of the table holds the n-th field of every column."""
	table = _element("table", class_="layout fields", width="100%")
	share = 100 / len(columns)
	stacked = len(columns) > 2
	for line in range(max(len(column) for column in columns)):
		row = _element("tr")
		for column in columns:
			block = column[line] if line < len(column) else None
			for cell in _cells(block, share, label_share, stacked):
				row.append(cell)
		table.append(row)
	return table


def _cells(block: Any, share: float, label_share: float, stacked: bool) -> list[Any]:
	if stacked:
		return [_stacked_cell(block, share)]
	widths = (f"{share * label_share:.2f}%", f"{share * (1 - label_share):.2f}%")
	if block is None:
		return [_element("td", width=width) for width in widths]
	parts = list(block) if _is_field(block) else []
	if len(parts) != 2:
		cell = _element("td", colspan="2", width=f"{share:.2f}%")
		cell.append(block)
		return [cell]
	cells = [_renamed(part, "td") for part in parts]
	for cell, width, name in zip(cells, widths, ("label", "value"), strict=True):
		classes = [each for each in (cell.get("class") or "").split() if not each.startswith("col-")]
		if block.get("data-fieldtype") == "Check":
			classes = [each for each in classes if each != "text-center"]
		cell.set("class", " ".join(dict.fromkeys([*classes, name])))
		cell.set("width", width)
	if "important" in (block.get("class") or "").split():
		cells[1].set("class", f"{cells[1].get('class')} important")
	return cells


def _stacked_cell(block: Any, share: float) -> Any:
	"""The label above the value."""
	cell = _element("td", width=f"{share:.2f}%")
	parts = list(block) if block is not None and _is_field(block) else []
	if len(parts) == 2:
		for part, name in zip(parts, ("label", "value"), strict=True):
			part.set("class", name)
			cell.append(part)
	elif block is not None:
		cell.append(block)
	return cell


# --- any other row -----------------------------------------------------------------------------------------------------


def _row(row: Any) -> Any:
	"""A table of the row's columns, as many to a line as twelve twelfths hold; None where it has no columns."""
	children = [child for child in row if isinstance(child.tag, str)]
	widths = [_width(child) for child in children]
	if not children or not any(widths):
		return None
	table = _element("table", class_=f"layout {row.get('class') or ''}".strip(), width="100%")
	line, used = _element("tr"), 0
	table.append(line)
	for child, width in zip(children, widths, strict=True):
		taken = min(width or _TWELFTHS, _TWELFTHS)
		if used and used + taken > _TWELFTHS:
			_fill(line, used)
			line, used = _element("tr"), 0
			table.append(line)
		child.tail = None
		cell = _renamed(child, "td")
		cell.set("width", f"{taken / _TWELFTHS * 100:.2f}%")
		if taken == _TWELFTHS and len(children) > 1:
			cell.set("colspan", str(max(2, len(children))))
		line.append(cell)
		used += taken
	_fill(line, used)
	return table


def _fill(line: Any, used: int) -> None:
	if used < _TWELFTHS:
		line.append(_element("td", width=f"{(_TWELFTHS - used) / _TWELFTHS * 100:.2f}%"))


def _width(element: Any) -> int:
	found = _COLUMN.search(element.get("class") or "")
	return int(found[1]) if found else 0


# --- tables ------------------------------------------------------------------------------------------------------------


def _prepare_table(table: Any) -> None:
	"""Repeat the head on every page; share the width as the head's widths relate to one another."""
	head = table.xpath("./thead/tr")
	table.set("repeat", str(len(head)))
	for cell in table.xpath(f".//td[{has_class('text-right')}]"):
		_keep_together(cell)
	cells = head[0].xpath("./th|./td") if head else []
	widths = [_pixels(cell) for cell in cells]
	if len(cells) > _MOST_COLUMNS:
		table.set("class", f"{table.get('class') or ''} dense".strip())
	if not cells or not all(widths):
		return
	shares = [_share(cell, width) for cell, width in zip(cells, widths, strict=True)]
	for cell, share in zip(cells, shares, strict=True):
		cell.set("width", f"{share / sum(shares) * 100:.2f}%")
		cell.attrib.pop("style", None)


def _share(cell: Any, width: float) -> float:
	"""How much of the paper a column gets: the screen's pixels, but more for numbers and for long texts."""
	if width == _USUAL_WIDTH and cell.get("data-fieldtype") in _LONG_TEXTS:
		return _LONG_TEXT_SHARE
	return _ON_PAPER.get(width, width)


def _keep_together(cell: Any) -> None:
	"""A number and its currency or unit stay on one line."""
	for element in cell.iter():
		if element.text and element.text.strip() and len(element.text.strip()) <= _SHORT:
			element.text = (
				_INNER_BLANK.sub("\u00a0", element.text.strip()) + element.text[len(element.text.rstrip()) :]
			)


def _pixels(cell: Any) -> float:
	found = re.search(r"width:\s*([0-9.]+)(px|%)?", cell.get("style") or "")
	return float(found[1]) if found else 0.0
