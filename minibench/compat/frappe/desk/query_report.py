"""`frappe.desk.query_report`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"export_query": "minibench.web.desk.reportview",
	"save_report": "minibench.web.desk.reportview",
}

__getattr__ = lazy(__name__, EXPORTS)
