"""`frappe.core.doctype.communication.email`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_attachments": "minibench.mail.communications",
	"make": "minibench.mail.communications",
	"mark_email_as_seen": "minibench.mail.communications",
	"update_communication_as_read": "minibench.mail.communications",
}

__getattr__ = lazy(__name__, EXPORTS)
