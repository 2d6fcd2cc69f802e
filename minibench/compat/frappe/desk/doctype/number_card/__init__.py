"""`frappe.desk.doctype.number_card`, as far as minibench offers it."""

from minibench.facade import lazy

__getattr__ = lazy(__name__, {})
