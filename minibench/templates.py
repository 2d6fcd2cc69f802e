"""Jinja templates: sandboxed, loaded from the apps, with the names that v15 gives them.

Nothing is escaped automatically, as in v15: templates write `| e` where a value may hold markup.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import (
	BaseLoader,
	BytecodeCache,
	ChoiceLoader,
	DebugUndefined,
	FileSystemLoader,
	PrefixLoader,
	Template,
	TemplateError,
	TemplateNotFound,
	TemplateSyntaxError,
	pass_context,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment

from minibench.collaboration.messages import throw
from minibench.context import local

_MOST_TEXTS = 1000
_PATH_ENDINGS = frozenset(("html", "css", "scss", "py", "md", "json", "js", "xml", "txt"))


class _Compiled(BytecodeCache):
	"""Compiled templates of one set of apps, kept while the process lives: an environment lives as long as a request."""

	def __init__(self, apps: tuple[str, ...]) -> None:
		from minibench.hooks import get_app_path

		folders: dict[str, BaseLoader] = {app: FileSystemLoader(get_app_path(app)) for app in apps}
		self.loader = ChoiceLoader([PrefixLoader(folders), *folders.values()])
		self._files: dict[str, tuple[str, types.CodeType]] = {}
		self._texts: dict[str, types.CodeType] = {}

	def load_bytecode(self, bucket: Bucket) -> None:
		held = self._files.get(bucket.key)
		if held and held[0] == bucket.checksum:
			bucket.code = held[1]

	def dump_bytecode(self, bucket: Bucket) -> None:
		if bucket.code is not None:
			self._files[bucket.key] = (bucket.checksum, bucket.code)

	def text(self, jenv: _Sandbox, source: str) -> Template:
		"""A template from text instead of a file."""
		known = jenv.texts.get(source)
		if known:
			return known
		code = self._texts.get(source)
		if code is None:
			if len(self._texts) >= _MOST_TEXTS:
				self._texts.clear()
			code = self._texts[source] = jenv.compile(source)
		template = jenv.template_class.from_code(jenv, code, jenv.make_globals(None), None)
		jenv.texts[source] = template
		return template


class _Sandbox(SandboxedEnvironment):
	"""Keeps templates off frames, code and tracebacks, besides what Jinja's own sandbox keeps them off."""

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		super().__init__(*args, **kwargs)
		self.texts: dict[str, Template] = {}

	def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
		from minibench.automation.safe_exec import UNSAFE_ATTRIBUTES

		# Jinja has its own safe versions of these two.
		if attr in UNSAFE_ATTRIBUTES and attr not in ("format", "format_map"):
			return False
		return super().is_safe_attribute(obj, attr, value)


def get_jenv() -> _Sandbox:
	"""The environment of this request, for its user and language."""
	if not getattr(local, "jenv", None):
		from minibench.automation.script_globals import get_safe_globals

		compiled = _compiled(_apps())
		jenv = _Sandbox(loader=compiled.loader, undefined=DebugUndefined, bytecode_cache=compiled)
		jenv.globals.update(get_safe_globals())
		methods, filters = get_jinja_hooks()
		jenv.globals.update(methods)
		jenv.filters.update({name: _at_run_time(each) for name, each in (_own_filters() | filters).items()})
		local.jenv = jenv
	return local.jenv  # type: ignore[no-any-return]


def _apps() -> tuple[str, ...]:
	from minibench.hooks import get_hooks, get_installed_apps

	apps = get_hooks("template_apps") or list(reversed(local.flags.web_pages_apps or get_installed_apps()))
	return tuple(dict.fromkeys([*apps, "frappe"]))


@functools.lru_cache(maxsize=16)
def _compiled(apps: tuple[str, ...]) -> _Compiled:
	return _Compiled(apps)


def _at_run_time(function: Callable[..., Any]) -> Callable[..., Any]:
	"""A filter that the compiler does not apply to constants: its result may differ by site, user or language."""

	@pass_context
	def run(_context: Any, *args: Any, **kwargs: Any) -> Any:
		return function(*args, **kwargs)

	return run


@functools.lru_cache(maxsize=1)
def _own_filters() -> dict[str, Any]:
	from minibench.values.jsonio import as_json
	from minibench.values.numbers import cint, flt
	from minibench.values.text import cstr

	return {"json": as_json, "len": len, "int": cint, "str": cstr, "flt": flt}


def get_jloader() -> BaseLoader:
	"""Finds `app/templates/x.html` in that app, and `templates/x.html` in the app installed last that has it."""
	return _compiled(_apps()).loader


def get_jinja_hooks() -> tuple[dict[str, Any], dict[str, Any]]:
	"""Functions and filters that the apps' hooks `jinja` add, by name; a module adds all its functions."""
	from minibench.hooks import get_hooks

	if not getattr(local, "site", None):
		return {}, {}
	hooks = get_hooks("jinja") or {}
	return _functions(tuple(hooks.get("methods", ()))), _functions(tuple(hooks.get("filters", ())))


def _functions(paths: Iterable[str]) -> dict[str, Any]:
	from minibench.hooks import get_attr, get_module

	found: dict[str, Any] = {}
	for path in paths:
		try:
			named: Any = get_module(path)
		except ModuleNotFoundError:
			named = get_attr(path)
		if inspect.ismodule(named):
			found.update(inspect.getmembers(named, inspect.isfunction))
		elif inspect.isfunction(named):
			found[named.__name__] = named
	return found


def get_template(path: str) -> Template:
	"""The template at `path`.

	Raises:
		jinja2.TemplateNotFound: no app has it.
	"""
	return get_jenv().get_template(path)


def get_email_from_template(name: str, args: dict[str, Any] | None) -> tuple[str, str | None]:
	"""HTML and, where there is a template for it, plain text of templates/emails/<name>."""
	args = args or {}
	message = get_template(f"templates/emails/{name}.html").render(args)
	try:
		return message, get_template(f"templates/emails/{name}.txt").render(args)
	except TemplateNotFound:
		return message, None


def validate_template(html: str | None) -> None:
	"""Raise ValidationError where `html` is no valid template."""
	if not html:
		return
	try:
		get_jenv().from_string(html)
	except TemplateSyntaxError as error:
		throw(f"Syntax error in template as line {error.lineno}: {error.message}")


def render_template(
	template: str | None,
	context: dict[str, Any] | None = None,
	is_path: bool | None = None,
	safe_render: bool = True,
) -> str:
	"""Render a template given by its path or as text (which it is where it does not look like a path).

	Raises:
		ValidationError: the text fails to render, or with `safe_render` reaches for dunder names.
	"""
	from minibench.errors_log import get_traceback
	from minibench.translate import _

	if not template:
		return ""
	if is_path or guess_is_path(template):
		return get_jenv().get_template(template).render(context or {})
	if safe_render and ".__" in template:
		throw(_("Illegal template"))
	try:
		return _compiled(_apps()).text(get_jenv(), template).render(context or {})
	except TemplateError:
		throw(title="Jinja Template Error", msg=f"<pre>{template}</pre><pre>{get_traceback()}</pre>")


def guess_is_path(template: str) -> bool:
	"""Whether it is one line that ends like a file's name."""
	return "\n" not in template and "." in template and template.rsplit(".")[-1] in _PATH_ENDINGS
