"""`erpnext.stock.get_item_details`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_bin_details": "minibench.erp.item_details",
	"get_conversion_factor": "minibench.erp.item_details",
	"get_item_details": "minibench.erp.item_details",
	"get_item_tax_map": "minibench.erp.tax_templates",
	"get_price_list_rate": "minibench.erp.item_prices",
}

__getattr__ = lazy(__name__, EXPORTS)
