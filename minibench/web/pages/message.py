"""Pages that say one thing: that something is not there, not allowed, has failed, or is done."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

from minibench.context import Dict, cache, flags, local
from minibench.errors import PageDoesNotExistError, Redirect


def respond_as_web_page(
	title: str,
	html: str,
	success: str | None = None,
	http_status_code: int | None = None,
	context: dict[str, Any] | None = None,
	indicator_color: str | None = None,
	primary_action: str | None = "/",
	primary_label: str | None = None,
	fullpage: bool = False,
	width: int | None = None,
	template: str = "message",
) -> None:
	"""Answer this request with a page that shows a message instead of with JSON."""
	local.message_title = title
	local.message = html
	local.no_cache = 1
	answer = local.response
	answer["type"] = "page"
	answer["route"] = template
	if http_status_code:
		answer["http_status_code"] = http_status_code
	if not indicator_color:
		failed = bool(http_status_code and http_status_code > 300)
		indicator_color = "green" if success else "red" if failed else "blue"
	answer["context"] = {
		**(context or {}),
		"indicator_color": indicator_color,
		"primary_label": primary_label,
		"primary_action": primary_action,
		"error_code": http_status_code,
		"fullpage": fullpage,
		**({"card_width": width} if width else {}),
	}


def redirect(url: str) -> None:
	"""Leave the page that is being rendered for `url`."""
	flags.redirect_location = url
	raise Redirect


def redirect_to_message(
	title: str,
	html: str,
	http_status_code: int | None = None,
	context: dict[str, Any] | None = None,
	indicator_color: str | None = None,
) -> str | None:
	"""Send the browser to a page that shows the message; a script gets that page's address instead."""
	from minibench.values.text import generate_hash

	shown = {**(context or {}), "header": title, "title": title, "message": html}
	if indicator_color:
		shown["indicator_color"] = indicator_color
	key = generate_hash(length=8)
	cache.set_value(
		f"message_id:{key}",
		{"context": shown, "http_status_code": http_status_code or 200},
		expires_in_sec=60,
	)
	location = f"/message?id={key}"
	if getattr(local, "is_ajax", False):
		return location
	local.response["type"] = "redirect"
	local.response["location"] = location
	return None


def message_context() -> dict[str, Any]:
	"""What www/message.html shows: what was said in this request, or what `?id=` remembers."""
	from minibench.values.html import sanitize_html
	from minibench.values.text import strip_html

	form = local.form_dict
	shown = Dict()
	if getattr(local, "message_title", None) is not None:
		shown.update(
			header=local.message_title,
			title=strip_html(local.message_title or ""),
			message=sanitize_html(local.message or "", linkify=False),
		)
	elif form.id:
		kept = cache.get_value(f"message_id:{form.id}", expires=True)
		if kept:
			shown.update(kept.get("context") or {})
			if kept.get("http_status_code"):
				local.response["http_status_code"] = kept["http_status_code"]
	if not shown.title:
		shown.title = strip_html(form.title or "")
	if not shown.message:
		shown.message = sanitize_html(form.message or "", linkify=False)
	return shown


def not_permitted(text: str) -> Any:
	"""The page for who may not see the one that was asked for, with the way to log in."""
	from minibench.translate import _

	path = local.request.path
	action = (
		"/login" if path == "/app" or path.startswith("/app/") else f"/login?redirect-to={quote_plus(path)}"
	)
	local.message_title = _("Not Permitted")
	local.message = text or _("You do not have enough permissions to complete the action")
	local.no_cache = 1
	local.response["context"] = {
		"indicator_color": "red",
		"primary_action": action,
		"primary_label": _("Login"),
		"fullpage": True,
		"error_code": 403,
	}
	return _standard_page("message", 403)


def error(exception: Exception) -> Any:
	"""The page for what nobody foresaw. It says as much as the exception was meant to say to a user."""
	local.no_cache = 1
	local.response["context"] = {
		"error_title": getattr(exception, "title", None),
		"error_message": getattr(exception, "message", None),
	}
	return _standard_page("error", getattr(exception, "http_status_code", None) or 500)


def _standard_page(name: str, status: int) -> Any:
	from pathlib import Path

	from minibench.hooks import get_app_path
	from minibench.web.pages.page import Page
	from minibench.web.pages.routing import Found

	app_path = Path(get_app_path("frappe"))
	file = app_path / "www" / f"{name}.html"
	if not file.is_file():
		raise PageDoesNotExistError(name)
	return Page(name, Found("frappe", app_path, "www", file), status)
