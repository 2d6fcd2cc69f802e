"""`frappe.utils.jinja`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_email_from_template": "minibench.templates",
	"get_jenv": "minibench.templates",
	"get_jinja_hooks": "minibench.templates",
	"get_jloader": "minibench.templates",
	"get_template": "minibench.templates",
	"guess_is_path": "minibench.templates",
	"render_template": "minibench.templates",
	"validate_template": "minibench.templates",
}

__getattr__ = lazy(__name__, EXPORTS)
