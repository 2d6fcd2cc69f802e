"""`frappe.utils.jinja_globals`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"bundled_asset": "minibench.template_helpers",
	"get_dom_id": "minibench.template_helpers",
	"include_script": "minibench.template_helpers",
	"include_style": "minibench.template_helpers",
	"inspect": "minibench.template_helpers",
	"is_rtl": "minibench.template_helpers",
	"resolve_class": "minibench.template_helpers",
	"web_block": "minibench.template_helpers",
	"web_blocks": "minibench.template_helpers",
}

__getattr__ = lazy(__name__, EXPORTS)
