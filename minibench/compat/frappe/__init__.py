"""`frappe`, as far as minibench offers it. README.md lists it all; what is not here raises NotInMinibench."""

from minibench.activation import refuse_beside_real_frappe
from minibench.facade import lazy

refuse_beside_real_frappe()

__version__ = "15.56.1"

EXPORTS = {
	# what a request or job knows
	"local": "minibench.context",
	"db": "minibench.context",
	"conf": "minibench.context",
	"flags": "minibench.context",
	"form": "minibench.context",
	"form_dict": "minibench.context",
	"request": "minibench.context",
	"job": "minibench.context",
	"response": "minibench.context",
	"session": "minibench.context",
	"user": "minibench.context",
	"lang": "minibench.context",
	"error_log": "minibench.context",
	"debug_log": "minibench.context",
	"message_log": "minibench.context",
	"cache": "minibench.context",
	"init": "minibench.context",
	"connect": "minibench.context",
	"destroy": "minibench.context",
	"set_user": "minibench.context",
	"get_site_path": "minibench.context",
	"_dict": "minibench.context:Dict",
	"clear_cache": "minibench.model.meta",
	"get_system_settings": "minibench.access.defaults",
	"get_website_settings": "minibench.access.defaults",
	# documents
	"get_doc": "minibench.model.document",
	"new_doc": "minibench.model.document",
	"get_cached_doc": "minibench.model.document",
	"get_cached_value": "minibench.model.document",
	"get_single": "minibench.model.document",
	"get_last_doc": "minibench.model.document",
	"copy_doc": "minibench.model.document",
	"clear_document_cache": "minibench.model.document",
	"set_value": "minibench.model.document",
	"delete_doc": "minibench.model.deletion",
	"delete_doc_if_exists": "minibench.model.deletion",
	"rename_doc": "minibench.model.renaming",
	"get_meta": "minibench.model.meta",
	"get_precision": "minibench.model.meta",
	"is_table": "minibench.model.meta",
	"reload_doc": "minibench.lifecycle.importer",
	"reload_doctype": "minibench.lifecycle.importer",
	"import_doc": "minibench.lifecycle.importer",
	"make_property_setter": "minibench.model.customize:make_property_setters",
	# queries
	"get_all": "minibench.data.query",
	"get_list": "minibench.data.query",
	"get_value": "minibench.data.query",
	"qb": "minibench.data.builder",
	# permissions
	"has_permission": "minibench.access.permissions:check_permission",
	"only_for": "minibench.access.permissions",
	"only_has_select_perm": "minibench.access.permissions",
	"STANDARD_USERS": "minibench.access.users",
	"get_roles": "minibench.access.users",
	"get_user": "minibench.access.users",
	"has_website_permission": "minibench.access.permissions",
	# apps and hooks
	"get_hooks": "minibench.hooks",
	"get_doc_hooks": "minibench.hooks",
	"get_attr": "minibench.hooks",
	"call": "minibench.hooks",
	"get_newargs": "minibench.hooks",
	"get_installed_apps": "minibench.hooks",
	"get_all_apps": "minibench.hooks",
	"get_module": "minibench.hooks",
	"get_module_path": "minibench.hooks",
	"get_module_list": "minibench.hooks",
	"get_app_path": "minibench.hooks",
	"get_app_source_path": "minibench.hooks",
	"get_pymodule_path": "minibench.hooks",
	"get_file_items": "minibench.hooks",
	"get_file_json": "minibench.hooks",
	"read_file": "minibench.hooks",
	"scrub": "minibench.hooks",
	"unscrub": "minibench.hooks",
	# the web
	"whitelist": "minibench.web.whitelist",
	"is_whitelisted": "minibench.web.whitelist",
	"read_only": "minibench.web.whitelist",
	"get_request_header": "minibench.web.request",
	"respond_as_web_page": "minibench.web.pages.message",
	"redirect": "minibench.web.pages.message",
	"redirect_to_message": "minibench.web.pages.message",
	"validate_and_sanitize_search_inputs": "minibench.web.desk.search",
	"ping": "minibench.web.handler",
	# messages, text, numbers
	"throw": "minibench.collaboration.messages",
	"msgprint": "minibench.collaboration.messages",
	"clear_messages": "minibench.collaboration.messages",
	"get_message_log": "minibench.collaboration.messages",
	"clear_last_message": "minibench.collaboration.messages",
	"_": "minibench.translate",
	"_lt": "minibench.translate",
	"bold": "minibench.values.text",
	"generate_hash": "minibench.values.text",
	"get_desk_link": "minibench.values.text",
	"as_unicode": "minibench.values.text",
	"safe_decode": "minibench.values.text",
	"safe_encode": "minibench.values.text",
	"as_json": "minibench.values.jsonio",
	"parse_json": "minibench.values.jsonio",
	"format_value": "minibench.values.formatting",
	"format": "minibench.values.formatting:format_value",
	# templates, print, mail
	"render_template": "minibench.templates",
	"get_template": "minibench.templates",
	"get_jenv": "minibench.templates",
	"get_print": "minibench.printing.html",
	"attach_print": "minibench.printing.html",
	"sendmail": "minibench.mail.sending",
	"are_emails_muted": "minibench.mail.sending",
	# background work
	"enqueue": "minibench.background.jobs",
	"enqueue_doc": "minibench.background.jobs",
	"publish_realtime": "minibench.realtime",
	"publish_progress": "minibench.realtime",
	# scripts, logs
	"safe_eval": "minibench.automation.safe_exec",
	"log_error": "minibench.errors_log",
	"get_traceback": "minibench.errors_log",
	"logger": "minibench.errors_log",
}

_ERRORS = (
	"AppNotInstalledError AttachmentLimitReached AuthenticationError CSRFTokenError CancelledLinkError "
	"CannotChangeConstantError CharacterLengthExceededError CircularLinkingError DataError DataTooLongException "
	"DocstatusTransitionError DocumentLockedError DoesNotExistError DuplicateEntryError EmptyTableError "
	"FileAlreadyAttachedException FrappeTypeError ImplicitCommitError InReadOnlyMode IncorrectSitePath "
	"InvalidAuthorizationHeader InvalidAuthorizationPrefix InvalidAuthorizationToken InvalidColumnName InvalidDates "
	"InvalidEmailAddressError InvalidKeyError InvalidNameError InvalidPhoneNumberError InvalidRoundingMethod "
	"InvalidSignatureError InvalidStatusError LinkExistsError LinkExpired LinkValidationError MandatoryError "
	"MappingMismatchError NameError NonNegativeError OutgoingEmailError PageDoesNotExistError PermissionError "
	"PrintFormatError QueryDeadlockError QueryTimeoutError RateLimitExceededError Redirect RetryBackgroundJobError "
	"SecurityException SessionExpired SessionStopped SiteNotSpecifiedError TemplateNotFoundError TimestampMismatchError "
	"TooManyRequestsError TooManyWritesError UniqueValidationError UnsupportedMediaType UpdateAfterSubmitError "
	"ValidationError"
).split()
EXPORTS.update({name: "minibench.errors" for name in _ERRORS})

__getattr__ = lazy(__name__, EXPORTS)
