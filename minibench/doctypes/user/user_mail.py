"""Mails about a user's account: welcome, password reset, Administrator's logins."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.context import db, local
from minibench.translate import _


def password_reset_mail(user: Any, link: str) -> None:
	"""Send the link that lets the user set a new password, at once."""
	template = db.get_single_value("System Settings", "reset_password_template")
	send_login_mail(
		user, _("Password Reset"), "password_reset", {"link": link}, now=True, custom_template=template
	)


def send_welcome_mail_to_user(user: Any) -> None:
	"""Tell a new user about the account, with a link to set a password."""
	from minibench.values.urls import get_url

	link = user.reset_password()
	template = db.get_single_value("System Settings", "welcome_email_template")
	send_login_mail(
		user,
		_welcome_subject(),
		"new_user",
		{"link": link, "site_url": get_url()},
		custom_template=template,
	)


def _welcome_subject() -> str:
	from minibench.hooks import get_attr, get_hooks

	methods = get_hooks("welcome_email")
	subject = get_attr(methods[-1])() if methods else None
	if subject:
		return str(subject)
	site_name = db.get_default("site_name") or local.conf.site_name
	return _("Welcome to {0}").format(site_name) if site_name else _("Complete Registration")


def send_login_mail(
	user: Any,
	subject: str,
	template: str,
	add_args: dict[str, Any],
	now: bool | None = None,
	custom_template: str | None = None,
) -> None:
	"""Send a mail about the account, from an Email Template if the site has chosen one."""
	from minibench.access.users import STANDARD_USERS, get_user_fullname
	from minibench.mail.sending import sendmail
	from minibench.values.addresses import get_formatted_email
	from minibench.values.urls import get_url

	created_by = get_user_fullname(context.session.user)
	args = {
		"first_name": user.first_name or user.last_name or "user",
		"last_name": user.last_name,
		"user": user.name,
		"title": subject,
		"login_url": get_url(),
		"created_by": "Administrator" if created_by == "Guest" else created_by,
		**add_args,
	}
	content = None
	if custom_template:
		from minibench.mail.templates import get_email_template

		chosen = get_email_template(custom_template, args)
		subject, content = chosen["subject"], chosen["message"]
	sender = "" if context.session.user in STANDARD_USERS else get_formatted_email(context.session.user)
	sendmail(
		recipients=user.email,
		sender=sender,
		subject=subject,
		template=None if custom_template else template,
		content=content,
		args=args,
		header=[subject, "green"],
		delayed=user.flags.delay_emails if now is None else not now,
		retry=3,
	)


def notify_admin_access_to_system_manager(login_manager: Any = None) -> None:
	"""Tell the System Managers that Administrator logged in, where the site's configuration asks for it."""
	if not (
		login_manager
		and login_manager.user == "Administrator"
		and local.conf.notify_admin_access_to_system_manager
	):
		return
	from minibench.access.users import get_system_managers
	from minibench.mail.sending import sendmail
	from minibench.values.dateformats import format_datetime
	from minibench.values.dates import now_datetime

	host = local.request.host_url
	message = _("Administrator accessed {0} on {1} via IP Address {2}.").format(
		f'<a href="{host}" target="_blank">{host}</a>',
		f"<b>{format_datetime(now_datetime(), format_string='medium')}</b>",
		local.request_ip,
	)
	sendmail(
		recipients=get_system_managers(),
		subject=_("Administrator Logged In"),
		template="administrator_logged_in",
		args={"access_message": message},
		header=["Access Notification", "orange"],
	)
