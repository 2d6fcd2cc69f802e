"""The pictures of a PDF, brought along inside the page: the site's files and assets, nothing from elsewhere."""

from __future__ import annotations

import base64
import mimetypes
import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

from minibench.collaboration.file_storage import is_safe_path, path_of_url

_NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_LARGEST = 20 * 1024 * 1024


def embedded(src: str) -> str | None:
	"""`src` as a data URL; None where it is no picture that this print may show.

	Public files and apps' assets are for all, a private file only for who may read it. Addresses of other sites and
	file:// are not followed.
	"""
	if src.startswith("data:"):
		return src if src.startswith("data:image/") else None
	if not _is_own(src):
		return None
	parts = urlparse(src)
	url = unquote(parts.path)
	kind = mimetypes.guess_type(url)[0] or ""
	if not kind.startswith("image/"):
		return None
	fids: list[str | None] = [*parse_qs(parts.query).get("fid", []), None]
	content = _content(url, fids[0])
	if not content or len(content) > _LARGEST or (kind == "image/svg+xml" and not _is_harmless_svg(content)):
		return None
	return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def nothing(_uri: str, _relative: Any = None) -> str:
	"""xhtml2pdf's link callback: whatever was not embedded beforehand is an empty picture."""
	return _uri if _uri.startswith("data:image/") else _NOTHING


def _is_own(src: str) -> bool:
	"""Whether it is a path, or an address on this site."""
	from minibench.values.urls import get_url

	parts = urlparse(src)
	if not parts.scheme and not parts.netloc:
		return src.startswith("/")
	return parts.scheme in ("http", "https") and parts.netloc == urlparse(get_url()).netloc


def _content(url: str, fid: str | None) -> bytes | None:
	if url.startswith("/assets/"):
		path = _asset(url)
	elif url.startswith("/files/") or (url.startswith("/private/files/") and _may_read(url, fid)):
		path = path_of_url(url)
		path = path if is_safe_path(path) else None
	else:
		return None
	if not path or not os.path.isfile(path):
		return None
	with open(path, "rb") as file:
		return file.read()


def _asset(url: str) -> str | None:
	from minibench.hooks import get_app_path, get_installed_apps

	app, _slash, rest = url.removeprefix("/assets/").partition("/")
	if app not in get_installed_apps():
		return None
	folder = os.path.realpath(os.path.join(get_app_path(app), "public"))
	path = os.path.realpath(os.path.join(folder, rest))
	return path if os.path.commonpath((folder, path)) == folder else None


def _may_read(url: str, fid: str | None) -> bool:
	from minibench.web.files import find_file_by_url

	return bool(find_file_by_url(url, fid))


def _is_harmless_svg(content: bytes) -> bool:
	"""Whether the drawing refers to nothing outside itself: whoever draws it would reach for it on our disk."""
	from lxml import etree

	try:
		root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
	except etree.XMLSyntaxError:
		return False
	for element in root.iter():
		for name, value in element.attrib.items():
			if etree.QName(name).localname == "href" and not value.startswith(("#", "data:image/")):
				return False
			if "url(" in value.replace(" ", "").lower() and "url(#" not in value.replace(" ", "").lower():
				return False
	return True
