"""`frappe.model.naming`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"append_number_if_name_exists": "minibench.naming",
	"BRACED_PARAMS_PATTERN": "minibench.naming_series",
	"determine_consecutive_week_number": "minibench.naming_series",
	"get_default_naming_series": "minibench.naming",
	"getseries": "minibench.naming_series",
	"has_custom_parser": "minibench.naming_series",
	"InvalidNamingSeriesError": "minibench.naming_series",
	"is_autoincremented": "minibench.naming",
	"make_autoname": "minibench.naming",
	"NAMING_SERIES_PATTERN": "minibench.naming_series",
	"NamingSeries": "minibench.naming_series",
	"parse_naming_series": "minibench.naming_series",
	"revert_series_if_last": "minibench.naming_series",
	"set_name_by_naming_series": "minibench.naming",
	"set_name_from_naming_options": "minibench.naming",
	"set_new_name": "minibench.naming",
	"validate_name": "minibench.naming",
}

__getattr__ = lazy(__name__, EXPORTS)
