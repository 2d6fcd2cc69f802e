"""`frappe.automation.doctype.assignment_rule.assignment_rule`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"apply": "minibench.automation.assignment",
	"AssignmentRule": "minibench.doctypes.assignment_rule.assignment_rule",
	"bulk_apply": "minibench.automation.assignment",
	"get_assignments": "minibench.automation.assignment",
	"reopen_closed_assignment": "minibench.automation.assignment",
	"update_due_date": "minibench.automation.assignment",
}

__getattr__ = lazy(__name__, EXPORTS)
