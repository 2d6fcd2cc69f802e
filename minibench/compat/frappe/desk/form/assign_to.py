"""`frappe.desk.form.assign_to`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add": "minibench.automation.assign",
	"add_multiple": "minibench.automation.assign",
	"clear": "minibench.automation.assign",
	"close": "minibench.automation.assign",
	"close_all_assignments": "minibench.automation.assign",
	"DuplicateToDoError": "minibench.automation.assign",
	"get": "minibench.automation.assign",
	"notify_assignment": "minibench.automation.assign",
	"remove": "minibench.automation.assign",
	"remove_multiple": "minibench.automation.assign",
	"set_status": "minibench.automation.assign",
}

__getattr__ = lazy(__name__, EXPORTS)
