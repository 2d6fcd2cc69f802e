"""`frappe.query_builder.functions`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Cast_": "minibench.builder_functions",
	"CombineDatetime": "minibench.builder_functions",
	"Concat_ws": "minibench.builder_functions",
	"DateFormat": "minibench.builder_functions",
	"GroupConcat": "minibench.builder_functions",
	"Ifnull": "minibench.builder_functions",
	"Locate": "minibench.builder_functions",
	"Round": "minibench.builder_functions",
	"Timestamp": "minibench.builder_functions",
	"Truncate": "minibench.builder_functions",
	"UnixTimestamp": "minibench.builder_functions",
}

__getattr__ = lazy(__name__, EXPORTS)
