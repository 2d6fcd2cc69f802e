"""`frappe.model.sync`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"sync_all": "minibench.lifecycle.importer",
}

__getattr__ = lazy(__name__, EXPORTS)
