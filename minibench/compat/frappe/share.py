"""`frappe.share`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add": "minibench.share",
	"add_docshare": "minibench.share",
	"check_share_permission": "minibench.share",
	"get_share_name": "minibench.share",
	"get_shared": "minibench.share",
	"get_shared_doctypes": "minibench.share",
	"get_users": "minibench.share",
	"remove": "minibench.share",
	"set_docshare_permission": "minibench.share",
	"set_permission": "minibench.share",
}

__getattr__ = lazy(__name__, EXPORTS)
