"""`frappe.website.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"can_cache": "minibench.web.pages.page",
	"clear_cache": "minibench.web.pages.page",
	"clear_website_cache": "minibench.web.pages.page:clear_cache",
	"delete_page_cache": "minibench.web.pages.page:clear_cache",
	"get_boot_data": "minibench.web.pages.context",
	"get_home_page": "minibench.web.pages.home",
	"get_home_page_via_hooks": "minibench.web.pages.home",
	"get_sidebar_items": "minibench.web.pages.home",
}

__getattr__ = lazy(__name__, EXPORTS)
