"""`frappe.core.doctype.system_settings.system_settings`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"load": "minibench.doctypes.system_settings.system_settings",
	"SystemSettings": "minibench.doctypes.system_settings.system_settings",
}

__getattr__ = lazy(__name__, EXPORTS)
