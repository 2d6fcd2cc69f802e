"""The HTML half of a mail: content in the standard frame, styles inlined for readers that drop style sheets."""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from minibench.context import db
from minibench.web.whitelist import whitelist

UNSUBSCRIBE_SLOT = "<!--unsubscribe link here-->"
STYLES = Path(__file__).resolve().parent.parent / "templates" / "emails" / "email.css"


def get_formatted_html(
	subject: str,
	message: str,
	footer: str | None = None,
	print_html: str | None = None,
	email_account: Any = None,
	header: Any = None,
	unsubscribe_link: dict[str, str] | None = None,
	sender: str | None = None,
	with_container: bool = False,
) -> str:
	"""`message` in the frame of templates/emails/standard.html."""
	from minibench.mail.accounts import find_outgoing
	from minibench.templates import get_template
	from minibench.values.urls import get_url, scrub_urls

	account = email_account or find_outgoing(match_by_email=sender)
	framed = get_template("templates/emails/standard.html").render(
		{
			"brand_logo": account.get("brand_logo") if account and (with_container or header) else None,
			"with_container": with_container,
			"site_url": get_url(),
			"header": get_header(header),
			"content": message,
			"footer": get_footer(account, footer),
			"title": subject,
			"print_html": print_html,
			"subject": subject,
		}
	)
	html = scrub_urls(framed)
	if unsubscribe_link:
		html = html.replace(UNSUBSCRIBE_SLOT, unsubscribe_link["html"])
	return inline_style_in_html(html)


def get_header(header: Any = None) -> str | None:
	"""The mail's heading: a title, or [title, colour of its indicator]; without a title the newest app's."""
	from minibench.hooks import get_hooks
	from minibench.mail.templates import get_email_from_template

	if not header:
		return None
	title, indicator = (header, None) if isinstance(header, str) else (header[0], (*header, None)[1])
	values = {"header_title": title or get_hooks("app_title")[-1], "indicator": indicator}
	return get_email_from_template("email_header", values)[0]


def get_footer(email_account: Any, footer: str | None = None) -> str:
	"""The account's footer, the company's address, the apps' `default_mail_footer`."""
	from minibench.hooks import get_hooks
	from minibench.mail.templates import get_email_from_template

	values: dict[str, Any] = {}
	if email_account and email_account.get("footer"):
		values["email_account_footer"] = email_account.footer
	address = db.get_default("email_footer_address")
	if address:
		values["sender_address"] = address
	if not int(db.get_default("disable_standard_email_footer") or 0):
		values["default_mail_footer"] = get_hooks("default_mail_footer")
	return (footer or "") + get_email_from_template("email_footer", values)[0]


def inline_style_in_html(html: str) -> str:
	"""Every style sheet as style attributes. Nothing is fetched from the network."""
	from premailer import Premailer

	inlined: str = Premailer(
		html=html,
		css_text=_styles(),
		strip_important=False,
		allow_network=False,
		disable_validation=True,
		cssutils_logging_level=logging.CRITICAL,
	).transform()
	return inlined


@lru_cache(maxsize=1)
def _styles() -> str:
	return STYLES.read_text()


@whitelist()
def get_email_html(
	template: str, args: str, subject: str, header: str | None = None, with_container: bool = False
) -> str:
	"""A mail's HTML, for previews."""
	from minibench.mail.templates import get_email_from_template

	heading: Any = json.loads(header) if header and header.startswith("[") else header
	content = get_email_from_template(template, json.loads(args))[0]
	return get_formatted_html(subject, content, header=heading, with_container=bool(int(with_container)))
