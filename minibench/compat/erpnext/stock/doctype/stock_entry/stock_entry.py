"""`erpnext.stock.doctype.stock_entry.stock_entry`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"StockEntry": "minibench.erp.doctypes.stock_entry.stock_entry",
}

__getattr__ = lazy(__name__, EXPORTS)
