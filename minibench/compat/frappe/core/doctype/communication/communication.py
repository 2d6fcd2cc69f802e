"""`frappe.core.doctype.communication.communication`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Communication": "minibench.doctypes.communication.communication",
	"get_contacts": "minibench.doctypes.communication.communication",
	"get_permission_query_conditions_for_communication": "minibench.doctypes.communication.communication",
	"has_permission": "minibench.doctypes.communication.communication",
}

__getattr__ = lazy(__name__, EXPORTS)
