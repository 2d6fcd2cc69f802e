"""`erpnext.utilities.transaction_base`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"UOMMustBeIntegerError": "minibench.erp.voucher",
}

__getattr__ = lazy(__name__, EXPORTS)
