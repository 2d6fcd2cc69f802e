"""`frappe.utils.csvutils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"build_csv_response": "minibench.analytics.spreadsheets",
	"read_csv_content": "minibench.analytics.spreadsheets",
	"to_csv": "minibench.analytics.spreadsheets",
	"UnicodeWriter": "minibench.analytics.spreadsheets",
}

__getattr__ = lazy(__name__, EXPORTS)
