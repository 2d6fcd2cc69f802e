"""`erpnext.buying.doctype.purchase_order.purchase_order`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"close_or_unclose_purchase_orders": "minibench.erp.purchase_mapping",
	"PurchaseOrder": "minibench.erp.doctypes.purchase_order.purchase_order",
	"update_status": "minibench.erp.purchase_mapping",
}

__getattr__ = lazy(__name__, EXPORTS)
