"""Files of documents: saved, attached, taken out of rich text, removed."""

from __future__ import annotations

import json
import re
from binascii import Error as BinasciiError
from typing import Any

from minibench.collaboration import file_storage
from minibench.context import db, flags, local
from minibench.errors import DuplicateEntryError
from minibench.model.fieldtypes import attachment_fieldtypes
from minibench.values.calls import call_hook_method, get_hook_method
from minibench.values.numbers import cint
from minibench.values.text import random_string, safe_decode
from minibench.web.whitelist import whitelist

_DATA_IMAGE = re.compile(r'<img[^>]*src\s*=\s*["\'](?=data:)(.*?)["\']')


def save_file(
	fname: str,
	content: bytes | str,
	dt: str | None,
	dn: str | None,
	folder: str | None = None,
	decode: bool = False,
	is_private: Any = 0,
	df: str | None = None,
) -> Any:
	"""Save `content` as a File, attached to document `dn` of DocType `dt` (and its field `df`) if they are given.

	With `decode` the content is base64 or a data URL. The same content is not stored twice. Permissions do not count.

	Raises:
		MaxFileSizeReachedError: it is too large.
	"""
	if decode:
		content = file_storage.decode_file_content(content)
	size = file_storage.check_max_file_size(content)
	content_hash = file_storage.get_content_hash(content)
	stored = db.get_value(
		"File",
		{"content_hash": content_hash, "is_private": cint(is_private)},
		["file_url", "file_name"],
		as_dict=True,
	)
	if not stored:
		call_hook_method("before_write_file", file_size=size)
		name = _free_name(fname.replace("/", ""), content_hash[-6:], is_private)
		write = get_hook_method("write_file", fallback=save_file_on_filesystem)
		stored = write(name, content, is_private=is_private)
	return _insert(
		{
			**stored,
			"doctype": "File",
			"attached_to_doctype": dt,
			"attached_to_name": dn,
			"attached_to_field": df,
			"folder": folder,
			"file_size": size,
			"content_hash": content_hash,
			"is_private": is_private,
		}
	)


def _free_name(name: str, suffix: str, is_private: Any) -> str:
	"""`name`, with a suffix where a File of that name is known or something of that name is on disk."""
	if db.exists("File", {"file_name": name}):
		name = file_storage.get_file_name(name, suffix)
	return file_storage.generate_file_name(name, suffix, is_private)


def save_file_on_filesystem(
	fname: str, content: bytes | str, content_type: str | None = None, is_private: Any = 0
) -> dict[str, str]:
	"""Write a file of that name; gives file_name and file_url. It is removed if the transaction is rolled back."""
	url = f"{'/private' if is_private else ''}/files/{fname}"
	data = content.encode() if isinstance(content, str) else content
	file_storage.write(file_storage.path_of_url(url), data)
	db.after_rollback.add(lambda: file_storage.delete_file(url))
	return {"file_name": fname, "file_url": url}


def save_url(
	file_url: str,
	filename: str | None,
	dt: str | None,
	dn: str | None,
	folder: str | None,
	is_private: Any,
	df: str | None = None,
) -> Any:
	"""A File that refers to a URL, or to a file that is on the site already."""
	from urllib.parse import unquote

	return _insert(
		{
			"doctype": "File",
			"file_url": unquote(file_url),
			"file_name": filename,
			"attached_to_doctype": dt,
			"attached_to_name": dn,
			"attached_to_field": df,
			"folder": folder,
			"file_size": local.form_dict.file_size,
			"is_private": is_private,
		}
	)


def _insert(values: dict[str, Any]) -> Any:
	from minibench.model.document import get_doc

	file = get_doc(values)
	file.flags.ignore_permissions = True
	try:
		file.insert()
	except DuplicateEntryError:
		return get_doc("File", file.duplicate_entry)
	return file


def get_file(fname: str) -> list[Any]:
	"""[file name, content] of a File given by its name or file name; text where it is valid UTF-8."""
	path = file_storage.get_file_path(fname)
	with open(path or fname, "rb") as file:
		content: Any = file.read()
	try:
		content = content.decode()
	except UnicodeDecodeError:
		pass
	return [(path or fname).rsplit("/", 1)[-1], content]


@whitelist()
def add_attachments(doctype: str, name: str, attachments: Any) -> list[Any]:
	"""Attach Files, given by name, to another document as well."""
	from minibench.data.query import get_all

	wanted = json.loads(attachments) if isinstance(attachments, str) else attachments
	names = [each for each in wanted if isinstance(each, str)]
	rows = get_all("File", {"name": ["in", names]}, ["name", "file_name", "file_url", "is_private"])
	by_name = {row.name: row for row in rows}
	return [
		save_url(row.file_url, row.file_name, doctype, name, "Home/Attachments", row.is_private)
		for row in (by_name[each] for each in names)
	]


# --- removal -------------------------------------------------------------------------------------------------------


def remove_all(dt: str, dn: str, from_delete: bool = False, delete_permanently: bool = False) -> None:
	"""Remove every file of a document; `from_delete`: the document itself is being deleted."""
	from minibench.data.query import get_all
	from minibench.model.deletion import delete_doc

	for fid in get_all("File", {"attached_to_doctype": dt, "attached_to_name": dn}, pluck="name"):
		if from_delete:
			delete_doc("File", fid, ignore_permissions=True, delete_permanently=delete_permanently)
		else:
			remove_file(fid, dt, dn, delete_permanently=delete_permanently)


