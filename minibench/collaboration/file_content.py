"""A File's content: read, written under a free name, shared with other Files of the same content, removed."""

from __future__ import annotations

import mimetypes
import os
from typing import TYPE_CHECKING, Any

from minibench.collaboration import file_storage
from minibench.collaboration.file_storage import URL_PREFIXES
from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.translate import _
from minibench.values.calls import call_hook_method, get_hook_method
from minibench.values.numbers import cint
from minibench.values.paths import get_files_path
from minibench.values.urls import get_url

URL_ROOTS = ("/files/", "/private/files/")


def as_bytes(content: bytes | str) -> bytes:
	"""Text as UTF-8."""
	return content.encode() if isinstance(content, str) else content


class FileContent:
	"""The part of the File DocType that knows the disk."""

	if TYPE_CHECKING:
		name: Any
		flags: Any
		file_name: Any
		file_url: Any
		file_size: Any
		is_private: Any
		is_folder: Any
		content_hash: Any
		thumbnail_url: Any
		attached_to_doctype: Any
		attached_to_name: Any
		content: Any
		decode: Any

		_content: Any
		get: Any

		def validate_file_url(self) -> None: ...

	@property
	def is_remote_file(self) -> bool:
		"""Whether the file is elsewhere: another site's URL, or no content at all."""
		if self.file_url:
			return bool(self.file_url.startswith(URL_PREFIXES))
		return not self.content

	# --- content -------------------------------------------------------------------------------------------------------

	def get_content(self) -> Any:
		"""The content, as text where it is valid UTF-8."""
		if self.is_folder:
			throw(_("Cannot get file contents of a Folder"))
		if self.get("content"):
			self._content = self.content
			if self.decode:
				self._content = self.content = file_storage.decode_file_content(self._content)
				self.decode = False
			return self._content
		if self.file_url:
			self.validate_file_url()
		with open(self.get_full_path(), "rb") as file:
			self._content = file.read()
		try:
			self._content = self._content.decode()
		except UnicodeDecodeError:
			pass
		return self._content

	def get_full_path(self) -> str:
		"""The path on disk, or the URL of a file elsewhere."""
		path: str = self.file_url or self.file_name
		site = get_url()
		if "/files/" in path and path.startswith(site):
			path = path.split(site, 1)[1]
		if "/" not in path:
			path = f"/private/files/{path}" if self.is_private else f"/files/{path}"
		if path.startswith(URL_ROOTS):
			path = file_storage.path_of_url(path)
		elif not path.startswith(URL_PREFIXES) and not self.file_url:
			throw(_("There is some problem with the file url: {0}").format(path))
		if not file_storage.is_among_files(path):
			throw(_("Cannot access file path {0}").format(path))
		if os.path.sep in self.file_name:
			throw(_("File name cannot have {0}").format(os.path.sep))
		return path

	def exists_on_disk(self) -> bool:
		return os.path.exists(self.get_full_path())

	def save_file(
		self,
		content: bytes | str | None = None,
		decode: bool = False,
		ignore_existing_file_check: bool = False,
		overwrite: bool = False,
	) -> Any:
		"""Put `content` on disk, or refer to a file there that holds the same already.

		Raises:
			MaxFileSizeReachedError: it is too large.
		"""
		if self.is_remote_file:
			return None
		if not self.flags.new_file:
			self.flags.original_content = self.get_content()
		if content:
			self.content, self.decode = content, decode
			self.get_content()
		if not self._content:
			return None
		self.is_private = cint(self.is_private)
		self._strip_exif()
		self.file_size = file_storage.check_max_file_size(self._content)
		self.content_hash = file_storage.get_content_hash(self._content)
		if not ignore_existing_file_check and (url := self._url_of_same_content()):
			self.file_url = url
			return None
		call_hook_method("before_write_file", file_size=self.file_size)
		if write := get_hook_method("write_file"):
			return write(self)
		return self.save_file_on_filesystem(overwrite)

	def save_file_on_filesystem(self, overwrite: bool = True) -> dict[str, Any]:
		"""Write the content under this file's name, or without `overwrite` under one that is free."""
		while True:
			if not overwrite:
				self.file_name = file_storage.generate_file_name(
					name=self.file_name, suffix=self.content_hash[-6:], is_private=self.is_private
				)
			self.file_url = f"{'/private' if self.is_private else ''}/files/{self.file_name}"
			try:
				file_storage.write(self.get_full_path(), as_bytes(self._content), overwrite)
				break
			except FileExistsError:
				# Another process took the name between the look and the write.
				continue
		return {"file_name": os.path.basename(self.get_full_path()), "file_url": self.file_url}

	def _strip_exif(self) -> None:
		from minibench.access.defaults import get_system_settings

		self.content_type = mimetypes.guess_type(self.file_name)[0]
		if self.content_type == "image/jpeg" and get_system_settings(
			"strip_exif_metadata_from_uploaded_images"
		):
			self._content = file_storage.strip_exif_data(as_bytes(self._content), self.content_type)

	def _url_of_same_content(self) -> str | None:
		from minibench.model.document import get_doc

		filters = {"content_hash": self.content_hash, "is_private": self.is_private}
		name = db.get_value("File", filters)
		same = get_doc("File", name) if name else None
		return same.file_url if same and same.exists_on_disk() else None

	def use_duplicate(self) -> None:
		"""Refer to the file that another File of the same content refers to."""
		from minibench.model.document import get_doc

		if self.flags.ignore_duplicate_entry_error:
			return
		self.generate_content_hash()
		if not self.content_hash:
			return
		filters = {
			"content_hash": self.content_hash,
			"is_private": self.is_private,
			"name": ["!=", self.name],
		}
		if self.attached_to_doctype and self.attached_to_name:
			filters["attached_to_doctype"] = self.attached_to_doctype
			filters["attached_to_name"] = self.attached_to_name
		name = db.get_value("File", filters)
		same = get_doc("File", name) if name else None
		if same and same.exists_on_disk():
			self.file_url = same.file_url

	def generate_content_hash(self) -> None:
		if self.content_hash or not self.file_url or self.is_remote_file:
			return
		path = get_files_path(self.file_url.split("/")[-1], is_private=self.is_private)
		try:
			with open(path, "rb") as file:
				self.content_hash = file_storage.get_content_hash(file.read())
		except OSError:
			throw(_("File {0} does not exist").format(path))

	def _delete_file_on_disk(self) -> None:
		"""Remove the file unless another File refers to the same content."""
		from minibench.data.query import get_all

		others = {"content_hash": self.content_hash, "name": ["!=", self.name]}
		is_last = bool(self.content_hash) and not get_all("File", filters=others, limit=1)
		if method := get_hook_method("delete_file_data_content"):
			method(self, only_thumbnail=not is_last)
			return
		if is_last:
			file_storage.delete_file(self.file_url)
		file_storage.delete_file(self.thumbnail_url)
