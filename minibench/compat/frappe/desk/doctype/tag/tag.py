"""`frappe.desk.doctype.tag.tag`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_tag": "minibench.collaboration.tag",
	"add_tags": "minibench.collaboration.tag",
	"delete_tags_for_document": "minibench.collaboration.tag",
	"DocTags": "minibench.collaboration.tag",
	"get_documents_for_tag": "minibench.collaboration.tag",
	"get_tagged_docs": "minibench.collaboration.tag",
	"get_tags": "minibench.collaboration.tag",
	"get_tags_list_for_awesomebar": "minibench.collaboration.tag",
	"remove_tag": "minibench.collaboration.tag",
	"update_tags": "minibench.collaboration.tag",
}

__getattr__ = lazy(__name__, EXPORTS)
