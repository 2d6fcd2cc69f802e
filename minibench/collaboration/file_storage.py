"""The site's files on disk: names that collide with none, hashes, safe paths, removal."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import conf
from minibench.errors import ValidationError
from minibench.values.numbers import cint
from minibench.values.paths import get_files_path, get_site_path
from minibench.values.text import cstr, generate_hash

URL_PREFIXES = ("http://", "https://")
MEGABYTE = 1024 * 1024


class MaxFileSizeReachedError(ValidationError):
	pass


class FolderNotEmpty(ValidationError):
	pass


class FileTypeNotAllowed(ValidationError):
	pass


def get_max_file_size() -> int:
	"""The largest file that the site takes, in bytes."""
	from minibench.access.defaults import get_system_settings

	return (
		cint(get_system_settings("max_file_size")) * MEGABYTE
		or cint(conf.get("max_file_size"))
		or 25 * MEGABYTE
	)


def check_max_file_size(content: bytes | str) -> int:
	"""The size of `content`.

	Raises:
		MaxFileSizeReachedError: it is larger than the site allows.
	"""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.translate import _

	limit, size = get_max_file_size(), len(content)
	if size > limit:
		message = _("File size exceeded the maximum allowed size of {0} MB").format(limit / MEGABYTE)
		if has_permission("System Settings", "write"):
			message += ".<br>" + _("You can increase the limit from System Settings.")
		throw(message, exc=MaxFileSizeReachedError)
	return size


def get_content_hash(content: bytes | str) -> str:
	"""By which equal files are known; MD5, as v15 keeps it."""
	data = content.encode() if isinstance(content, str) else content
	return hashlib.md5(data, usedforsecurity=False).hexdigest()


def safe_b64decode(binary: bytes) -> bytes:
	"""Decode base64 whose padding may be missing."""
	return base64.b64decode(binary + b"===")


def decode_file_content(content: bytes | str) -> bytes:
	"""The content of a data URL, or of base64 alone."""
	data = content.encode() if isinstance(content, str) else content
	return safe_b64decode(data.split(b",")[1] if b"," in data else data)


def get_file_name(fname: str, optional_suffix: str | None = None) -> str:
	"""`fname` with a suffix before its extension, a random one unless given."""
	stem, extension = os.path.splitext(cstr(fname))
	return f"{stem}{optional_suffix or generate_hash(length=6)}{extension}"


def generate_file_name(name: str, suffix: str | None = None, is_private: Any = False) -> str:
	"""`name`, or if that is taken, `name` with `suffix`, or with a random one if that is taken too."""
	candidate = name
	while os.path.exists(get_files_path(candidate, is_private=is_private)):
		candidate, suffix = get_file_name(name, suffix), None
	return candidate


def is_safe_path(path: str) -> bool:
	"""Whether it is a URL, or lies inside the site's folder."""
	return path.startswith(URL_PREFIXES) or _is_inside(path, get_site_path())


def is_among_files(path: str) -> bool:
	"""Whether it is a URL, or lies in one of the folders of files.

	v15 asks for the site's folder only: there, a File of /files/../../site_config.json reads the site's secrets.
	"""
	if path.startswith(URL_PREFIXES):
		return True
	return any(_is_inside(path, get_files_path(is_private=private)) for private in (False, True))


def _is_inside(path: str, folder: str) -> bool:
	base = os.path.abspath(folder)
	return os.path.commonpath((base, os.path.abspath(path))) == base


def write(path: str, content: bytes, overwrite: bool = False) -> None:
	"""Write a file and have the disk keep it before anything refers to it.

	Raises:
		FileExistsError: it is there already and not to be overwritten.
	"""
	Path(path).parent.mkdir(parents=True, exist_ok=True)
	with open(path, "wb" if overwrite else "xb") as file:
		file.write(content)
		file.flush()
		os.fsync(file.fileno())


def delete_file(path: str | None) -> None:
	"""Remove the file of a URL such as /files/x or /private/files/x; does nothing where it is gone."""
	if not path:
		return
	if ".." in path.split("/"):
		from minibench.translate import _

		throw(_("It is risky to delete this file: {0}. Please contact your System Manager.").format(path))
	folder, name = os.path.split(path.strip("/"))
	Path(get_files_path(name, is_private=folder != "files")).unlink(missing_ok=True)


def get_file_path(file_name: str) -> str | None:
	"""The path on disk of a File given by its name, its file name or its URL; None for a path that climbs."""
	from minibench.data.query import get_all

	if "../" in file_name:
		return None
	found = get_all("File", or_filters={"name": file_name, "file_name": file_name}, pluck="file_url", limit=1)
	url = found[0] if found else file_name
	return path_of_url(url if "/" in url else f"/files/{url}")


def path_of_url(url: str) -> str:
	"""The path on disk of a URL below /files/ or /private/files/.

	Raises:
		ValidationError: it is below neither.
	"""
	for prefix, is_private in (("/private/files/", True), ("/files/", False)):
		if url.startswith(prefix):
			return get_files_path(*url.split(prefix, 1)[1].split("/"), is_private=is_private)
	from minibench.translate import _

	throw(_("There is some problem with the file url: {0}").format(url))


def strip_exif_data(content: bytes, content_type: str = "image/jpeg") -> bytes:
	"""The same picture without what the camera noted: place, time, owner."""
	from io import BytesIO

	from PIL import Image, ImageOps

	image: Any = Image.open(BytesIO(content))
	# The note about how the camera was held is carried out before it is dropped.
	image = ImageOps.exif_transpose(image)
	if image.mode in ("RGBA", "P"):
		image = image.convert("RGB")
	out = BytesIO()
	image.save(out, format=content_type.split("/")[1], quality=90)
	return out.getvalue()
