"""`frappe.database.database`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Database": "minibench.data.database",
	"savepoint": "minibench.data.database",
}

__getattr__ = lazy(__name__, EXPORTS)
