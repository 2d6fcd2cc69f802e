"""`erpnext.exceptions`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"InvalidAccountCurrency": "minibench.erp.gl",
	"InvalidCurrency": "minibench.erp.transaction",
	"PartyDisabled": "minibench.erp.parties",
	"PartyFrozen": "minibench.erp.parties",
}

__getattr__ = lazy(__name__, EXPORTS)
