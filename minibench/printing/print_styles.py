"""The looks that every site offers for its prints. The first is the default; an administrator may change their CSS."""

from __future__ import annotations

from minibench.context import db

STYLES = {
	"Redesign": ".print-format .value { color: #1f272e; }\n",
	"Modern": (
		".print-format .print-heading h2 { color: #17406d; }\n"
		".print-format th { color: #ffffff; background-color: #17406d; border-bottom-color: #17406d; }\n"
		".print-format .section-break > h4 { color: #17406d; }\n"
	),
	"Classic": (
		'.print-format { font-family: Georgia, "Times New Roman", serif; }\n'
		".print-format .print-heading { border-bottom: 2px solid #1f272e; }\n"
		".print-format th { background-color: #ffffff; border-bottom: 1px solid #1f272e; }\n"
		".print-format .table-bordered td { border-bottom: 1px solid #8d99a6; }\n"
	),
	"Monochrome": (
		".print-format, .print-format label, .print-format .value, .print-format small { color: #000000; }\n"
		".print-format th { color: #ffffff; background-color: #000000; border-bottom-color: #000000; }\n"
		".print-format .table-bordered td { border-bottom: 1px solid #000000; }\n"
	),
}


def install() -> None:
	"""Make those that the site lacks."""
	from minibench.model.document import get_doc

	for name, css in STYLES.items():
		if not db.exists("Print Style", name):
			get_doc({"doctype": "Print Style", "print_style_name": name, "standard": 1, "css": css}).insert(
				ignore_permissions=True
			)
