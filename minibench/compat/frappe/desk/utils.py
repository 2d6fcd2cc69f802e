"""`frappe.desk.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_csv_bytes": "minibench.web.desk.exports",
	"pop_csv_params": "minibench.web.desk.exports",
	"provide_binary_file": "minibench.web.desk.exports",
}

__getattr__ = lazy(__name__, EXPORTS)
