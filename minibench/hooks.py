"""Apps, their modules and their hooks: which apps a site has, where their files are, what each asks to be called.

Two apps live inside this package: "frappe" is `minibench` itself, "erpnext" is `minibench.erp`. Every other app is a
package of its own, as in a bench.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from minibench.context import Dict, db, flags, local
from minibench.epoch import remember
from minibench.errors import AppNotInstalledError, DoesNotExistError

_KEEP_DEFAULT_LIST = "_KEEP_DEFAULT_LIST"
_EMBEDDED = {"frappe": "minibench", "erpnext": "minibench.erp"}
_HOOKS_MODULE = {"frappe": "minibench.app_hooks"}


# --- names -------------------------------------------------------------------------------------------------------


def scrub(text: str) -> str:
	"""`Sales Order` -> `sales_order`."""
	return str(text).replace(" ", "_").replace("-", "_").lower()


def unscrub(text: str) -> str:
	"""`sales_order` -> `Sales Order`."""
	return text.replace("_", " ").replace("-", " ").title()


def get_module(modulename: str) -> types.ModuleType:
	return importlib.import_module(modulename)


def package_of(app: str) -> str:
	"""The Python package in which an app's code is."""
	return _EMBEDDED.get(app, scrub(app))


def get_attr(method_string: str) -> Any:
	"""The function or class that a dotted name stands for.

	Raises:
		AppNotInstalledError: its app is not installed on this site.
	"""
	modulename, _, name = method_string.rpartition(".")
	app = modulename.partition(".")[0]
	if (
		not flags.in_uninstall
		and not flags.in_install
		and app not in ("minibench", "frappe")
		and app not in get_installed_apps()
	):
		from minibench.collaboration.messages import throw
		from minibench.translate import _ as translated

		throw(translated("App {0} is not installed").format(app), AppNotInstalledError)
	return getattr(get_module(modulename), name)


def call(fn: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
	"""Call a function with as many of the keyword arguments as it takes."""
	function = get_attr(fn) if isinstance(fn, str) else fn
	return function(*args, **get_newargs(function, kwargs))


def get_newargs(fn: Callable[..., Any], kwargs: dict[str, Any]) -> dict[str, Any]:
	"""Those of `kwargs` that `fn` takes; never `ignore_permissions` and `flags`, which a caller could smuggle in."""
	parameters = inspect.signature(fn).parameters
	takes_all = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values())
	return {
		key: value
		for key, value in kwargs.items()
		if (takes_all or key in parameters) and key not in ("ignore_permissions", "flags")
	}


# --- files and folders -------------------------------------------------------------------------------------------


def get_pymodule_path(modulename: str, *joins: str) -> str:
	"""A path below the folder of a Python module. Names are scrubbed, unless they lead to public files."""
	module = get_module(_dotted(modulename))
	parts = joins if "public" in joins else [scrub(part) for part in joins]
	return str(Path(module.__file__ or "").parent.joinpath(*parts).resolve())


def _dotted(modulename: str) -> str:
	app, _, rest = modulename.partition(".")
	package = package_of(app)
	return f"{package}.{scrub(rest)}" if rest else package


def get_app_path(app_name: str, *joins: str) -> str:
	return get_pymodule_path(app_name, *joins)


def get_app_source_path(app_name: str, *joins: str) -> str:
	return get_app_path(app_name, "..", *joins)


def get_module_path(module: str, *joins: str) -> str:
	"""The folder of an app's module, or a path below it. The embedded apps keep no folder for each module."""
	app = get_module_app(module)
	if app in _EMBEDDED:
		return get_app_path(app, *joins)
	return get_pymodule_path(f"{app}.{scrub(module)}", *joins)


def read_file(path: str | bytes, raise_not_found: bool = False) -> str | None:
	file = Path(path.decode() if isinstance(path, bytes) else path)
	if file.exists():
		return file.read_text()
	if raise_not_found:
		raise OSError(f"{file} Not Found")
	return None


def get_file_items(path: str, raise_not_found: bool = False, ignore_empty_lines: bool = True) -> list[str]:
	"""The lines of a text file, without blanks and comments."""
	content = (read_file(path, raise_not_found) or "").strip()
	return [
		line.strip()
		for line in content.splitlines()
		if not ignore_empty_lines or (line.strip() and not line.startswith("#"))
	]


def get_file_json(path: str) -> Any:
	return json.loads(Path(path).read_text())


# --- apps and modules --------------------------------------------------------------------------------------------


