"""`frappe.utils.print_format`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"download_multi_pdf": "minibench.printing.html",
	"download_pdf": "minibench.printing.html",
	"report_to_pdf": "minibench.printing.html",
}

__getattr__ = lazy(__name__, EXPORTS)
