"""Functions that every template may call (`frappe.utils.jinja_globals`)."""

from __future__ import annotations

from typing import Any

_RIGHT_TO_LEFT = ("ar", "he", "fa", "ps")


def resolve_class(*classes: Any) -> Any:
	"""Class names out of strings, lists of such and dicts of {name: whether}."""
	given: Any = classes[0] if len(classes) == 1 else classes
	if given is None or given is False:
		return ""
	if isinstance(given, list | tuple):
		return " ".join(resolve_class(each) for each in given).strip()
	if isinstance(given, dict):
		return " ".join(name for name, wanted in given.items() if wanted).strip()
	return given


def inspect(var: Any, render: bool = True) -> str:
	"""A value pretty-printed, for whoever writes a template."""
	from minibench.templates import get_jenv

	return get_jenv().from_string("<pre>{{ var | pprint | e }}</pre>").render(var=var) if render else ""


def web_block(template: str, values: Any = None, **kwargs: Any) -> str:
	"""Web Templates belong to the website builder, which is not here."""
	from minibench.errors import NotInMinibench

	raise NotInMinibench("web_block")


def web_blocks(blocks: Any) -> str:
	"""See web_block()."""
	from minibench.errors import NotInMinibench

	raise NotInMinibench("web_blocks")


def get_dom_id(seed: Any = None) -> str:
	"""A random id for an element."""
	from minibench.values.text import generate_hash

	return "id-" + generate_hash()


def include_script(path: str, preload: bool = True) -> str:
	"""A <script> of an asset."""
	return f'<script type="text/javascript" src="{bundled_asset(path)}"></script>'


def include_style(path: str, rtl: bool | None = None, preload: bool = True) -> str:
	"""A <link> to an asset's styles."""
	return f'<link type="text/css" rel="stylesheet" href="{bundled_asset(path)}">'


def bundled_asset(path: str, rtl: bool | None = None) -> str:
	"""The URL of an asset; of a bundle, the file that the build made of it."""
	from minibench.values.assets import get_assets_json
	from minibench.values.urls import abs_url

	if ".bundle." in path and not path.startswith("/assets"):
		if path.endswith(".css") and is_rtl(rtl):
			path = f"rtl_{path}"
		path = get_assets_json().get(path) or path
	return abs_url(path) or ""


def is_rtl(rtl: bool | None = None) -> bool:
	"""Whether the session's language is written from right to left."""
	from minibench.context import local

	return local.lang in _RIGHT_TO_LEFT if rtl is None else rtl


def get_visible_columns(data: Any, table_meta: Any, df: Any) -> Any:
	"""The columns of a printed child table."""
	from minibench.printing.layout import get_visible_columns

	return get_visible_columns(data, table_meta, df)
