"""`frappe.database.database`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Database": "minibench.database",
	"savepoint": "minibench.database",
}

__getattr__ = lazy(__name__, EXPORTS)
