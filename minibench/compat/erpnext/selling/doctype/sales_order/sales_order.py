"""`erpnext.selling.doctype.sales_order.sales_order`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"close_or_unclose_sales_orders": "minibench.erp.sales_mapping",
	"make_delivery_note": "minibench.erp.sales_mapping",
	"make_purchase_order": "minibench.erp.sales_mapping",
	"make_purchase_order_for_default_supplier": "minibench.erp.sales_mapping",
	"make_sales_invoice": "minibench.erp.sales_mapping",
	"SalesOrder": "minibench.erp.doctypes.sales_order.sales_order",
	"update_status": "minibench.erp.sales_mapping",
	"WarehouseRequired": "minibench.erp.doctypes.sales_order.sales_order",
}

__getattr__ = lazy(__name__, EXPORTS)
