"""`frappe.model.workflow`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"apply_workflow": "minibench.automation.workflow",
	"bulk_workflow_approval": "minibench.automation.workflow",
	"can_cancel_document": "minibench.automation.workflow",
	"get_common_transition_actions": "minibench.automation.workflow",
	"get_transitions": "minibench.automation.workflow",
	"get_workflow": "minibench.automation.workflow",
	"get_workflow_field_value": "minibench.automation.workflow",
	"get_workflow_name": "minibench.automation.workflow",
	"get_workflow_safe_globals": "minibench.automation.workflow",
	"get_workflow_state_field": "minibench.automation.workflow",
	"has_approval_access": "minibench.automation.workflow",
	"is_transition_condition_satisfied": "minibench.automation.workflow",
	"print_workflow_log": "minibench.automation.workflow",
	"send_email_alert": "minibench.automation.workflow",
	"set_workflow_state_on_action": "minibench.automation.workflow",
	"validate_workflow": "minibench.automation.workflow",
	"WorkflowPermissionError": "minibench.automation.workflow",
	"WorkflowStateError": "minibench.automation.workflow",
	"WorkflowTransitionError": "minibench.automation.workflow",
}

__getattr__ = lazy(__name__, EXPORTS)
