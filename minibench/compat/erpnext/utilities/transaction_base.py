"""`erpnext.utilities.transaction_base`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"UOMMustBeIntegerError": "minibench.erp.transaction",
}

__getattr__ = lazy(__name__, EXPORTS)
