"""`frappe.modules.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_doctype_module": "minibench.model.controllers",
	"get_module_app": "minibench.hooks",
	"get_module_name": "minibench.model.controllers",
	"load_doctype_module": "minibench.model.controllers",
	"reload_doc": "minibench.lifecycle.importer",
}

__getattr__ = lazy(__name__, EXPORTS)
