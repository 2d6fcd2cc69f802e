"""`frappe.core.doctype.doctype.doctype`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"CannotCreateStandardDoctypeError": "minibench.doctypes.doctype.doctype",
	"check_fieldname_conflicts": "minibench.doctypes.doctype.doctype",
	"DocType": "minibench.doctypes.doctype.doctype",
	"validate_fields_for_doctype": "minibench.doctypes.doctype.doctype",
	"validate_permissions_for_doctype": "minibench.doctypes.doctype.doctype",
}

__getattr__ = lazy(__name__, EXPORTS)
