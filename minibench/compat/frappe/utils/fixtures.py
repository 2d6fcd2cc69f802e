"""`frappe.utils.fixtures`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"sync_fixtures": "minibench.lifecycle.importer",
}

__getattr__ = lazy(__name__, EXPORTS)
