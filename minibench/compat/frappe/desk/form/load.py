"""`frappe.desk.form.load`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_assignments": "minibench.web.desk.load",
	"get_attachments": "minibench.web.desk.load",
	"get_communications": "minibench.web.desk.load",
	"get_docinfo": "minibench.web.desk.load",
	"get_meta_bundle": "minibench.web.desk.load",
	"get_tags": "minibench.web.desk.load",
	"get_versions": "minibench.web.desk.load",
	"getdoc": "minibench.web.desk.load",
	"getdoctype": "minibench.web.desk.load",
	"run_onload": "minibench.web.desk.load",
}

__getattr__ = lazy(__name__, EXPORTS)
