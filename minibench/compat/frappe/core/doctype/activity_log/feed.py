"""`frappe.core.doctype.activity_log.feed`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"login_feed": "minibench.doctypes.activity_log.activity_log",
	"logout_feed": "minibench.doctypes.activity_log.activity_log",
}

__getattr__ = lazy(__name__, EXPORTS)
