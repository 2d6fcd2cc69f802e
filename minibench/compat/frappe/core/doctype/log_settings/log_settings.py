"""`frappe.core.doctype.log_settings.log_settings`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"run_log_clean_up": "minibench.background.log_cleaning",
}

__getattr__ = lazy(__name__, EXPORTS)
