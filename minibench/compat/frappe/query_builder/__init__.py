"""`frappe.query_builder`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"AliasedQuery": "pypika",
	"Array": "pypika",
	"Bracket": "pypika",
	"Case": "pypika",
	"Column": "pypika.queries",
	"Criterion": "pypika",
	"CustomFunction": "pypika",
	"DocType": "minibench.data.builder",
	"EmptyCriterion": "pypika",
	"Field": "pypika",
	"Interval": "pypika",
	"JoinType": "pypika",
	"Not": "pypika",
	"NullValue": "pypika",
	"Order": "pypika",
	"Table": "minibench.data.builder",
	"Tuple": "pypika",
	"get_query": "minibench.data.builder",
}

__getattr__ = lazy(__name__, EXPORTS)
