"""`erpnext.accounts.doctype.account.account`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_account_currency": "minibench.erp.companies",
}

__getattr__ = lazy(__name__, EXPORTS)
