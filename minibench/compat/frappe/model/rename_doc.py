"""`frappe.model.rename_doc`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"bulk_rename": "minibench.model.renaming",
	"rename_doc": "minibench.model.renaming",
	"update_document_title": "minibench.model.renaming",
	"validate_rename": "minibench.model.renaming",
}

__getattr__ = lazy(__name__, EXPORTS)
