"""`frappe.website.serve`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_response": "minibench.web.pages.serve",
	"get_response_content": "minibench.web.pages.serve",
}

__getattr__ = lazy(__name__, EXPORTS)
