"""`erpnext.setup.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_exchange_rate": "minibench.erp.exchange",
}

__getattr__ = lazy(__name__, EXPORTS)
