"""The fonts of PDFs: one family with Latin, Greek and Cyrillic letters and the currencies' signs, from its own wheel."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

FAMILY = "SourceSansPro"
_FILES = {
	(0, 0): "SourceSansPro-Regular.ttf",
	(1, 0): "SourceSansPro-Bold.ttf",
	(0, 1): "SourceSansPro-It.ttf",
	(1, 1): "SourceSansPro-BoldIt.ttf",
}
# Families that a print format may name, shown in ours: a PDF can only use what is at hand.
_SANS = (
	"sans-serif",
	"sans",
	"inter",
	"inter v",
	"helvetica neue",
	"helvetica",
	"arial",
	"verdana",
	"open sans",
	"roboto",
	"source sans pro",
	"sourcesanspro",
	"segoe ui",
	"system-ui",
	"tahoma",
	"calibri",
	"lato",
)
_lock = threading.Lock()
_registered = False


def register() -> None:
	"""Make the family known to reportlab and to xhtml2pdf. Once a process."""
	global _registered
	with _lock:
		if _registered:
			return
		from reportlab.lib.fonts import addMapping
		from reportlab.pdfbase import pdfmetrics
		from reportlab.pdfbase.ttfonts import TTFont
		from xhtml2pdf.default import DEFAULT_FONT

		for (bold, italic), file in _FILES.items():
			name = Path(file).stem if (bold or italic) else FAMILY
			pdfmetrics.registerFont(TTFont(name, str(_folder() / file)))
			addMapping(FAMILY, bold, italic, name)
		DEFAULT_FONT.update(dict.fromkeys(_SANS, FAMILY))
		_registered = True


def _folder() -> Path:
	found = importlib.util.find_spec("font_source_sans_pro")
	if found is None or not found.origin:
		raise ImportError("The fonts for PDFs are missing: install the package font-source-sans-pro")
	return Path(found.origin).parent / "files"
