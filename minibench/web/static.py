"""Files that anybody may have: `/assets/<app>/...` from the apps' public folders, `/files/...` from the site's."""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.security import safe_join
from werkzeug.utils import send_file

MINIBENCH = Path(__file__).resolve().parent.parent
OWN_PUBLIC = {"frappe": MINIBENCH / "public", "erpnext": MINIBENCH / "erp" / "public"}

HASHED_NAME = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.(?:js|css|woff2?|svg|png|jpe?g|webp|map)\Z")
ONE_YEAR = 365 * 24 * 60 * 60

# Opened in the page's own origin, these would run scripts: a browser must save them instead.
SCRIPTABLE = (".svg", ".html", ".htm", ".xml", ".xhtml", ".xht")


def serve(sites: Any, request: Any) -> Any:
	"""The file that the request's path names.

	Raises:
		NotFound: there is none, or the path leads out of its folder.
	"""
	if request.method not in ("GET", "HEAD"):
		raise MethodNotAllowed(["GET", "HEAD"])
	_, root, rest = request.path.split("/", 2)
	if root == "assets":
		app, _, path = rest.partition("/")
		return _send(public_folder(app), path, request, is_asset=True)
	folder = sites.path / sites.find(request) / "public" / "files"
	return _send(folder, rest, request, is_asset=False)


@lru_cache(maxsize=64)
def public_folder(app: str) -> Path:
	"""Where the app keeps what browsers may load."""
	if app in OWN_PUBLIC:
		return OWN_PUBLIC[app]
	if not app.isidentifier():
		raise NotFound
	spec = importlib.util.find_spec(app)
	locations = list(spec.submodule_search_locations or []) if spec else []
	if not locations or not (Path(locations[0]) / "hooks.py").is_file():
		raise NotFound
	return Path(locations[0]) / "public"


def _send(folder: Path, path: str, request: Any, is_asset: bool) -> Any:
	joined = safe_join(str(folder), unquote(path) if is_asset else path)
	file = Path(joined) if joined else None
	if file is None or "\0" in path or not file.is_file() or not _stays_inside(folder, file):
		raise NotFound
	dangerous = not is_asset and file.suffix.lower() in SCRIPTABLE
	response = send_file(file, request.environ, as_attachment=dangerous, conditional=True, etag=True)
	if is_asset and (HASHED_NAME.search(file.name) or request.args.get("v")):
		response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
	else:
		# Asked for again each time, but sent only when it has changed.
		response.headers["Cache-Control"] = "public, no-cache"
	return response


def _stays_inside(folder: Path, file: Path) -> bool:
	return file.resolve().is_relative_to(folder.resolve())
