"""`frappe.utils.nestedset`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_ancestors_of": "minibench.model.tree",
	"get_descendants_of": "minibench.model.tree",
	"get_root_of": "minibench.model.tree",
	"NestedSet": "minibench.model.tree",
	"NestedSetChildExistsError": "minibench.model.tree",
	"NestedSetInvalidMergeError": "minibench.model.tree",
	"NestedSetMultipleRootsError": "minibench.model.tree",
	"NestedSetRecursionError": "minibench.model.tree",
	"rebuild_tree": "minibench.model.tree",
	"remove_subtree": "minibench.model.tree",
	"update_nsm": "minibench.model.tree",
	"validate_loop": "minibench.model.tree",
}

__getattr__ = lazy(__name__, EXPORTS)
