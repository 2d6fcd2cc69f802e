"""The connection to the outgoing mail server."""

from __future__ import annotations

import atexit
import smtplib
from contextlib import suppress
from typing import Any

from minibench.context import flags, local
from minibench.errors import OutgoingEmailError, ValidationError

TIMEOUT_SECONDS = 120
LOGGED_IN = 235
ALIVE = 250


class InvalidEmailCredentials(ValidationError):
	pass


class SMTPServer:
	"""One outgoing server; it connects when it is first needed and again when the connection has died."""

	def __init__(
		self,
		server: str | None,
		login: str | None = None,
		email_account: str | None = None,
		password: str | None = None,
		port: int | str | None = None,
		use_tls: Any = None,
		use_ssl: Any = None,
	) -> None:
		from minibench.collaboration.messages import msgprint
		from minibench.translate import _

		self.server = str(server or "")
		self.login = login
		self.email_account = email_account
		self.password = password
		self.use_tls = use_tls
		self.use_ssl = use_ssl
		self.port = int(port or (use_ssl and 465) or (use_tls and 587) or 0)
		self._session: smtplib.SMTP | None = None
		if not self.server:
			msgprint(
				_("Email Account not setup. Please create a new Email Account from Settings > Email Account"),
				raise_exception=OutgoingEmailError,
			)

	@property
	def session(self) -> smtplib.SMTP:
		"""A connection that answers, logged in if there is a password.

		Raises:
			InvalidEmailCredentials: the server does not accept login and password.
			ValidationError: the server cannot be reached.
		"""
		from minibench.collaboration.messages import msgprint, throw
		from minibench.translate import _

		if self._session is not None and self.is_session_active():
			return self._session
		kind = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
		try:
			session = kind(self.server, self.port, timeout=TIMEOUT_SECONDS)
			self.secure_session(session)
			if self.password:
				code, answer = session.login(str(self.login or ""), str(self.password))
				if code != LOGGED_IN:
					msgprint(answer.decode(errors="replace"), raise_exception=OutgoingEmailError)
		except smtplib.SMTPAuthenticationError as error:
			throw(
				f"{_('Please check your email login credentials.')} {type(error).__name__}: {error}",
				title=_("Invalid Credentials"),
				exc=InvalidEmailCredentials,
			)
		except OSError as error:
			throw(
				_("Invalid Outgoing Mail Server or Port: {0}").format(str(error)),
				title=_("Incorrect Configuration"),
			)
		self._session = session
		self._close_later()
		return session

	def secure_session(self, connection: smtplib.SMTP) -> None:
		if self.use_tls:
			connection.ehlo()
			connection.starttls()
			connection.ehlo()

	def is_session_active(self) -> bool:
		if self._session is None:
			return False
		try:
			return bool(self._session.noop()[0] == ALIVE)
		except Exception:
			return False

	def quit(self) -> None:
		"""Say goodbye to the server. Does nothing if it has gone already."""
		session, self._session = self._session, None
		if session is not None:
			with suppress(OSError, smtplib.SMTPException):
				session.quit()

	def _close_later(self) -> None:
		"""Close the connection with the request or job; otherwise with the process."""
		request = local.request
		if request is not None and hasattr(request, "after_response"):
			request.after_response.add(self.quit)
		elif local.job:
			local.job.after_job.add(self.quit)
		elif not flags.in_test:
			atexit.register(self.quit)
