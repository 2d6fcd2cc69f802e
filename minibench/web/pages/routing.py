"""From a request's path to a file in an app's www folder."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.security import safe_join
from werkzeug.utils import send_file

from minibench.context import local
from minibench.errors import Redirect

FOLDERS = ("www", "templates/pages")
TEMPLATE_TYPES = (".html", ".md")
# Rendered with jinja when asked for by their full name: sitemap.xml, robots.txt, a page's own script.
TEXT_TYPES = (".css", ".js", ".json", ".txt", ".xml")


@dataclass(frozen=True)
class Found:
	"""A page's file: of which app, and where in it."""

	app: str
	app_path: Path
	folder: str
	file: Path

	@property
	def is_static(self) -> bool:
		return self.file.suffix not in TEMPLATE_TYPES + TEXT_TYPES

	@property
	def template(self) -> str:
		return str(self.file.relative_to(self.app_path))


class StaticFile:
	"""An image or the like that lies beside the pages."""

	def __init__(self, found: Found) -> None:
		self.found = found

	def render(self) -> Any:
		mimetype = mimetypes.guess_type(self.found.file.name)[0] or "application/octet-stream"
		response = send_file(self.found.file, local.request.environ, mimetype=mimetype, conditional=True)
		response.headers["Cache-Control"] = "public, no-cache"
		return response


def resolve(path: str) -> str:
	"""The page that `path` stands for, after redirects, the home page and the apps' dynamic routes.

	Raises:
		Redirect: the path is sent elsewhere; flags.redirect_location says where.
	"""
	path = path.strip("/ ")
	follow_redirects(path)
	if not path:
		path = "index"
	path = path.removesuffix(".html")
	if path == "index":
		from minibench.web.pages.home import get_home_page

		path = get_home_page()
	local.path = path
	if path == "index":
		return path
	try:
		return match_dynamic_route(path) or path
	except RequestRedirect as error:
		local.flags.redirect_location = error.new_url
		raise Redirect(error.code) from error


def follow_redirects(path: str) -> None:
	"""Raise Redirect when `website_redirects` or the Website Settings send `path` elsewhere."""
	query = local.request.query_string.decode("utf-8", "replace") if local.request else ""
	for rule in _redirect_rules():
		pattern = rule["source"].strip("/ ") + "$"
		subject = f"{path}?{query}" if query and rule.get("match_with_query_string") else path
		try:
			if not re.match(pattern, subject):
				continue
			local.flags.redirect_location = re.sub(pattern, rule["target"], subject)
		except re.error:
			continue
		raise Redirect(int(rule.get("redirect_http_status") or 301))


def _redirect_rules() -> list[Any]:
	from minibench.hooks import get_hooks

	return list(get_hooks("website_redirects"))


def match_dynamic_route(path: str) -> str | None:
	"""The page that `website_route_rules` name for `path`; the variables of the route become form values."""
	from minibench.hooks import get_hooks

	rules = get_hooks("website_route_rules")
	if not rules or not local.request:
		return None
	frozen = tuple(
		(rule["from_route"], rule["to_route"], tuple(sorted((rule.get("defaults") or {}).items())))
		for rule in rules
	)
	try:
		endpoint, arguments = (
			_route_map(frozen).bind_to_environ(local.request.environ).match("/" + path, method="GET")
		)
	except NotFound:
		return None
	if arguments:
		local.no_cache = 1
		local.form_dict.update(arguments)
	return str(endpoint)


@lru_cache(maxsize=16)
def _route_map(rules: tuple[tuple[str, str, tuple[tuple[str, Any], ...]], ...]) -> Map:
	return Map([Rule(source, endpoint=target, defaults=dict(defaults)) for source, target, defaults in rules])


def find_file(path: str) -> Found | None:
	"""The file of the page at `path`: the last installed app that has one wins."""
	from minibench.hooks import get_app_path, get_installed_apps

	if "\0" in path or any(not part or part.startswith((".", "__")) for part in path.split("/")):
		return None
	for app in reversed(get_installed_apps()):
		app_path = Path(get_app_path(app))
		for folder in FOLDERS:
			file = _in_folder(app_path / folder, path)
			if file is not None:
				return Found(app, app_path, folder, file)
	return None


def _in_folder(folder: Path, path: str) -> Path | None:
	for ending in ("", ".html", ".md", "/index.html", "/index.md"):
		joined = safe_join(str(folder), path + ending)
		if joined is None:
			return None
		file = Path(joined)
		if file.suffix in (".py", ".pyc") or not file.is_file():
			continue
		if file.resolve().is_relative_to(folder.resolve()):
			return file
	return None
