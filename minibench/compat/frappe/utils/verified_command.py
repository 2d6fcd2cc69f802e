"""`frappe.utils.verified_command`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_signed_params": "minibench.access.signed_links",
	"verify_request": "minibench.access.signed_links",
}

__getattr__ = lazy(__name__, EXPORTS)
