"""`frappe.printing.doctype.print_settings.print_settings`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"is_print_server_enabled": "minibench.doctypes.print_settings.print_settings",
	"PrintSettings": "minibench.doctypes.print_settings.print_settings",
}

__getattr__ = lazy(__name__, EXPORTS)
