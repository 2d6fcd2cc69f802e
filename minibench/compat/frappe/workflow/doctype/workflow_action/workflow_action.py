"""`frappe.workflow.doctype.workflow_action.workflow_action`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"apply_action": "minibench.automation.workflow_actions",
	"confirm_action": "minibench.automation.workflow_actions",
	"get_confirm_workflow_action_url": "minibench.automation.workflow_actions",
	"get_doc_workflow_state": "minibench.automation.workflow_actions",
	"get_next_possible_transitions": "minibench.automation.workflow_actions",
	"get_permission_query_conditions": "minibench.automation.workflow_actions",
	"get_users_next_action_data": "minibench.automation.workflow_actions",
	"get_workflow_action_url": "minibench.automation.workflow_actions",
	"has_permission": "minibench.automation.workflow_actions",
	"process_workflow_actions": "minibench.automation.workflow_actions",
	"send_workflow_action_email": "minibench.automation.workflow_actions",
	"update_completed_workflow_actions": "minibench.automation.workflow_actions",
	"WorkflowAction": "minibench.doctypes.workflow_action.workflow_action",
}

__getattr__ = lazy(__name__, EXPORTS)
