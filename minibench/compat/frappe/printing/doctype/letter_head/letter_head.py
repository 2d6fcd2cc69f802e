"""`frappe.printing.doctype.letter_head.letter_head`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"LetterHead": "minibench.doctypes.letter_head.letter_head",
}

__getattr__ = lazy(__name__, EXPORTS)
