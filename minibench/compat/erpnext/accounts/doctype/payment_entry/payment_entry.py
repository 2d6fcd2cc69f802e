"""`erpnext.accounts.doctype.payment_entry.payment_entry`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_outstanding_reference_documents": "minibench.erp.payment_references",
	"get_payment_entry": "minibench.erp.payment_mapping",
	"get_reference_details": "minibench.erp.payment_references",
	"PaymentEntry": "minibench.erp.doctypes.payment_entry.payment_entry",
}

__getattr__ = lazy(__name__, EXPORTS)
