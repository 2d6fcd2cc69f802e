"""`erpnext.accounts.doctype.bank_transaction.bank_transaction`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"BankTransaction": "minibench.erp.doctypes.bank_transaction.bank_transaction",
}

__getattr__ = lazy(__name__, EXPORTS)
