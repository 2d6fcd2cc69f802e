"""`frappe.utils.response`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"build_response": "minibench.web.response",
	"download_backup": "minibench.web.files",
	"download_private_file": "minibench.web.files",
	"json_handler": "minibench.values.jsonio",
	"report_error": "minibench.web.response",
	"send_private_file": "minibench.web.files",
}

__getattr__ = lazy(__name__, EXPORTS)
