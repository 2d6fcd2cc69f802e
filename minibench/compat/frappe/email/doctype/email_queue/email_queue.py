"""`frappe.email.doctype.email_queue.email_queue`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"bulk_retry": "minibench.doctypes.email_queue.email_queue",
	"EmailQueue": "minibench.doctypes.email_queue.email_queue",
	"get_email_retry_limit": "minibench.mail.delivery",
	"on_doctype_update": "minibench.doctypes.email_queue.email_queue",
	"QueueBuilder": "minibench.mail.builder",
	"send_now": "minibench.doctypes.email_queue.email_queue",
	"SendMailContext": "minibench.mail.delivery",
	"toggle_sending": "minibench.doctypes.email_queue.email_queue",
}

__getattr__ = lazy(__name__, EXPORTS)
