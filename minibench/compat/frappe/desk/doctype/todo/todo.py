"""`frappe.desk.doctype.todo.todo`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_permission_query_conditions": "minibench.collaboration.todo",
	"has_permission": "minibench.collaboration.todo",
	"new_todo": "minibench.collaboration.todo",
	"on_doctype_update": "minibench.doctypes.todo.todo",
	"ToDo": "minibench.doctypes.todo.todo",
}

__getattr__ = lazy(__name__, EXPORTS)
