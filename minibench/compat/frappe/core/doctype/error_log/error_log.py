"""`frappe.core.doctype.error_log.error_log`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear_error_logs": "minibench.doctypes.error_log.error_log",
	"ErrorLog": "minibench.doctypes.error_log.error_log",
}

__getattr__ = lazy(__name__, EXPORTS)
