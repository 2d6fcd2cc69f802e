"""`erpnext`, as far as minibench offers it."""

from minibench.facade import lazy

__version__ = "15.53.1"

EXPORTS = {
	"get_company_currency": "minibench.erp.companies",
	"get_default_company": "minibench.erp.companies",
	"get_default_cost_center": "minibench.erp.companies",
	"get_default_currency": "minibench.erp.companies",
	"is_perpetual_inventory_enabled": "minibench.erp.companies",
}

__getattr__ = lazy(__name__, EXPORTS)
