"""One page made from a template: `<name>.html` or `.md`, with a `<name>.py` beside it that fills its context."""

from __future__ import annotations

import importlib
import inspect
import json
import mimetypes
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from werkzeug.wrappers import Response

from minibench.context import Dict, cache, local
from minibench.web.pages.context import complete_context, new_context
from minibench.web.pages.routing import Found

MODULE_PROPERTIES = ("base_template_path", "template", "no_cache", "sitemap", "condition_field")
FRONT_MATTER = re.compile(r"\A\s*---\s*\n(.*?)\n---\s*\n(.*)\Z", re.S)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
HEADING = re.compile(r"<h1>([^<]*)")
EXTENDS = re.compile(r"{%-?\s*extends\b")
COMMENT_FLAGS = {
	"no-breadcrumbs": ("no_breadcrumbs", 1),
	"show-sidebar": ("show_sidebar", 1),
	"add-breadcrumbs": ("add_breadcrumbs", 1),
	"no-header": ("no_header", 1),
	"no-cache": ("no_cache", 1),
	"no-sitemap": ("sitemap", 0),
	"sitemap": ("sitemap", 1),
}


class Page:
	def __init__(self, path: str, found: Found, http_status_code: int = 200) -> None:
		self.path = path
		self.found = found
		self.status = http_status_code
		self.context = Dict()
		self.source = ""

	def render(self) -> Response:
		html = self.cached_html()
		data = local.session.data if local.session else None
		token = json.dumps((data or {}).get("csrf_token"))
		html = html.replace("<!-- csrf_token -->", f"<script>frappe.csrf_token = {token};</script>")
		return page_response(self.path, html, self.status)

	def cached_html(self) -> str:
		if not can_cache():
			return self.html()
		kept = cache.hget("website_page", self._cache_key())
		if kept:
			local.response.from_cache = True
			return str(kept)
		html = self.html()
		if can_cache(bool(self.context.no_cache)):
			cache.hset("website_page", self._cache_key(), html)
		return html

	def _cache_key(self) -> str:
		module = self._module_file()
		changed = [file.stat().st_mtime_ns for file in (self.found.file, module) if file and file.is_file()]
		return json.dumps([self.path, local.lang, *changed])

	def html(self) -> str:
		self.context = new_context()
		self._describe()
		module = self._module()
		if module is not None:
			self._run_module(module)
		if self.context.http_status_code:
			self.status = int(self.context.http_status_code)
		self._read_source()
		self._read_neighbours()
		complete_context(self.context, self.path)
		return self._render_source()

	def _describe(self) -> None:
		file = self.found.file
		self.context.update(
			base_template=_base_template(self.path),
			basepath=str(file.parent),
			basename=str(file.with_suffix("")),
			name=file.stem,
			path=self.path,
			route=self.path,
			template=self.found.template,
			developer_mode=local.conf.developer_mode,
		)

	def _module_file(self) -> Path | None:
		file = self.found.file
		if file.suffix not in (".html", ".md", ".xml", ".txt"):
			return None
		return file.with_name(file.stem.replace("-", "_") + ".py")

	def _module(self) -> ModuleType | None:
		"""The Python module beside the template: its hyphens are underscores."""
		file = self._module_file()
		if file is None or not file.is_file():
			return None
		from minibench.hooks import get_module, package_of

		dotted = ".".join(file.relative_to(self.found.app_path).with_suffix("").parts)
		module: ModuleType = get_module(f"{package_of(self.found.app)}.{dotted}")
		return module

	def _run_module(self, module: ModuleType) -> None:
		for name in MODULE_PROPERTIES:
			if hasattr(module, name):
				self.context[name] = getattr(module, name)
		if local.conf.developer_mode:
			importlib.reload(module)
		get_context = getattr(module, "get_context", None)
		if get_context is None:
			return
		takes_context = bool(inspect.signature(get_context).parameters)
		values = get_context(self.context) if takes_context else get_context()
		if values:
			self.context.update(values)

	def _read_source(self) -> None:
		file = self.found.file
		if self.context.template and self.context.template != self.found.template:
			from minibench.templates import get_jenv

			environment = get_jenv()
			assert environment.loader is not None
			self.source = environment.loader.get_source(environment, self.context.template)[0]
		else:
			self.source = file.read_text(encoding="utf-8")
		if file.suffix in (".html", ".md") and (match := FRONT_MATTER.match(self.source)):
			self.context.update(_front_matter(match.group(1)))
			self.source = match.group(2)
		if file.suffix == ".md":
			from minibench.values.html import md_to_html

			self.source = f'<div class="from-markdown">{md_to_html(self.source)}</div>'
		if not self.context.title:
			self.context.title = _title(self.source, self.path)
		self.context.base_template = _comment(self.source, "base_template") or self.context.base_template
		for name, (key, value) in COMMENT_FLAGS.items():
			if f"<!-- {name} -->" in self.source:
				self.context[key] = value
		if (
			file.suffix in (".html", ".md")
			and not EXTENDS.search(self.source)
			and "</body>" not in self.source
		):
			base = self.context.base_template or "templates/web.html"
			self.source = f'{{% extends "{base}" %}}{{% block page_content %}}{self.source}{{% endblock %}}'

	def _read_neighbours(self) -> None:
		"""A script and a style sheet of the page's own name come with it."""
		for suffix, key, block in ((".js", "colocated_js", "script"), (".css", "colocated_css", "style")):
			file = self.found.file.with_suffix(suffix)
			if file != self.found.file and file.is_file() and f"{{% block {block} %}}" not in self.source:
				self.context[key] = file.read_text(encoding="utf-8")

	def _render_source(self) -> str:
		if self.found.file.name.endswith("min.js"):
			return self.source
		from minibench.templates import render_template

		safe = True if self.context.safe_render is None else self.context.safe_render
		return str(render_template(self.source, self.context, safe_render=safe))


