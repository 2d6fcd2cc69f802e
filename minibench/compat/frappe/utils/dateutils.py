"""`frappe.utils.dateutils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"dateformats": "minibench.values.dateformats",
	"datetime_in_user_format": "minibench.values.dateformats",
	"get_dates_from_timegrain": "minibench.values.periods",
	"get_from_date_from_timespan": "minibench.values.periods",
	"get_period": "minibench.values.periods",
	"get_period_beginning": "minibench.values.periods",
	"get_period_ending": "minibench.values.periods",
	"get_user_date_format": "minibench.values.dateformats",
	"parse_date": "minibench.values.dateformats",
	"user_to_str": "minibench.values.dateformats",
}

__getattr__ = lazy(__name__, EXPORTS)
