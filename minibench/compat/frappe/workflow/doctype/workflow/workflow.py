"""`frappe.workflow.doctype.workflow.workflow`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_workflow_state_count": "minibench.doctypes.workflow.workflow",
	"Workflow": "minibench.doctypes.workflow.workflow",
}

__getattr__ = lazy(__name__, EXPORTS)
