"""`frappe.core.doctype.server_script.server_script_utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"EVENT_MAP": "minibench.automation.server_script",
	"get_server_script_map": "minibench.automation.server_script",
}

__getattr__ = lazy(__name__, EXPORTS)
