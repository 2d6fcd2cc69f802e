"""`frappe.email.email_body`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_attachment": "minibench.mail.message",
	"EMail": "minibench.mail.message",
	"get_email": "minibench.mail.message",
	"get_email_html": "minibench.mail.html",
	"get_filecontent_from_path": "minibench.mail.message",
	"get_footer": "minibench.mail.html",
	"get_formatted_html": "minibench.mail.html",
	"get_header": "minibench.mail.html",
	"get_message_id": "minibench.mail.message",
	"inline_style_in_html": "minibench.mail.html",
	"replace_filename_with_cid": "minibench.mail.message",
	"sanitize_email_header": "minibench.mail.message",
}

__getattr__ = lazy(__name__, EXPORTS)
