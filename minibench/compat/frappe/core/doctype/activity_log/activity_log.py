"""`frappe.core.doctype.activity_log.activity_log`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"ActivityLog": "minibench.doctypes.activity_log.activity_log",
	"add_authentication_log": "minibench.doctypes.activity_log.activity_log",
}

__getattr__ = lazy(__name__, EXPORTS)
