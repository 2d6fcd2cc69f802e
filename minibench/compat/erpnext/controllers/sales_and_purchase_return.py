"""`erpnext.controllers.sales_and_purchase_return`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"make_return_doc": "minibench.erp.returns",
	"StockOverReturnError": "minibench.erp.returns",
}

__getattr__ = lazy(__name__, EXPORTS)
