"""`frappe.desk.doctype.notification_log.notification_log`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_permission_query_conditions": "minibench.automation.server_script",
}

__getattr__ = lazy(__name__, EXPORTS)
