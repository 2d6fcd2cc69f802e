"""Mail servers that want a login or encryption, processes that die, processes that meet."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from minibench.mail.queue import flush
from tests.support.engines import Engine
from tests.support.smtp import MailCatcher

USER, SECRET = "mailer", "s3cret"


class Handler:
	"""Keeps envelopes; calls `on_data` before it answers."""

	def __init__(self, on_data: Any = None) -> None:
		self.envelopes: list[Any] = []
		self.on_data = on_data

	async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
		self.envelopes.append((session.ssl is not None, session.authenticated, envelope))
		if self.on_data:
			self.on_data()
		return "250 OK"


class Patient(Controller):
	"""A controller whose first connection, made to see whether it serves, trusts a certificate of our own."""

	def _trigger_server(self) -> None:
		if self.ssl_context is None:
			super()._trigger_server()
			return
		trusting = ssl._create_unverified_context()
		with socket.create_connection((self.hostname, self.port), 1) as plain:
			with trusting.wrap_socket(plain) as secure:
				secure.recv(1024)


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
	good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), SECRET.encode())
	return AuthResult(success=good, handled=good)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
	from cryptography import x509
	from cryptography.hazmat.primitives import hashes, serialization
	from cryptography.hazmat.primitives.asymmetric import ec

	key = ec.generate_private_key(ec.SECP256R1())
	name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
	now = datetime.datetime.now(datetime.UTC)
	made = (
		x509.CertificateBuilder()
		.subject_name(name)
		.issuer_name(name)
		.public_key(key.public_key())
		.serial_number(x509.random_serial_number())
		.not_valid_before(now - datetime.timedelta(days=1))
		.not_valid_after(now + datetime.timedelta(days=1))
		.sign(key, hashes.SHA256())
	)
	folder = tmp_path_factory.mktemp("certificate")
	(folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
	(folder / "key.pem").write_bytes(
		key.private_bytes(
			serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
		)
	)
	context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
	context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
	return context


@pytest.fixture(autouse=True)
def empty_queue(engine: Engine) -> Iterator[None]:
	_clear()
	frappe.flags.testing_email = True
	yield
	frappe.flags.testing_email = False
	_clear()


def _clear() -> None:
	frappe.db.rollback()
	for doctype in ("Email Queue", "Email Queue Recipient", "Email Account", "Notification Log"):
		frappe.db.delete(doctype)
	frappe.db.commit()


@pytest.fixture
def serve() -> Iterator[Any]:
	"""Start an SMTP server; returns its port and what it got."""
	running: list[Controller] = []

	def start(handler: Handler, **options: Any) -> int:
		with socket.socket() as probe:
			probe.bind(("127.0.0.1", 0))
			port = int(probe.getsockname()[1])
		controller = Patient(handler, hostname="127.0.0.1", port=port, **options)
		controller.start()
		running.append(controller)
		return port

	yield start
	for controller in running:
		controller.stop()


def account(port: int, **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Test Mail",
			"email_id": "account@minibench.test",
			"smtp_server": "127.0.0.1",
			"smtp_port": port,
			"enable_outgoing": 1,
			"default_outgoing": 1,
			**values,
		}
	).insert()


def send(**values: Any) -> Any:
	return frappe.sendmail(recipients=["to@minibench.test"], subject="x", message="<p>x</p>", **values)


def test_starttls_and_login(serve, certificate):
	handler = Handler()
	port = serve(
		handler,
		tls_context=certificate,
		require_starttls=True,
		authenticator=_authenticate,
		auth_required=True,
	)
	account(port, use_tls=1, login_id_is_different=1, login_id=USER, password=SECRET)
	send(now=True)
	((encrypted, authenticated, envelope),) = handler.envelopes
	assert encrypted and authenticated
	assert envelope.rcpt_tos == ["to@minibench.test"]


def test_ssl_from_the_start(serve, certificate):
	handler = Handler()
	account(serve(handler, ssl_context=certificate), use_ssl_for_outgoing=1, no_smtp_authentication=1)
	send(now=True)
	assert len(handler.envelopes) == 1


def test_a_wrong_password(serve, certificate):
	port = serve(
		Handler(),
		tls_context=certificate,
		require_starttls=True,
		authenticator=_authenticate,
		auth_required=True,
	)
	account(port, use_tls=1, login_id_is_different=1, login_id=USER, password="wrong")
	with pytest.raises(frappe.ValidationError, match="check your email login credentials"):
		send(now=True)
	assert frappe.get_last_doc("Email Queue").status == "Not Sent"


def test_the_password_is_not_kept_in_the_open(serve):
	account(1, password=SECRET)
	assert frappe.db.get_value("Email Account", "Test Mail", "password") == "*" * len(SECRET)
	assert SECRET.encode() not in Path(frappe.local.site_path, "site.db").read_bytes()


def test_a_flush_uses_one_connection(serve):
	connections: list[object] = []

	class Counting(Handler):
		async def handle_EHLO(self, _server, session, _envelope, hostname, responses):
			session.host_name = hostname
			connections.append(session.peer)
			return responses

	handler = Counting()
	account(serve(handler), no_smtp_authentication=1)
	for _number in range(5):
		send()
	frappe.db.commit()
	flush()
	assert len(handler.envelopes) == 5
	assert len(set(connections)) == 1


def test_two_processes_that_flush_send_each_mail_once(engine):
	with MailCatcher() as catcher, engine.config(**catcher.site_config()):
		for number in range(20):
			frappe.sendmail(recipients=[f"to{number}@minibench.test"], subject=str(number), message="x")
		frappe.db.commit()
		failures: list[BaseException] = []

		def run() -> None:
			try:
				engine.connect()
				frappe.flags.testing_email = True
				flush()
				frappe.destroy()
			except BaseException as error:
				failures.append(error)

		threads = [threading.Thread(target=run) for _number in range(4)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		assert not failures
		assert sorted(int(message["Subject"]) for message in catcher.messages) == list(range(20))
		frappe.db.rollback()
		assert set(frappe.get_all("Email Queue", pluck="status")) == {"Sent"}


def test_a_process_that_dies_after_the_server_took_the_mail(serve, engine, tmp_path):
	"""The worst moment: it is out, and nobody could write that down."""
	script = tmp_path / "send.py"
	script.write_text(
		"import os, sys, frappe\n"
		"frappe.init(sys.argv[1], sites_path=sys.argv[2]); frappe.connect()\n"
		"open(sys.argv[3], 'w').write(str(os.getpid()))\n"
		"from frappe.email.queue import flush\n"
		"flush()\n"
	)
	pid = tmp_path / "pid"
	handler = Handler(on_data=lambda: os.kill(int(pid.read_text()), signal.SIGKILL))
	account(serve(handler), no_smtp_authentication=1)
	queue = send()
	frappe.db.commit()
	done = subprocess.run(
		engine.python_command(str(script), str(pid)),
		env=engine.environment(),
		capture_output=True,
		timeout=60,
	)
	assert done.returncode == -signal.SIGKILL, done.stderr.decode()
	assert len(handler.envelopes) == 1
	frappe.db.rollback()
	assert frappe.db.get_value("Email Queue", queue.name, "status") == "Sending"
	handler.on_data = None
	flush()
	assert len(handler.envelopes) == 1


def test_nothing_is_fetched_for_a_mail():
	"""Neither a style sheet of the message, nor a file that it names."""
	from minibench.mail.html import inline_style_in_html
	from minibench.mail.message import get_filecontent_from_path

	html = '<link rel="stylesheet" href="http://127.0.0.1:1/x.css"><link rel="stylesheet" href="/etc/passwd"><p>x</p>'
	assert "root:" not in inline_style_in_html(html)
	for path in (
		"/etc/passwd",
		"files/../site_config.json",
		"private/files/../../site_config.json",
		"assets/frappe/../hooks.py",
	):
		assert get_filecontent_from_path(path) is None


def test_what_embeds_an_image(engine):
	folder = Path(frappe.local.site_path, "public", "files")
	folder.mkdir(parents=True, exist_ok=True)
	(folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
	from minibench.mail.message import replace_filename_with_cid

	html, images = replace_filename_with_cid('<img embed="files/logo.png"> <img embed="files/none.png">')
	assert [image["filename"] for image in images] == ["logo.png"]
	assert f'src="cid:{images[0]["content_id"]}"' in html
	assert "embed" not in html


def test_placeholders_survive_the_lines_of_quoted_printable():
	from minibench.mail.delivery import slot

	broken = "text <!--unsubsc=\r\nribe_url--> more"
	assert slot("unsubscribe_url").sub("URL", broken) == "text URL more"
