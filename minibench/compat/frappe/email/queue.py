"""`frappe.email.queue`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"flush": "minibench.mail.queue",
	"get_emails_sent_this_month": "minibench.mail.queue",
	"get_emails_sent_today": "minibench.mail.queue",
	"get_queue": "minibench.mail.queue",
	"get_unsubcribed_url": "minibench.mail.queue",
	"get_unsubscribe_message": "minibench.mail.queue",
	"unsubscribe": "minibench.mail.queue",
}

__getattr__ = lazy(__name__, EXPORTS)
