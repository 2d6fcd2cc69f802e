"""`frappe.handler`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"ALLOWED_MIMETYPES": "minibench.web.files",
	"check_write_permission": "minibench.web.files",
	"download_file": "minibench.web.files",
	"execute_cmd": "minibench.web.handler",
	"get_attr": "minibench.web.handler",
	"handle": "minibench.web.handler",
	"logout": "minibench.web.handler",
	"run_doc_method": "minibench.web.handler",
	"run_server_script": "minibench.web.handler",
	"upload_file": "minibench.web.files",
	"uploadfile": "minibench.web.files",
	"web_logout": "minibench.web.handler",
}

__getattr__ = lazy(__name__, EXPORTS)
