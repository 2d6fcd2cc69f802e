"""`frappe.core.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"html2text": "minibench.values.html:html_to_text",
}

__getattr__ = lazy(__name__, EXPORTS)
