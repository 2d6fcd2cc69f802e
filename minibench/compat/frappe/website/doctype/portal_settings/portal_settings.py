"""`frappe.website.doctype.portal_settings.portal_settings`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"PortalSettings": "minibench.doctypes.portal_settings.portal_settings",
}

__getattr__ = lazy(__name__, EXPORTS)
