"""`frappe.www.printview`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"column_has_value": "minibench.printing.layout",
	"get_context": "minibench.printing.html",
	"get_font": "minibench.printing.rendering",
	"get_html_and_style": "minibench.printing.html",
	"get_letter_head": "minibench.printing.rendering",
	"get_print_format": "minibench.printing.rendering",
	"get_print_format_doc": "minibench.printing.rendering",
	"get_print_style": "minibench.printing.rendering",
	"get_rendered_raw_commands": "minibench.printing.html",
	"get_rendered_template": "minibench.printing.rendering",
	"get_visible_columns": "minibench.printing.layout",
	"has_value": "minibench.printing.layout",
	"is_visible": "minibench.printing.layout",
	"make_layout": "minibench.printing.layout",
	"set_link_titles": "minibench.printing.link_titles",
	"validate_key": "minibench.printing.rendering",
	"validate_print_permission": "minibench.printing.rendering",
}

__getattr__ = lazy(__name__, EXPORTS)
