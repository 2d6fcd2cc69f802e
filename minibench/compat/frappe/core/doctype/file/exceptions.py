"""`frappe.core.doctype.file.exceptions`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"AttachmentLimitReached": "minibench.errors",
	"FileTypeNotAllowed": "minibench.collaboration.file_storage",
	"FolderNotEmpty": "minibench.collaboration.file_storage",
	"MaxFileSizeReachedError": "minibench.collaboration.file_storage",
}

__getattr__ = lazy(__name__, EXPORTS)
