"""`frappe.desk.doctype.bulk_update.bulk_update`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"submit_cancel_or_update_docs": "minibench.web.desk.bulk",
}

__getattr__ = lazy(__name__, EXPORTS)
