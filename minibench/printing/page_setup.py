"""Size and margins of a PDF's pages, from options, from the print format's CSS, from Print Settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from minibench.context import db

_LENGTH = re.compile(r"^\s*([0-9.]+)\s*(mm|cm|in|pt|px|pc)?\s*$")
_POINTS = {"mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pt": 1.0, "px": 0.75, "pc": 12.0}
_SIZES_MM = {
	"A0": (841, 1189),
	"A1": (594, 841),
	"A2": (420, 594),
	"A3": (297, 420),
	"A4": (210, 297),
	"A5": (148, 210),
	"A6": (105, 148),
	"A7": (74, 105),
	"A8": (52, 74),
	"A9": (37, 52),
	"B0": (1000, 1414),
	"B1": (707, 1000),
	"B2": (500, 707),
	"B3": (353, 500),
	"B4": (250, 353),
	"B5": (176, 250),
	"B6": (125, 176),
	"B7": (88, 125),
	"B8": (62, 88),
	"B9": (33, 62),
	"B10": (31, 44),
	"C5E": (163, 229),
	"Comm10E": (105, 241),
	"DLE": (110, 220),
	"Executive": (190.5, 254),
	"Folio": (210, 330),
	"Ledger": (431.8, 279.4),
	"Legal": (215.9, 355.6),
	"Letter": (215.9, 279.4),
	"Tabloid": (279.4, 431.8),
}
OPTIONS = (
	"margin-top",
	"margin-bottom",
	"margin-left",
	"margin-right",
	"page-size",
	"orientation",
	"page-width",
	"page-height",
)


@dataclass(frozen=True)
class PageSetup:
	"""All lengths in points."""

	width: float
	height: float
	top: float
	bottom: float
	left: float
	right: float

	@property
	def inner_width(self) -> float:
		return self.width - self.left - self.right


def points(length: Any, default: float) -> float:
	"""Points of "15mm" and the like; a bare number is millimetres."""
	found = _LENGTH.match(str(length)) if length not in (None, "") else None
	return float(found[1]) * _POINTS[found[2] or "mm"] if found else default


def page_setup(options: dict[str, Any]) -> PageSetup:
	"""What `options`, named as wkhtmltopdf's, and Print Settings ask for; A4 with margins of 15 mm by default."""
	size = options.get("page-size") or db.get_single_value("Print Settings", "pdf_page_size") or "A4"
	by_name = {name.lower(): measures for name, measures in _SIZES_MM.items()}
	width, height = (mm * _POINTS["mm"] for mm in by_name.get(str(size).lower(), _SIZES_MM["A4"]))
	if str(size) == "Custom":
		width = points(_custom(options, "page-width"), width)
		height = points(_custom(options, "page-height"), height)
	else:
		width, height = points(options.get("page-width"), width), points(options.get("page-height"), height)
	if str(options.get("orientation") or "").lower() == "landscape" and width < height:
		width, height = height, width
	usual = 15 * _POINTS["mm"]
	top, bottom, left, right = (
		points(options.get(f"margin-{side}"), usual) for side in ("top", "bottom", "left", "right")
	)
	return PageSetup(width, height, top, bottom, left, right)


def _custom(options: dict[str, Any], name: str) -> Any:
	return options.get(name) or db.get_single_value("Print Settings", f"pdf_{name.replace('-', '_')}")
