"""`erpnext.stock.doctype.stock_entry.stock_entry_utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"make_stock_entry": "minibench.erp.stock_entry_making",
}

__getattr__ = lazy(__name__, EXPORTS)
