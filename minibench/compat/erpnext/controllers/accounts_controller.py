"""`erpnext.controllers.accounts_controller`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"AccountMissingError": "minibench.erp.transaction",
	"get_payment_term_details": "minibench.erp.payment_terms",
	"get_payment_terms": "minibench.erp.payment_terms",
	"get_taxes_and_charges": "minibench.erp.tax_templates",
	"InvalidQtyError": "minibench.erp.transaction",
	"update_invoice_status": "minibench.erp.invoice_status",
}

__getattr__ = lazy(__name__, EXPORTS)
