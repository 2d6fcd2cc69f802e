"""`erpnext.accounts.doctype.journal_entry.journal_entry`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"JournalEntry": "minibench.erp.doctypes.journal_entry.journal_entry",
}

__getattr__ = lazy(__name__, EXPORTS)
