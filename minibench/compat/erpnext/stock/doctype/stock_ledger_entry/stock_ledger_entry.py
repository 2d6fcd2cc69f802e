"""`erpnext.stock.doctype.stock_ledger_entry.stock_ledger_entry`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"StockFreezeError": "minibench.erp.stock_ledger",
}

__getattr__ = lazy(__name__, EXPORTS)