def remove_file(
	fid: str | None = None,
	attached_to_doctype: str | None = None,
	attached_to_name: str | None = None,
	from_delete: bool = False,
	delete_permanently: bool = False,
) -> Any:
	"""Delete a File and say so in the timeline of its document; who may write the document may do it.

	Returns the comment; None where the file was attached to nothing.
	"""
	from minibench.model.deletion import delete_doc
	from minibench.model.document import get_doc

	fields = ["attached_to_doctype", "attached_to_name", "file_name"]
	held = db.get_value("File", fid, fields, as_dict=True) or {}
	doctype = attached_to_doctype or held.get("attached_to_doctype")
	name = attached_to_name or held.get("attached_to_name")
	if not (doctype and name) or from_delete:
		return None
	doc = get_doc(doctype, name)
	ignore_permissions = bool(doc.has_permission("write") or flags.in_web_form)
	comment = doc.add_comment("Attachment Removed", held.get("file_name"))
	delete_doc("File", fid, ignore_permissions=ignore_permissions, delete_permanently=delete_permanently)
	return comment


def remove_file_by_url(file_url: str, doctype: str | None = None, name: str | None = None) -> Any:
	"""Delete the File of a URL, of that document if one is given."""
	filters = {"file_url": file_url}
	if doctype and name:
		filters |= {"attached_to_doctype": doctype, "attached_to_name": name}
	fid = db.get_value("File", filters)
	return remove_file(fid=fid) if fid else None


# --- files in fields and in rich text --------------------------------------------------------------------------------


def attach_files_to_document(doc: Any, event: str | None = None) -> None:
	"""Attach the files that the document's Attach fields name; a document event of every DocType."""
	for df in doc.meta.attach_fields:
		url = doc.get(df.fieldname) or ""
		if url.startswith(("/files", "/private/files")):
			_attach(doc, df.fieldname, url)


def _attach(doc: Any, fieldname: str, url: str) -> None:
	from minibench.errors_log import log_error
	from minibench.model.document import get_doc

	place = {
		"attached_to_name": doc.name,
		"attached_to_doctype": doc.doctype,
		"attached_to_field": fieldname,
	}
	if db.exists("File", {"file_url": url, **place}):
		return
	loose = db.get_value("File", {"file_url": url, **{key: ["is", "not set"] for key in place}})
	if loose:
		db.set_value("File", loose, {**place, "is_private": cint(url.startswith("/private"))})
		return
	file = get_doc({"doctype": "File", "file_url": url, "folder": "Home/Attachments", **place})
	try:
		file.insert(ignore_permissions=True)
	except Exception:
		# The document is worth more than the record of its file.
		log_error(title="Error Attaching File", reference_doctype=doc.doctype, reference_name=doc.name)


def relink_mismatched_files(doc: Any) -> None:
	"""Give a document the files that were uploaded while its form had a temporary name."""
	from minibench.values.dates import add_to_date, now_datetime

	temporary = doc.get("__temporary_name")
	if not temporary:
		return
	since = add_to_date(now_datetime(), minutes=-60)
	for df in doc.meta.get("fields", {"fieldtype": ["in", list(attachment_fieldtypes)]}):
		if not doc.get(df.fieldname):
			continue
		uploaded = db.get_value(
			"File",
			{
				"file_url": doc.get(df.fieldname),
				"attached_to_name": temporary,
				"attached_to_doctype": doc.doctype,
				"attached_to_field": df.fieldname,
				"creation": ["between", [since, now_datetime()]],
			},
		)
		if uploaded:
			db.set_value("File", uploaded, {"attached_to_name": doc.name})
	doc.delete_key("__temporary_name")


def extract_images_from_doc(doc: Any, fieldname: str) -> None:
	"""Save the images that were pasted into a field of rich text as files, and refer to them there."""
	is_private = not doc.meta.make_attachments_public
	content = extract_images_from_html(doc, doc.get(fieldname), is_private=is_private)
	if flags.has_dataurl:
		doc.set(fieldname, content)


def extract_images_from_html(doc: Any, content: Any, is_private: bool = False) -> Any:
	"""`content` with every data: image saved as a file attached to `doc`."""
	flags.has_dataurl = False
	if not content or not isinstance(content, str):
		return content
	place = (doc.parenttype, doc.parent) if doc.meta.istable else (doc.doctype, doc.name)
	return _DATA_IMAGE.sub(lambda match: _save_image(match, place, is_private), content)


def _save_image(match: re.Match[str], place: tuple[str, str], is_private: bool) -> str:
	from minibench.model.document import get_doc
	from minibench.translate import _

	headers, encoded = match.group(1).split("data:")[1].split(",", 1)
	if not encoded:
		return match.group(0)
	try:
		content = file_storage.decode_file_content(encoded)
	except BinasciiError:
		flags.has_dataurl = True
		return f'<img src="#broken-image" alt="{_("Image: Corrupted Data Stream")}"'
	if "filename=" in headers:
		filename = safe_decode(headers.split("filename=")[-1]).split(";", 1)[0]
	else:
		filename = get_random_filename(headers.split(";", 1)[0])
	file = get_doc(
		{
			"doctype": "File",
			"file_name": filename,
			"attached_to_doctype": place[0],
			"attached_to_name": place[1],
			"content": content,
			"decode": False,
			"is_private": is_private,
		}
	)
	file.save(ignore_permissions=True)
	flags.has_dataurl = True
	return f'<img src="{file.unique_url}"'


def get_random_filename(content_type: str | None = None) -> str:
	"""Seven random characters with the extension of the type."""
	import mimetypes

	return random_string(7) + ((mimetypes.guess_extension(content_type) if content_type else None) or "")
