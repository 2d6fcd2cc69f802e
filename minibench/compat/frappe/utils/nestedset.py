"""`frappe.utils.nestedset`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_ancestors_of": "minibench.tree",
	"get_descendants_of": "minibench.tree",
	"get_root_of": "minibench.tree",
	"NestedSet": "minibench.tree",
	"NestedSetChildExistsError": "minibench.tree",
	"NestedSetInvalidMergeError": "minibench.tree",
	"NestedSetMultipleRootsError": "minibench.tree",
	"NestedSetRecursionError": "minibench.tree",
	"rebuild_tree": "minibench.tree",
	"remove_subtree": "minibench.tree",
	"update_nsm": "minibench.tree",
	"validate_loop": "minibench.tree",
}

__getattr__ = lazy(__name__, EXPORTS)
