"""`frappe.desk.search`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"build_for_autosuggest": "minibench.web.desk.search",
	"get_link_title": "minibench.web.desk.search",
	"get_std_fields_list": "minibench.web.desk.search",
	"relevance_sorter": "minibench.web.desk.search",
	"sanitize_searchfield": "minibench.web.desk.search",
	"search_link": "minibench.web.desk.search",
	"search_widget": "minibench.web.desk.search",
	"validate_and_sanitize_search_inputs": "minibench.web.desk.search",
}

__getattr__ = lazy(__name__, EXPORTS)
