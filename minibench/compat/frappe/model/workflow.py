"""`frappe.model.workflow`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"apply_workflow": "minibench.workflow",
	"bulk_workflow_approval": "minibench.workflow",
	"can_cancel_document": "minibench.workflow",
	"get_common_transition_actions": "minibench.workflow",
	"get_transitions": "minibench.workflow",
	"get_workflow": "minibench.workflow",
	"get_workflow_field_value": "minibench.workflow",
	"get_workflow_name": "minibench.workflow",
	"get_workflow_safe_globals": "minibench.workflow",
	"get_workflow_state_field": "minibench.workflow",
	"has_approval_access": "minibench.workflow",
	"is_transition_condition_satisfied": "minibench.workflow",
	"print_workflow_log": "minibench.workflow",
	"send_email_alert": "minibench.workflow",
	"set_workflow_state_on_action": "minibench.workflow",
	"validate_workflow": "minibench.workflow",
	"WorkflowPermissionError": "minibench.workflow",
	"WorkflowStateError": "minibench.workflow",
	"WorkflowTransitionError": "minibench.workflow",
}

__getattr__ = lazy(__name__, EXPORTS)