def get_all_apps(with_internal_apps: bool = True, sites_path: str | None = None) -> list[str]:
	"""The apps that sites/apps.txt names, the framework first."""
	apps = get_file_items(str(Path(sites_path or local.sites_path) / "apps.txt"))
	return ["frappe", *(app for app in apps if app != "frappe")]


def get_installed_apps(*, _ensure_on_bench: bool = False) -> list[str]:
	"""The apps of the current site, in the order of their installation."""
	apps: list[str] = remember("installed_apps", lambda: json.loads(db.get_global("installed_apps") or "[]"))
	if _ensure_on_bench:
		return [app for app in apps if importlib.util.find_spec(package_of(app)) is not None]
	return list(apps)


def get_module_list(app_name: str) -> list[str]:
	"""The modules that an app's modules.txt names."""
	return get_file_items(get_app_path(app_name, "modules.txt"))


def app_modules() -> dict[str, list[str]]:
	"""app -> its modules, scrubbed; of the installed apps and of one that is being installed."""
	return remember(("app_modules", flags.in_install), _read_app_modules)


def _read_app_modules() -> dict[str, list[str]]:
	apps = ["frappe", *(app for app in get_installed_apps() if app != "frappe")]
	if flags.in_install and flags.in_install not in apps:
		apps.append(flags.in_install)
	return {app: [scrub(module) for module in get_module_list(app)] for app in apps}


def module_app() -> dict[str, str]:
	"""scrubbed module -> its app."""
	return remember(
		("module_app", flags.in_install),
		lambda: {module: app for app, modules in app_modules().items() for module in modules},
	)


def get_module_app(module: str) -> str:
	"""The app that a module belongs to.

	Raises:
		DoesNotExistError: no installed app has the module.
	"""
	app = module_app().get(scrub(module))
	if app is None:
		from minibench.collaboration.messages import throw
		from minibench.translate import _ as translated

		throw(translated("Module {} not found").format(module), exc=DoesNotExistError)
	return str(app)


# --- hooks -------------------------------------------------------------------------------------------------------


def get_hooks(hook: str | None = None, default: Any = _KEEP_DEFAULT_LIST, app_name: str | None = None) -> Any:
	"""What the apps' hooks.py say: all of it, or under one name, of all installed apps or of one.

	Values of several apps are collected: lists are joined, dicts are merged key by key into lists.
	"""
	key = app_name or ""
	hooks = remember(
		("hooks", key), lambda: _load_app_hooks([app_name] if app_name else get_installed_apps())
	)
	if hook is None:
		return Dict(hooks)
	return hooks.get(hook, [] if default == _KEEP_DEFAULT_LIST else default)


def _load_app_hooks(apps: Iterable[str]) -> dict[str, Any]:
	collected: dict[str, Any] = {}
	for app in apps:
		module = get_module(_HOOKS_MODULE.get(app, f"{package_of(app)}.hooks"))
		for key, value in inspect.getmembers(module):
			if not key.startswith("_") and not isinstance(
				value, types.ModuleType | types.FunctionType | type
			):
				append_hook(collected, key, value)
	return collected


def append_hook(target: dict[Any, Any], key: Any, value: Any) -> None:
	"""Add one app's value of a hook to what others said."""
	if isinstance(value, dict):
		inner = target.setdefault(key, {})
		for name, each in value.items():
			append_hook(inner, name, each)
	else:
		target.setdefault(key, []).extend(value if isinstance(value, list) else [value])


def get_doc_hooks() -> dict[str, dict[str, list[str]]]:
	"""doctype -> method -> dotted names, from `doc_events`; a tuple of DocTypes counts for each."""
	return remember("doc_events", _expand_doc_events)


def _expand_doc_events() -> dict[str, dict[str, list[str]]]:
	expanded: dict[str, Any] = {}
	for key, events in get_hooks("doc_events", {}).items():
		for doctype in key if isinstance(key, tuple) else (key,):
			append_hook(expanded, doctype, events)
	return expanded


def doc_event_handlers(doctype: str, method: str) -> tuple[Callable[..., Any], ...]:
	"""The functions that hooks want called after a document's method: those for its DocType, then those for all."""
	return remember(("doc_event", doctype, method), lambda: _resolve_handlers(doctype, method))


def _resolve_handlers(doctype: str, method: str) -> tuple[Callable[..., Any], ...]:
	events = get_doc_hooks()
	named = [*events.get(doctype, {}).get(method, []), *events.get("*", {}).get(method, [])]
	return tuple(get_attr(handler) for handler in named)
