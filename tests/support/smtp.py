"""A real SMTP server for tests: keeps what it gets."""

from __future__ import annotations

import email
import socket
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class _Keep:
	def __init__(self) -> None:
		self.messages: list[Message] = []
		self.envelopes: list[Any] = []
		self.refuse: str | None = None

	async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
		if self.refuse:
			return self.refuse
		self.envelopes.append(envelope)
		self.messages.append(email.message_from_bytes(envelope.content))
		return "250 OK"


class MailCatcher:
	"""`with MailCatcher() as catcher`: `catcher.messages` are parsed, `catcher.envelopes` as they came in.

	Set `catcher.refuse = "451 try later"` to have it answer that to every message.
	"""

	def __enter__(self) -> MailCatcher:
		with socket.socket() as probe:
			probe.bind(("127.0.0.1", 0))
			self.port = probe.getsockname()[1]
		self._keep = _Keep()
		self._controller = Controller(self._keep, hostname="127.0.0.1", port=self.port)
		self._controller.start()
		return self

	def __exit__(self, *_exc: object) -> None:
		self._controller.stop()

	@property
	def messages(self) -> list[Message]:
		return self._keep.messages

	@property
	def envelopes(self) -> list[Any]:
		return self._keep.envelopes

	def set_refusal(self, answer: str | None) -> None:
		"""Answer every message with `answer` (an SMTP reply) until set to None."""
		self._keep.refuse = answer

	def site_config(self) -> dict[str, Any]:
		"""The keys of site_config.json that send a site's mail here."""
		return {
			"mail_server": "127.0.0.1",
			"mail_port": self.port,
			"use_tls": 0,
			"use_ssl": 0,
			"mail_login": None,
			"mail_password": None,
			"auto_email_id": "sender@contract.test",
			"email_sender_name": "Contract",
			"disable_mail_smtp_authentication": 1,
			"always_use_account_email_id_as_sender": 0,
		}
