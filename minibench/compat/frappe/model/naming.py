"""`frappe.model.naming`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"append_number_if_name_exists": "minibench.model.naming",
	"BRACED_PARAMS_PATTERN": "minibench.model.naming_series",
	"determine_consecutive_week_number": "minibench.model.naming_series",
	"get_default_naming_series": "minibench.model.naming",
	"getseries": "minibench.model.naming_series",
	"has_custom_parser": "minibench.model.naming_series",
	"InvalidNamingSeriesError": "minibench.model.naming_series",
	"is_autoincremented": "minibench.model.naming",
	"make_autoname": "minibench.model.naming",
	"NAMING_SERIES_PATTERN": "minibench.model.naming_series",
	"NamingSeries": "minibench.model.naming_series",
	"parse_naming_series": "minibench.model.naming_series",
	"revert_series_if_last": "minibench.model.naming_series",
	"set_name_by_naming_series": "minibench.model.naming",
	"set_name_from_naming_options": "minibench.model.naming",
	"set_new_name": "minibench.model.naming",
	"validate_name": "minibench.model.naming",
}

__getattr__ = lazy(__name__, EXPORTS)
