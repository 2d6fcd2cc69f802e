"""`frappe.core.doctype.file.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"attach_files_to_document": "minibench.collaboration.files",
	"decode_file_content": "minibench.collaboration.file_storage",
	"delete_file": "minibench.collaboration.file_storage",
	"extract_images_from_doc": "minibench.collaboration.files",
	"extract_images_from_html": "minibench.collaboration.files",
	"find_file_by_url": "minibench.web.files",
	"generate_file_name": "minibench.collaboration.file_storage",
	"get_content_hash": "minibench.collaboration.file_storage",
	"get_file_name": "minibench.collaboration.file_storage",
	"get_random_filename": "minibench.collaboration.files",
	"make_home_folder": "minibench.collaboration.folders",
	"relink_mismatched_files": "minibench.collaboration.files",
	"remove_file_by_url": "minibench.collaboration.files",
	"setup_folder_path": "minibench.collaboration.folders",
}

__getattr__ = lazy(__name__, EXPORTS)
