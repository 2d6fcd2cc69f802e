"""`erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"reconcile_vouchers": "minibench.erp.bank_clearance",
}

__getattr__ = lazy(__name__, EXPORTS)
