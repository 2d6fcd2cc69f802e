"""`erpnext.stock.stock_ledger`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"NegativeStockError": "minibench.erp.stock_ledger",
}

__getattr__ = lazy(__name__, EXPORTS)
