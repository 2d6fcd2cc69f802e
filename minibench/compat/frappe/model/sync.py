"""`frappe.model.sync`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"sync_all": "minibench.importer",
}

__getattr__ = lazy(__name__, EXPORTS)
