"""`erpnext.accounts.doctype.sales_invoice.sales_invoice`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_dunning": "minibench.erp.dunning",
	"make_delivery_note": "minibench.erp.sales_mapping:make_delivery_note_from_invoice",
	"make_sales_return": "minibench.erp.sales_mapping:make_credit_note",
	"SalesInvoice": "minibench.erp.doctypes.sales_invoice.sales_invoice",
}

__getattr__ = lazy(__name__, EXPORTS)
