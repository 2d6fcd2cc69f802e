"""`frappe.desk.form.save`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"cancel": "minibench.web.desk.save",
	"savedocs": "minibench.web.desk.save",
}

__getattr__ = lazy(__name__, EXPORTS)
