"""`frappe.share`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add": "minibench.access.share",
	"add_docshare": "minibench.access.share",
	"check_share_permission": "minibench.access.share",
	"get_share_name": "minibench.access.share",
	"get_shared": "minibench.access.share",
	"get_shared_doctypes": "minibench.access.share",
	"get_users": "minibench.access.share",
	"remove": "minibench.access.share",
	"set_docshare_permission": "minibench.access.share",
	"set_permission": "minibench.access.share",
}

__getattr__ = lazy(__name__, EXPORTS)
