"""The queue of mails: what goes out when, and how people leave it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from minibench.context import conf, db, flags
from minibench.web.whitelist import whitelist

BATCH_SIZE = 500
# A batch is given up when more than this share of it, and more than this number, has failed: then it is not the mails.
FAILURE_SHARE = 0.33
FAILURE_COUNT = 10


def flush() -> None:
	"""Send what is due. Called by the scheduler every few minutes.

	Raises:
		ValidationError: so much failed that something other than single mails must be wrong.
	"""
	from minibench.collaboration.messages import msgprint, throw
	from minibench.mail.accounts import are_emails_muted
	from minibench.model.document import get_doc
	from minibench.translate import _

	if are_emails_muted():
		msgprint(_("Emails are muted"))
	if int(db.get_default("suspend_email_queue") or 0) == 1:
		return
	batch = get_queue()
	servers: dict[str | None, Any] = {}
	failed = 0
	try:
		for row in batch:
			queued = get_doc("Email Queue", row.name)
			try:
				_send_over(queued, servers)
			except Exception:
				get_doc("Email Queue", row.name).log_error()
				failed += 1
				if failed > FAILURE_COUNT and failed / len(batch) > FAILURE_SHARE:
					throw(_("Email Queue flushing aborted due to too many failures."))
	finally:
		for server in servers.values():
			server.quit()


def _send_over(queued: Any, servers: dict[str | None, Any]) -> None:
	"""Send over the connection that an earlier mail of the same account has opened."""
	key = queued.email_account or f"for {queued.sender}"
	queued.send(smtp_server_instance=servers.get(key))
	if queued.smtp_server is not None:
		servers[key] = queued.smtp_server


def get_queue() -> list[Any]:
	"""The next mails to send: the important ones first, those that failed before last."""
	from minibench.data.query import get_all
	from minibench.values.dates import now_datetime

	due = {"status": ["in", ["Not Sent", "Partially Sent"]]}
	rows = get_all(
		"Email Queue",
		filters=due,
		or_filters=[["send_after", "is", "not set"], ["send_after", "<", now_datetime()]],
		fields=["name", "sender"],
		order_by="priority desc, retry asc, creation asc",
		limit=int(conf.get("email_queue_batch_size") or BATCH_SIZE),
	)
	return list(rows)


def get_emails_sent_this_month(email_account: str | None = None) -> int:
	from minibench.values.dates import getdate

	filters: dict[str, Any] = {"status": "Sent", "creation": [">=", str(getdate().replace(day=1))]}
	if email_account:
		filters["email_account"] = email_account
	return int(db.count("Email Queue", filters=filters))


def get_emails_sent_today(email_account: str | None = None) -> int:
	"""How many mails of the last 24 hours were sent or are to be; `email_account` "" counts those without one."""
	from minibench.values.dates import add_to_date, now_datetime

	filters: dict[str, Any] = {
		"status": ["in", ["Sent", "Not Sent", "Sending"]],
		"creation": [">", add_to_date(now_datetime(), hours=-24)],
	}
	if email_account is not None:
		filters["email_account"] = email_account or ["is", "not set"]
	return int(db.count("Email Queue", filters=filters))


def get_unsubscribe_message(unsubscribe_message: str | None, expose_recipients: str | None) -> dict[str, str]:
	"""The link for leaving, as HTML and as text, its address to be filled in for each recipient."""
	from minibench.translate import _

	label = unsubscribe_message or _("Unsubscribe")
	link = f'<a href="<!--unsubscribe_url-->" target="_blank">{label}</a>'
	sentence = _("{0} to stop receiving emails of this type").format(link)
	text = f"\n\n{label}: <!--unsubscribe_url-->\n"
	return {
		"html": f'<div class="email-unsubscribe"><!--cc_message--><div>{sentence}</div></div>',
		"text": f"\n<!--cc_message-->{text}" if expose_recipients == "footer" else text,
	}


def get_unsubcribed_url(
	reference_doctype: str | None,
	reference_name: str | None,
	email: str,
	unsubscribe_method: str,
	unsubscribe_params: dict[str, Any] | None,
) -> str:
	from minibench.access.signed_links import get_signed_params
	from minibench.values.urls import get_url

	params = {
		"email": email,
		"doctype": reference_doctype or "",
		"name": reference_name or "",
		**(unsubscribe_params or {}),
	}
	return get_url(f"{unsubscribe_method}?{get_signed_params(urlencode(params))}")


@whitelist(allow_guest=True)
def unsubscribe(doctype: str, name: str, email: str) -> None:
	"""What the link in a mail does: no more mails about this document to this address."""
	from minibench.access.signed_links import verify_request
	from minibench.errors import DuplicateEntryError
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.web.pages.message import respond_as_web_page

	if not flags.in_test and not verify_request():
		return
	try:
		get_doc(
			{
				"doctype": "Email Unsubscribe",
				"email": email,
				"reference_doctype": doctype,
				"reference_name": name,
			}
		).insert(ignore_permissions=True)
	except DuplicateEntryError:
		db.rollback()
	else:
		db.commit()
	respond_as_web_page(
		_("Unsubscribed"),
		_("{0} has left the conversation in {1} {2}").format(email, _(doctype), name),
		indicator_color="green",
	)
