"""`frappe.email.doctype.email_template.email_template`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"EmailTemplate": "minibench.doctypes.email_template.email_template",
	"get_email_template": "minibench.mail.templates",
}

__getattr__ = lazy(__name__, EXPORTS)
