"""`frappe.utils.xlsxutils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"build_xlsx_response": "minibench.analytics.spreadsheets",
	"handle_html": "minibench.analytics.spreadsheets",
	"make_xlsx": "minibench.analytics.spreadsheets",
	"read_xlsx_file_from_attached_file": "minibench.analytics.spreadsheets",
}

__getattr__ = lazy(__name__, EXPORTS)
