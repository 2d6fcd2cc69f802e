"""`erpnext.accounts.doctype.sales_invoice`, as far as minibench offers it."""

from minibench.facade import lazy

__getattr__ = lazy(__name__, {})
