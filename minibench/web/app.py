"""The WSGI application: from a request to its site, its user, its endpoint, and back.

`Application` serves every site below one folder. `application` is the one of the folder named by the environment
(`SITES_PATH`), for servers that import it by name.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from minibench import context
from minibench.context import local
from minibench.errors import SessionStopped
from minibench.web import failures, rate_limit, static
from minibench.web.csrf import UNSAFE_HTTP_METHODS, validate_csrf_token
from minibench.web.request import Request, make_form_dict, max_content_length
from minibench.web.sites import SiteFinder

StartResponse = Callable[..., Any]

SECURITY_HEADERS = {
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "SAMEORIGIN",
	"Referrer-Policy": "same-origin, strict-origin-when-cross-origin",
}

log = logging.getLogger("minibench.web")


class Application:
	"""Serves the sites below `sites_path`: the one that the host name names, else `site`."""

	def __init__(self, sites_path: str | Path, site: str | None = None) -> None:
		self.sites = SiteFinder(Path(sites_path), site)

	def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
		request = Request(environ)
		try:
			response = self.respond(request)
			return ClosingIterator(response(environ, start_response), [_after_response])
		except BaseException:
			context.destroy()
			raise

	def respond(self, request: Request) -> Any:
		"""The response to `request`: a Response or an HTTPException. Only what ends the process is raised."""
		response: Any = None
		rollback = True
		try:
			if request.path.startswith(("/assets/", "/files/")):
				return _secured(static.serve(self.sites, request), request)
			self.begin(request)
			response = dispatch(request)
			rollback = not finish_transaction(request)
		except HTTPException as error:
			response = error.get_response(request.environ)
		except Exception as error:
			response = failures.respond(error)
		finally:
			if rollback and getattr(local, "db", None):
				local.db.rollback()
		try:
			run_after_request_hooks(request, response)
		except Exception:
			log.exception("An after_request hook failed")
		return complete(response, request)

	def begin(self, request: Request) -> None:
		"""Make the thread serve `request`: its site, database, arguments, session and language."""
		context.init(self.sites.find(request), self.sites.path, force=True)
		local.request = request
		local.is_ajax = request.headers.get("X-Requested-With") == "XMLHttpRequest"
		local.request_ip = request.remote_addr or "127.0.0.1"
		context.connect(set_admin_as_user=False)
		if local.conf.maintenance_mode:
			if not local.conf.allow_reads_during_maintenance:
				raise SessionStopped("Session Stopped")
			local.flags.read_only = True

		from minibench.model.meta import check_epoch

		check_epoch()
		request.max_content_length = max_content_length(request.path)
		make_form_dict(request)
		if request.method != "OPTIONS":
			start_session()

		from minibench.hooks import call, get_hooks

		rate_limit.apply()
		for task in get_hooks("before_request"):
			call(task)


def start_session() -> None:
	"""Resume the session that the cookie names, or log in; then check the session's CSRF token."""
	from minibench.access.auth import CookieManager, LoginManager
	from minibench.translate import get_language

	local.cookie_manager = CookieManager()
	local.login_manager = LoginManager()
	local.lang = get_language()
	validate_csrf_token()
	local.cookie_manager.init_cookies()


def dispatch(request: Request) -> Any:
	"""Run what the path asks for."""
	from minibench.access.auth import validate_auth

	validate_auth()
	path = request.path
	if request.method == "OPTIONS":
		return Response()
	if local.form_dict.cmd:
		from minibench.web import handler
		from minibench.web.response import build_response

		answer = handler.handle()
		return answer if isinstance(answer, Response) else build_response("json")
	if path.startswith("/api/"):
		from minibench.web import routes

		return routes.handle(request)
	if path.startswith("/backups"):
		from minibench.web.files import download_backup

		return download_backup(path)
	if path.startswith("/private/files/"):
		from minibench.web.files import download_private_file

		return download_private_file(path)
	if request.method in ("GET", "HEAD", "POST"):
		from minibench.web.pages.serve import get_response

		return get_response()
	raise NotFound


def finish_transaction(request: Request) -> bool:
	"""Commit what an unsafe method changed, forget what a safe one did, and prolong the session.

	Returns whether the transaction is over.
	"""
	if not local.db:
		return True
	if local.flags.commit or request.method in UNSAFE_HTTP_METHODS:
		local.db.commit()
	else:
		local.db.rollback()
	session = getattr(local, "session_obj", None)
	if session is not None:
		session.update()
	return True


def run_after_request_hooks(request: Request, response: Any) -> None:
	if not getattr(local, "initialised", False) or not local.db:
		return
	from minibench.hooks import call, get_hooks

	for task in get_hooks("after_request"):
		call(task, response=response, request=request)


def complete(response: Any, request: Request) -> Any:
	"""Add cookies and headers to the response."""
	if not getattr(local, "initialised", False):
		return _secured(response, request)
	cookies = getattr(local, "cookie_manager", None)
	if cookies is not None:
		cookies.flush_cookies(response=response)
	limiter = getattr(local, "rate_limiter", None)
	if limiter is not None:
		response.headers.extend(limiter.headers())
	if local.conf.monitor:
		response.headers["X-Frappe-Request-Id"] = str(uuid.uuid4())
	_add_cors_headers(response, request)
	return _secured(response, request)


def _secured(response: Any, request: Request) -> Any:
	headers = response.headers
	present = {name.lower() for name, _value in headers}
	for name, value in SECURITY_HEADERS.items():
		if name.lower() not in present:
			headers.add(name, value)
	if request.scheme == "https" and "strict-transport-security" not in present:
		headers.add("Strict-Transport-Security", "max-age=63072000")
	return response


def _add_cors_headers(response: Any, request: Request) -> None:
	"""Let pages of other origins use the API when `allow_cors` names them."""
	allowed, origin = local.conf.allow_cors, request.headers.get("Origin")
	if not (allowed and origin):
		return
	if allowed != "*" and origin not in (allowed if isinstance(allowed, list) else [allowed]):
		return
	headers = {
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Allow-Origin": origin,
		"Vary": "Origin",
	}
	if request.method == "OPTIONS":
		headers["Access-Control-Allow-Methods"] = request.headers.get("Access-Control-Request-Method", "")
		if asked := request.headers.get("Access-Control-Request-Headers"):
			headers["Access-Control-Allow-Headers"] = asked
		if not local.conf.developer_mode:
			headers["Access-Control-Max-Age"] = "86400"
	response.headers.extend(headers)


def _after_response() -> None:
	"""What may wait until the client has its answer."""
	try:
		if getattr(local, "initialised", False):
			rate_limit.update()
			local.request.after_response.run()
	except Exception:
		log.exception("A task after the response failed")
	finally:
		context.destroy()


def make_application(sites_path: str | Path, site: str | None = None, proxy: bool = False) -> Any:
	"""The application; behind a reverse proxy (`proxy`) it believes the X-Forwarded-* headers, else it ignores them."""
	application = Application(sites_path, site)
	return ProxyFix(application, x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1) if proxy else application


application = Application(os.environ.get("SITES_PATH", "."), os.environ.get("FRAPPE_SITE"))
