"""`erpnext.stock.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"InvalidWarehouseCompany": "minibench.erp.stock_ledger",
}

__getattr__ = lazy(__name__, EXPORTS)
