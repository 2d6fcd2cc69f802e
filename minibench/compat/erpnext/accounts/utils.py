"""`erpnext.accounts.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"FiscalYearError": "minibench.erp.periods",
	"get_account_currency": "minibench.erp.companies",
	"get_balance_on": "minibench.erp.balances",
	"get_company_default": "minibench.erp.companies",
	"get_fiscal_year": "minibench.erp.periods",
	"get_fiscal_years": "minibench.erp.periods",
	"PaymentEntryUnlinkError": "minibench.erp.payment_unlinking",
	"reconcile_against_document": "minibench.erp.reconciliation",
}

__getattr__ = lazy(__name__, EXPORTS)
