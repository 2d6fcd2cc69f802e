"""`erpnext.accounts.doctype.accounting_period.accounting_period`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"ClosedAccountingPeriod": "minibench.erp.periods",
}

__getattr__ = lazy(__name__, EXPORTS)
