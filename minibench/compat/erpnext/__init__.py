"""`erpnext`, as far as minibench offers it."""

from minibench.facade import lazy

__version__ = "15.53.1"

EXPORTS: dict[str, str] = {}

__getattr__ = lazy(__name__, EXPORTS)
