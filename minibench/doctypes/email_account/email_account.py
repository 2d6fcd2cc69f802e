"""Email Account: a mail server, who may log in there, and what mails from it look like. It sends; it does not receive."""

from __future__ import annotations

import functools
from email.utils import formataddr
from typing import Any

from minibench.context import db, flags
from minibench.errors import NotInMinibench
from minibench.mail import accounts
from minibench.mail.smtp import SMTPServer
from minibench.model.document import Document

LOCAL_SERVERS = ("127.0.0.1", "localhost")


class EmailAccount(Document):
	email_account_name: Any
	default_outgoing: Any

	DOCTYPE = "Email Account"

	def autoname(self) -> None:
		if not self.email_account_name:
			local_part = self.email_id.split("@", 1)[0]
			self.email_account_name = local_part.replace("_", " ").replace(".", " ").replace("-", " ").title()
		self.name = self.email_account_name

	def validate(self) -> None:
		from minibench.collaboration.messages import throw
		from minibench.translate import _
		from minibench.values.addresses import validate_email_address

		if self.enable_incoming:
			raise NotInMinibench("Email Account: incoming mail")
		if self.auth_method == "OAuth":
			raise NotInMinibench("Email Account: OAuth")
		if self.email_id:
			validate_email_address(self.email_id, True)
		if not self.login_id_is_different:
			self.login_id = None
		elif not self.login_id:
			throw(_("Login Id is required"))
		if self.service == "Sendgrid":
			self.login_id = "apikey"
		if flags.in_patch or flags.in_test or flags.in_install or self.awaiting_password:
			return
		if self.password or self.smtp_server in LOCAL_SERVERS:
			if self.enable_outgoing:
				self.validate_smtp_conn()
		elif self.enable_outgoing and not self.no_smtp_authentication:
			throw(_("Password is required or select Awaiting Password"))

	def validate_smtp_conn(self) -> Any:
		"""Connect and log in once, so that a wrong account is found when it is saved."""
		from minibench.collaboration.messages import throw
		from minibench.translate import _

		if not self.smtp_server:
			throw(_("SMTP Server is required"))
		return self.get_smtp_server().session

	def before_save(self) -> None:
		from minibench.collaboration.messages import msgprint
		from minibench.translate import _
		from minibench.values.text import bold

		if self.default_outgoing and not self.enable_outgoing:
			self.default_outgoing = 0
			msgprint(
				_("{} has been disabled. It can only be enabled if {} is checked.").format(
					bold(_("Default Outgoing")), bold(_("Enable Outgoing"))
				),
				indicator="orange",
				title=_("Defaults Updated"),
			)

	def on_update(self) -> None:
		if self.default_outgoing:
			others = {"default_outgoing": 1, "name": ["!=", self.name]}
			db.set_value("Email Account", others, "default_outgoing", 0)

	@property
	def default_sender(self) -> str:
		return formataddr((self.name, self.get("email_id")))

	def is_exists_in_db(self) -> Any:
		"""False for an account made of the site's configuration."""
		return db.exists("Email Account", self.name) if self.name else None

	def get_smtp_server(self) -> SMTPServer:
		"""The connection to the server: one for each of these objects, used for all its mails."""
		return self._smtp_server_instance

	@functools.cached_property
	def _smtp_server_instance(self) -> SMTPServer:
		return SMTPServer(**self.sendmail_config())

	def sendmail_config(self) -> dict[str, Any]:
		needed = not (self.no_smtp_authentication or flags.in_test)
		return {
			"email_account": self.name,
			"server": self.smtp_server,
			"port": int(self.smtp_port or 0),
			"login": self.login_id or self.email_id,
			"password": self.get_password(raise_exception=needed),
			"use_ssl": int(self.use_ssl_for_outgoing or 0),
			"use_tls": 1 if self.use_tls else 0,
		}

	find_outgoing = staticmethod(accounts.find_outgoing)
	find_incoming = staticmethod(accounts.find_incoming)
	find_default_outgoing = staticmethod(accounts.find_default_outgoing)
	find_from_config = staticmethod(accounts.find_from_config)
