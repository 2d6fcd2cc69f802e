"""`frappe.website.doctype.website_settings.website_settings`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"WebsiteSettings": "minibench.doctypes.website_settings.website_settings",
}

__getattr__ = lazy(__name__, EXPORTS)
