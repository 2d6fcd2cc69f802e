"""`frappe.translate`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear_cache": "minibench.translate",
	"get_all_languages": "minibench.translate",
	"get_all_translations": "minibench.translate",
	"get_app_translations": "minibench.translate",
	"get_full_dict": "minibench.translate:get_all_translations",
	"get_lang_code": "minibench.translate",
	"get_lang_dict": "minibench.translate",
	"get_language": "minibench.translate",
	"get_messages_for_boot": "minibench.translate",
	"get_parent_language": "minibench.translate",
	"get_translations_from_apps": "minibench.translate",
	"get_user_lang": "minibench.translate",
	"get_user_translations": "minibench.translate",
	"print_language": "minibench.translate",
	"send_translations": "minibench.translate",
	"set_default_language": "minibench.translate",
}

__getattr__ = lazy(__name__, EXPORTS)
