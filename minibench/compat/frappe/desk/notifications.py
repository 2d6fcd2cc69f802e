"""`frappe.desk.notifications`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"extract_mentions": "minibench.collaboration.comment",
	"notify_mentions": "minibench.collaboration.comment",
}

__getattr__ = lazy(__name__, EXPORTS)
