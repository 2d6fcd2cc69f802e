"""`erpnext.stock.doctype.delivery_note.delivery_note`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DeliveryNote": "minibench.erp.doctypes.delivery_note.delivery_note",
	"make_sales_invoice": "minibench.erp.sales_mapping:make_sales_invoice_from_delivery",
	"make_sales_return": "minibench.erp.sales_mapping:make_delivery_return",
	"update_delivery_note_status": "minibench.erp.sales_mapping",
}

__getattr__ = lazy(__name__, EXPORTS)
