"""`frappe.desk.form.linked_with`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get": "minibench.web.desk.client",
}

__getattr__ = lazy(__name__, EXPORTS)
