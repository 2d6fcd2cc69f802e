"""`frappe.core.api.file`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_new_folder": "minibench.collaboration.folders",
	"get_attached_images": "minibench.collaboration.folders",
	"get_files_by_search_text": "minibench.collaboration.folders",
	"get_files_in_folder": "minibench.collaboration.folders",
	"get_max_file_size": "minibench.collaboration.file_storage",
	"move_file": "minibench.collaboration.folders",
}

__getattr__ = lazy(__name__, EXPORTS)
