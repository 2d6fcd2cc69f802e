"""`frappe.utils.pdf`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_file_data_from_writer": "minibench.printing.pdf",
	"get_pdf": "minibench.printing.pdf",
}

__getattr__ = lazy(__name__, EXPORTS)
