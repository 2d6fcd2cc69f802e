"""`frappe.utils.html_utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_icon_html": "minibench.values.html",
	"is_json": "minibench.values.jsonio",
	"sanitize_html": "minibench.values.html",
	"unescape_html": "minibench.values.text",
}

__getattr__ = lazy(__name__, EXPORTS)
