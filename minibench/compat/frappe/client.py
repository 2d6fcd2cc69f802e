"""`frappe.client`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"attach_file": "minibench.web.desk.client",
	"bulk_update": "minibench.web.desk.client",
	"cancel": "minibench.web.desk.client",
	"delete": "minibench.web.desk.client",
	"delete_doc": "minibench.web.desk.client",
	"get": "minibench.web.desk.client",
	"get_count": "minibench.web.desk.client",
	"get_doc_permissions": "minibench.web.desk.client",
	"get_list": "minibench.web.desk.client",
	"get_password": "minibench.web.desk.client",
	"get_single_value": "minibench.web.desk.client",
	"get_time_zone": "minibench.web.desk.client",
	"get_value": "minibench.web.desk.client",
	"has_permission": "minibench.web.desk.client",
	"insert": "minibench.web.desk.client",
	"insert_doc": "minibench.web.desk.client",
	"insert_many": "minibench.web.desk.client",
	"is_document_amended": "minibench.web.desk.client",
	"rename_doc": "minibench.web.desk.client",
	"save": "minibench.web.desk.client",
	"set_value": "minibench.web.desk.client",
	"submit": "minibench.web.desk.client",
	"validate_link": "minibench.web.desk.client",
}

__getattr__ = lazy(__name__, EXPORTS)
