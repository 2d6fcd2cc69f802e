"""`frappe.deferred_insert`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"save_to_db": "minibench.errors_log:save_deferred",
}

__getattr__ = lazy(__name__, EXPORTS)
