"""`frappe.model.meta`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DEFAULT_FIELD_LABELS": "minibench.model.meta",
	"get_default_df": "minibench.model.meta",
	"get_field_currency": "minibench.model.meta",
	"get_field_precision": "minibench.model.meta",
	"get_meta": "minibench.model.meta",
	"get_parent_dt": "minibench.model.meta",
	"get_table_columns": "minibench.model.meta",
	"is_single": "minibench.model.meta",
	"load_meta": "minibench.model.meta",
	"Meta": "minibench.model.meta",
}

__getattr__ = lazy(__name__, EXPORTS)
