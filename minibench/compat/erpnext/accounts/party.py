"""`erpnext.accounts.party`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DuplicatePartyAccountError": "minibench.erp.parties",
	"get_due_date": "minibench.erp.parties",
	"get_party_account": "minibench.erp.parties",
	"get_party_account_currency": "minibench.erp.parties",
	"get_party_details": "minibench.erp.parties",
	"get_party_gle_currency": "minibench.erp.parties",
	"get_payment_terms_template": "minibench.erp.parties",
	"validate_party_accounts": "minibench.erp.parties",
	"validate_party_frozen_disabled": "minibench.erp.parties:refuse_frozen_or_disabled",
	"validate_party_gle_currency": "minibench.erp.parties",
}

__getattr__ = lazy(__name__, EXPORTS)
