"""`frappe.core.doctype.server_script.server_script`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"enabled": "minibench.doctypes.server_script.server_script",
	"ServerScript": "minibench.doctypes.server_script.server_script",
	"setup_scheduler_events": "minibench.automation.server_script",
}

__getattr__ = lazy(__name__, EXPORTS)
