"""`erpnext.selling.doctype.customer.customer`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"check_credit_limit": "minibench.erp.credit",
	"Customer": "minibench.erp.doctypes.customer.customer",
	"get_credit_limit": "minibench.erp.credit",
	"get_customer_outstanding": "minibench.erp.credit",
}

__getattr__ = lazy(__name__, EXPORTS)
