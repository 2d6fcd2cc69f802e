"""File: a file on the site's disk, a link to one elsewhere, or a folder."""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
from typing import Any
from urllib.parse import quote, unquote, urlencode

from minibench.collaboration import file_storage
from minibench.collaboration.file_content import URL_ROOTS, FileContent, as_bytes
from minibench.collaboration.file_storage import URL_PREFIXES, FileTypeNotAllowed, FolderNotEmpty
from minibench.collaboration.messages import clear_messages, throw
from minibench.context import db, local
from minibench.errors import (
	AttachmentLimitReached,
	DoesNotExistError,
	MandatoryError,
	NotInMinibench,
	ValidationError,
)
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.values.paths import get_files_path
from minibench.values.text import bold, generate_hash, safe_encode
from minibench.values.urls import get_url

exclude_from_linked_with = True

_NOT_IN_A_FIELDNAME = re.compile(r"[\W]", flags=re.UNICODE)


class File(FileContent, Document):
	no_feed_on_delete = True

	file_name: Any
	file_url: Any
	file_type: Any
	file_size: Any
	folder: Any
	is_private: Any
	is_folder: Any
	is_home_folder: Any
	is_attachments_folder: Any
	content_hash: Any
	thumbnail_url: Any
	attached_to_doctype: Any
	attached_to_name: Any
	attached_to_field: Any

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		super().__init__(*args, **kwargs)
		# `content` is what a new file is to hold; with `decode` it comes as base64 or as a data URL.
		self.content = self.get("content") or b""
		self.decode = self.get("decode", default=False)

	# --- life ----------------------------------------------------------------------------------------------------------

	def autoname(self) -> None:
		if self.is_folder:
			self.name = self.get_name_based_on_parent_folder() if self.folder else self.file_name
		else:
			self.name = generate_hash(length=10)

	def before_insert(self) -> None:
		self.set_folder_name()
		if self.file_url:
			self.is_private = cint(self.file_url.startswith("/private"))
		self.set_file_name()
		self.validate_attachment_limit()
		self.set_file_type()
		self.validate_file_extension()
		if self.is_folder:
			return
		if self.is_remote_file:
			self.make_own_url_local()
		else:
			self.flags.new_file = True
			self.save_file(content=self.get_content())
			db.after_rollback.add(self.on_rollback)
		self.use_duplicate()

	def after_insert(self) -> None:
		if not self.is_folder:
			self.create_attachment_record()

	def validate(self) -> None:
		if self.is_folder:
			return
		self.file_url = unquote(self.file_url) if self.file_url else ""
		self.validate_attachment_references()
		if not self.is_new() and self.has_value_changed("is_private"):
			self.handle_is_private_changed()
		self.validate_file_path()
		self.validate_file_url()
		self.validate_file_on_disk()
		self.file_size = local.form_dict.file_size or self.file_size

	def after_rename(self, *_args: Any, **_kwargs: Any) -> None:
		from minibench.collaboration.folders import setup_folder_path

		for successor in self.get_successors():
			setup_folder_path(successor, self.name)

	def on_trash(self) -> None:
		if self.is_home_folder or self.is_attachments_folder:
			throw(_("Cannot delete Home and Attachments folders"))
		if self.is_folder and self.get_successors():
			throw(_("Folder {0} is not empty").format(self.name), FolderNotEmpty)
		self._delete_file_on_disk()
		if not self.is_folder:
			self.add_comment_in_reference_doc("Attachment Removed", _("Removed {0}").format(self.file_name))

	def on_rollback(self) -> None:
		"""Undo on disk what the rolled back transaction did there."""
		if self.flags.pop("new_file", None):
			self._delete_file_on_disk()
		elif self.flags.original_content is not None:
			file_storage.write(self.get_full_path(), as_bytes(self.flags.original_content), overwrite=True)
		elif moved := self.flags.original_path:
			shutil.move(moved["new"], moved["old"])
			if not db.exists("File", {"content_hash": self.content_hash}):
				# The file itself was made in the transaction that is undone.
				os.remove(moved["old"])
		self.flags.pop("original_content", None)
		self.flags.pop("original_path", None)

	# --- what is checked -----------------------------------------------------------------------------------------------

	def validate_attachment_references(self) -> None:
		if not self.attached_to_doctype:
			return
		if not self.attached_to_name or not isinstance(self.attached_to_name, str | int):
			throw(_("Attached To Name must be a string or an integer"), ValidationError)
		if self.attached_to_field and _NOT_IN_A_FIELDNAME.search(self.attached_to_field):
			throw(_("The fieldname you've specified in Attached To Field is invalid"))

	def validate_file_path(self) -> None:
		if self.is_remote_file:
			return
		folder = os.path.realpath(get_files_path(is_private=self.is_private))
		if not os.path.realpath(self.get_full_path()).startswith(folder):
			throw(_("The File URL you've entered is incorrect"), title=_("Invalid File URL"))

	def validate_file_url(self) -> None:
		if not self.is_remote_file and self.file_url and not self.file_url.startswith(URL_ROOTS):
			throw(_("URL must start with http:// or https://"), title=_("Invalid URL"))

	def validate_file_on_disk(self) -> None:
		path = self.get_full_path()
		if not path.startswith(URL_PREFIXES) and not os.path.exists(path):
			throw(_("File {0} does not exist").format(self.file_url), OSError)

	def validate_attachment_limit(self) -> None:
		from minibench.model.meta import get_meta

		if not (self.attached_to_doctype and self.attached_to_name):
			return
		limit = cint(get_meta(self.attached_to_doctype).max_attachments)
		filters = {
			"attached_to_doctype": self.attached_to_doctype,
			"attached_to_name": self.attached_to_name,
		}
		if limit and db.count("File", filters) >= limit:
			throw(
				_("Maximum Attachment Limit of {0} has been reached for {1} {2}.").format(
					bold(limit), self.attached_to_doctype, self.attached_to_name
				),
				exc=AttachmentLimitReached,
				title=_("Attachment Limit Reached"),
			)

	def validate_file_extension(self) -> None:
		"""Only uploads are checked, not what code makes."""
		from minibench.access.defaults import get_system_settings

		allowed = get_system_settings("allowed_file_extensions") if self.file_type and local.request else None
		if allowed and self.file_type not in allowed.splitlines():
			throw(_("File type of {0} is not allowed").format(self.file_type), exc=FileTypeNotAllowed)

	# --- names, folders ------------------------------------------------------------------------------------------------

	def get_name_based_on_parent_folder(self) -> str | None:
		return os.path.join(self.folder, self.file_name) if self.folder else None

	def get_successors(self) -> list[str]:
		from minibench.data.query import get_all

		return list(get_all("File", filters={"folder": self.name}, pluck="name"))

	def set_folder_name(self) -> None:
		"""Attachments go to the attachments' folder, anything else to Home, unless told otherwise."""
		if self.folder:
			return
		if self.attached_to_doctype:
			self.folder = db.get_value("File", {"is_attachments_folder": 1})
		elif not self.is_home_folder:
			self.folder = "Home"

	def set_file_name(self) -> None:
		if not self.file_name and not self.file_url:
			throw(_("Fields `file_name` or `file_url` must be set for File"), exc=MandatoryError)
		if self.file_name:
			self.file_name = self.file_name.replace("/", "")
		else:
			self.file_name = self.file_url.split("/")[-1]

	def set_file_type(self) -> None:
		guess = None if self.is_folder else mimetypes.guess_type(self.file_name)[0]
		if guess:
			extension = mimetypes.guess_extension(guess)
			self.file_type = extension.lstrip(".").upper() if extension else None

	def get_extension(self) -> tuple[str, str]:
		return os.path.splitext(self.file_name)

	def make_own_url_local(self) -> None:
		site = get_url()
		if self.file_url and "/files/" in self.file_url and self.file_url.startswith(site):
			self.file_url = self.file_url.split(site, 1)[1]

	@property
	def unique_url(self) -> str:
		"""The URL; for a private file with its name, which quickens the check of permissions."""
		return f"{self.file_url}?{urlencode({'fid': self.name})}" if self.is_private else str(self.file_url)

	# --- private or public ---------------------------------------------------------------------------------------------

	def handle_is_private_changed(self) -> None:
		"""Move the file to where it belongs now, and take along every File that refers to it."""
		if self.is_remote_file:
			return
		old_url, name = self.file_url, self.file_url.split("/")[-1]
		is_private = bool(cint(self.is_private))
		new_url = f"{'/private' if is_private else ''}/files/{name}"
		if new_url == old_url:
			return
		source, target = (get_files_path(name, is_private=where) for where in (not is_private, is_private))
		if not os.path.exists(source):
			throw(_("Cannot find file {} on disk").format(source), exc=FileNotFoundError)
		if os.path.exists(target):
			throw(_("A file with same name {} already exists").format(target), exc=FileExistsError)
		shutil.move(source, target)
		self.flags.original_path = {"old": source, "new": target}
		db.after_rollback.add(self.on_rollback)
		self.file_url = new_url
		same = {"content_hash": self.content_hash, "name": ["!=", self.name]}
		db.set_value(
			"File", same, {"file_url": new_url, "is_private": self.is_private}, update_modified=False
		)
		if self.attached_to_doctype and self.attached_to_name and self._find_field(old_url):
			db.set_value(self.attached_to_doctype, self.attached_to_name, self.attached_to_field, new_url)

	def _find_field(self, url: str) -> bool:
		from minibench.model.document import get_doc

		if not self.attached_to_field:
			held = get_doc(self.attached_to_doctype, self.attached_to_name).as_dict()
			self.attached_to_field = next((key for key, value in held.items() if value == url), None)
		return bool(self.attached_to_field)

	# --- the document it is attached to --------------------------------------------------------------------------------

	def is_downloadable(self) -> bool:
		from minibench.collaboration.file_permissions import has_permission

		return has_permission(self, "read")

	def create_attachment_record(self) -> None:
		lock = ' <i class="fa fa-lock text-warning"></i>' if self.is_private else ""
		url = quote(safe_encode(self.file_url), safe="/:") if self.file_url else self.file_name
		link = f"<a href='{url}' target='_blank'>{self.file_name or self.file_url}</a>{lock}"
		self.add_comment_in_reference_doc("Attachment", _("Added {0}").format(link))

	def add_comment_in_reference_doc(self, comment_type: str, text: str) -> None:
		from minibench.model.document import get_doc

		if not (self.attached_to_doctype and self.attached_to_name):
			return
		try:
			get_doc(self.attached_to_doctype, self.attached_to_name).add_comment(comment_type, text)
		except DoesNotExistError:
			clear_messages()

	# --- not supported -------------------------------------------------------------------------------------------------

	def make_thumbnail(self, *_args: Any, **_kwargs: Any) -> None:
		raise NotInMinibench("File.make_thumbnail")

	def unzip(self) -> None:
		raise NotInMinibench("File.unzip")

	def optimize_file(self) -> None:
		raise NotInMinibench("File.optimize_file")

	@staticmethod
	def zip_files(_files: Any) -> None:
		raise NotInMinibench("File.zip_files")


def on_doctype_update() -> None:
	db.add_index("File", ["attached_to_doctype", "attached_to_name"])
