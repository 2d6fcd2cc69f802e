"""`frappe.model.meta`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DEFAULT_FIELD_LABELS": "minibench.meta",
	"get_default_df": "minibench.meta",
	"get_field_currency": "minibench.meta",
	"get_field_precision": "minibench.meta",
	"get_meta": "minibench.meta",
	"get_parent_dt": "minibench.meta",
	"get_table_columns": "minibench.meta",
	"is_single": "minibench.meta",
	"load_meta": "minibench.meta",
	"Meta": "minibench.meta",
}

__getattr__ = lazy(__name__, EXPORTS)
