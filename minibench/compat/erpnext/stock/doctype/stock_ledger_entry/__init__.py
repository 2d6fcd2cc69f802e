"""`erpnext.stock.doctype.stock_ledger_entry`, as far as minibench offers it."""

from minibench.facade import lazy

__getattr__ = lazy(__name__, {})
