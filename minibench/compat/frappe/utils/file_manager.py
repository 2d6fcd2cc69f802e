"""`frappe.utils.file_manager`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_attachments": "minibench.collaboration.files",
	"check_max_file_size": "minibench.collaboration.file_storage",
	"delete_file": "minibench.collaboration.file_storage",
	"get_content_hash": "minibench.collaboration.file_storage",
	"get_file": "minibench.collaboration.files",
	"get_file_name": "minibench.collaboration.file_storage",
	"get_file_path": "minibench.collaboration.file_storage",
	"get_max_file_size": "minibench.collaboration.file_storage",
	"is_safe_path": "minibench.collaboration.file_storage",
	"MaxFileSizeReachedError": "minibench.collaboration.file_storage",
	"remove_all": "minibench.collaboration.files",
	"remove_file": "minibench.collaboration.files",
	"safe_b64decode": "minibench.collaboration.file_storage",
	"save_file": "minibench.collaboration.files",
	"save_file_on_filesystem": "minibench.collaboration.files",
	"save_url": "minibench.collaboration.files",
}

__getattr__ = lazy(__name__, EXPORTS)
