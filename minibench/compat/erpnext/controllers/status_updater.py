"""`erpnext.controllers.status_updater`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"OverAllowanceError": "minibench.erp.status",
}

__getattr__ = lazy(__name__, EXPORTS)
