"""`frappe.desk.form.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_comment": "minibench.web.desk.form_utils",
	"get_next": "minibench.web.desk.form_utils",
	"remove_attach": "minibench.web.desk.form_utils",
	"update_comment": "minibench.web.desk.form_utils",
}

__getattr__ = lazy(__name__, EXPORTS)
