"""`erpnext.utilities`, as far as minibench offers it."""

from minibench.facade import lazy

__getattr__ = lazy(__name__, {})
