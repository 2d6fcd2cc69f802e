"""`frappe.installer`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"install_app": "minibench.lifecycle.site",
}

__getattr__ = lazy(__name__, EXPORTS)
