"""`frappe.core.doctype.comment.comment`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Comment": "minibench.doctypes.comment.comment",
	"get_comments_from_parent": "minibench.collaboration.comment",
	"on_doctype_update": "minibench.doctypes.comment.comment",
	"update_comment_in_doc": "minibench.collaboration.comment",
	"update_comments_in_parent": "minibench.collaboration.comment",
}

__getattr__ = lazy(__name__, EXPORTS)
