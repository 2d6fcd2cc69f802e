"""`frappe.utils.error`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"log_error": "minibench.errors_log",
	"log_error_snapshot": "minibench.errors_log",
}

__getattr__ = lazy(__name__, EXPORTS)
