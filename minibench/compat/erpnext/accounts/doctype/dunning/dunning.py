"""`erpnext.accounts.doctype.dunning.dunning`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Dunning": "minibench.erp.doctypes.dunning.dunning",
	"get_dunning_letter_text": "minibench.erp.dunning",
	"resolve_dunning": "minibench.erp.dunning",
}

__getattr__ = lazy(__name__, EXPORTS)
