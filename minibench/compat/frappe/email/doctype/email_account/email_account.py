"""`frappe.email.doctype.email_account.email_account`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"EmailAccount": "minibench.doctypes.email_account.email_account",
}

__getattr__ = lazy(__name__, EXPORTS)
