"""`frappe.email.smtp`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"InvalidEmailCredentials": "minibench.mail.smtp",
	"SMTPServer": "minibench.mail.smtp",
}

__getattr__ = lazy(__name__, EXPORTS)
