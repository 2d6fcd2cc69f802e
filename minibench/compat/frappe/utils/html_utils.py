"""`frappe.utils.html_utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_icon_html": "minibench.values.html",
	"sanitize_html": "minibench.values.html",
}

__getattr__ = lazy(__name__, EXPORTS)
