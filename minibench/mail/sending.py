"""`frappe.sendmail`."""

from __future__ import annotations

from typing import Any

from minibench.mail.accounts import are_emails_muted

__all__ = ["are_emails_muted", "sendmail"]


def sendmail(
	recipients: Any = None,
	sender: str = "",
	subject: str = "No Subject",
	message: str = "No Message",
	as_markdown: bool = False,
	delayed: bool = True,
	reference_doctype: str | None = None,
	reference_name: str | None = None,
	unsubscribe_method: str | None = None,
	unsubscribe_params: Any = None,
	unsubscribe_message: str | None = None,
	add_unsubscribe_link: int = 1,
	attachments: Any = None,
	content: str | None = None,
	doctype: str | None = None,
	name: str | None = None,
	reply_to: str | None = None,
	queue_separately: bool = False,
	cc: Any = None,
	bcc: Any = None,
	message_id: str | None = None,
	in_reply_to: str | None = None,
	send_after: Any = None,
	expose_recipients: str | None = None,
	send_priority: int = 1,
	communication: str | None = None,
	retry: int = 1,
	now: bool | None = None,
	read_receipt: Any = None,
	is_notification: bool = False,
	inline_images: Any = None,
	template: str | None = None,
	args: dict[str, Any] | None = None,
	header: Any = None,
	print_letterhead: Any = False,
	with_container: bool = False,
	email_read_tracker_url: str | None = None,
) -> Any:
	"""Queue a mail for the scheduler to send, or with `now` send it at once, which commits.

	Args:
		message: HTML, or Markdown with `as_markdown`. `content` takes its place, as does a `template` of
			templates/emails, rendered with `args`.
		delayed: False is the same as `now`.
		reference_doctype: with `reference_name` (or `doctype` and `name`) the document that it is about.
		attachments: dicts: fname and fcontent; fid or file_url of a File; or print_format_attachment=1 with doctype,
			name and print_format, printed when it goes out.
		send_after: a time, or a number of days.
		expose_recipients: "header" names all in To and CC, "footer" in the text; otherwise each sees only themselves.
		header: a heading, or [heading, colour].

	Returns:
		The Email Queue; [] if nobody is left to write to; None where each recipient gets a record of their own.

	Raises:
		OutgoingEmailError: no account is set up.
	"""
	from minibench.mail.builder import QueueBuilder
	from minibench.mail.templates import get_email_from_template
	from minibench.values.html import md_to_html

	text_content = None
	if template:
		message, text_content = get_email_from_template(template, args)
	message = content or message
	if as_markdown:
		message = md_to_html(message)
	return QueueBuilder(
		recipients=recipients,
		sender=sender,
		subject=subject,
		message=message,
		text_content=text_content,
		reference_doctype=doctype or reference_doctype,
		reference_name=name or reference_name,
		add_unsubscribe_link=add_unsubscribe_link,
		unsubscribe_method=unsubscribe_method,
		unsubscribe_params=unsubscribe_params,
		unsubscribe_message=unsubscribe_message,
		attachments=attachments,
		reply_to=reply_to,
		cc=cc,
		bcc=bcc,
		message_id=message_id,
		in_reply_to=in_reply_to,
		send_after=send_after,
		expose_recipients=expose_recipients,
		send_priority=send_priority,
		queue_separately=queue_separately,
		communication=communication,
		read_receipt=read_receipt,
		is_notification=is_notification,
		inline_images=inline_images,
		header=header,
		print_letterhead=print_letterhead,
		with_container=with_container,
		email_read_tracker_url=email_read_tracker_url,
	).process(send_now=now or not delayed)