def can_cache(no_cache: bool = False) -> bool:
	"""May this answer be kept for the next visitor?"""
	if local.conf.disable_website_cache or local.conf.developer_mode or getattr(local, "no_cache", False):
		return False
	return not no_cache


def clear_cache(path: str | None = None) -> None:
	"""Forget what was kept of the page at `path`, or of all pages."""
	for key in cache.hkeys("website_page"):
		key = key.decode() if isinstance(key, bytes) else key
		if path is None or json.loads(key)[0] == path.strip("/"):
			cache.hdel("website_page", key)


def page_response(path: str, html: str, status: int, headers: dict[str, str] | None = None) -> Response:
	response = Response(html, status=status, mimetype=_mimetype(path))
	response.headers["X-Page-Name"] = _header_value(path)
	response.headers["X-From-Cache"] = str(bool(local.response.from_cache))
	# A page shows who is logged in: no cache on the way may keep it for somebody else.
	response.headers["Cache-Control"] = "no-store, no-cache, must-revalidate"
	for name, value in (headers or {}).items():
		response.headers[name] = value
	return response


def redirect_response(path: str, location: str | None, status: int) -> Response:
	return page_response(path, "", status, {"Location": _header_value(location or "/")})


def _header_value(text: str) -> str:
	"""Text that an URL gave, as it may stand in a header: ASCII, in one line."""
	return CONTROL.sub("", text).encode("ascii", "xmlcharrefreplace").decode()


def _mimetype(path: str) -> str:
	if "." in path and not path.endswith(".com"):
		return mimetypes.guess_type(path)[0] or "text/html"
	return "text/html"


def _base_template(path: str) -> str | None:
	"""What `base_template_map` says for paths like this one; the longest pattern wins."""
	from minibench.hooks import get_hooks

	known = get_hooks("base_template_map") or {}
	for pattern in sorted(known, key=len, reverse=True):
		if re.match(pattern, path):
			return str(known[pattern][-1])
	return None


def _front_matter(text: str) -> dict[str, Any]:
	"""`key: value` lines. A value that is JSON is read as such, anything else is text."""
	found: dict[str, Any] = {}
	for line in text.splitlines():
		key, colon, value = line.partition(":")
		if not colon or key.lstrip().startswith("#"):
			continue
		value = value.strip()
		try:
			found[key.strip()] = json.loads(value)
		except ValueError:
			found[key.strip()] = value.strip("'\"")
	return found


def _comment(source: str, tag: str) -> str | None:
	match = re.search(f"<!-- {tag}:([^>]*) -->", source)
	return match.group(1).strip() if match else None


def _title(source: str, path: str) -> str:
	title = _comment(source, "title")
	if title:
		return title
	heading = HEADING.search(source)
	if heading and "{{" not in heading.group(1):
		return heading.group(1).strip()[:300]
	last = path.rsplit("/", 1)[-1].split(".", 1)[0]
	return last.replace("_", " ").replace("-", " ").title()
