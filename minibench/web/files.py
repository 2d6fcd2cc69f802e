"""Uploads, and downloads of files that not everybody may have."""

from mimetypes import guess_type
from pathlib import Path
from typing import Any

from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.security import safe_join
from werkzeug.utils import send_file

from minibench.context import db, local, session
from minibench.errors import DoesNotExistError, PermissionError
from minibench.web.static import SCRIPTABLE
from minibench.web.whitelist import is_whitelisted, whitelist

ALLOWED_MIMETYPES = (
	"image/png",
	"image/jpeg",
	"application/pdf",
	"application/msword",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.ms-excel",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.oasis.opendocument.text",
	"application/vnd.oasis.opendocument.spreadsheet",
	"text/plain",
	"video/quicktime",
	"video/mp4",
	"text/csv",
)
"""What users without access to the desk may upload."""


@whitelist(allow_guest=True)
def upload_file() -> Any:
	"""Save the request's file (or link to a URL, or to a file of the library) as a File, attached to a document."""
	from minibench.access.defaults import get_system_settings
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.document import get_doc

	form = local.form_dict
	user = None
	ignore_permissions = False
	if session.user == "Guest":
		if not get_system_settings("allow_guests_to_upload_files"):
			raise PermissionError
		ignore_permissions = True
	else:
		user = get_doc("User", session.user)

	is_private, file_url, filename = form.is_private, form.file_url, form.file_name
	if form.library_file_name:
		has_permission("File", doc=form.library_file_name, throw=True)
		chosen = db.get_value(
			"File", form.library_file_name, ["is_private", "file_url", "file_name"], as_dict=True
		)
		is_private, file_url, filename = chosen.is_private, chosen.file_url, chosen.file_name
	if not ignore_permissions:
		check_write_permission(form.doctype, form.docname)

	content = None
	if "file" in local.request.files:
		upload = local.request.files["file"]
		content = upload.stream.read()
		filename = upload.filename
	local.uploaded_file_url = file_url
	local.uploaded_file = content
	local.uploaded_filename = filename
	if content is not None and (user is None or not user.has_desk_access()):
		_refuse_unusual_type(filename or "")

	if form.method:
		from minibench.hooks import get_attr

		method = get_attr(form.method)
		is_whitelisted(method)
		return method()
	return get_doc(
		{
			"doctype": "File",
			"attached_to_doctype": form.doctype,
			"attached_to_name": form.docname,
			"attached_to_field": form.fieldname,
			"folder": form.folder or "Home",
			"file_name": filename,
			"file_url": file_url,
			"is_private": _flag(is_private),
			"content": content,
		}
	).save(ignore_permissions=ignore_permissions)


def _flag(value: Any) -> int:
	from minibench.values.numbers import cint

	return cint(value)


def _refuse_unusual_type(filename: str) -> None:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	if guess_type(filename)[0] not in ALLOWED_MIMETYPES:
		throw(_("You can only upload JPG, PNG, PDF, TXT, CSV or Microsoft documents."))


@whitelist()
def uploadfile() -> Any:
	"""The upload of old clients: the content comes as a form value."""
	from minibench.model.document import get_doc

	form = local.form_dict
	check_write_permission(form.doctype, form.docname)
	return get_doc(
		{
			"doctype": "File",
			"attached_to_name": form.docname,
			"attached_to_doctype": form.doctype,
			"attached_to_field": form.docfield,
			"file_url": form.file_url,
			"file_name": form.filename,
			"is_private": _flag(form.is_private),
			"content": form.filedata,
			"decode": True,
		}
	).save()


def check_write_permission(doctype: str | None = None, name: str | None = None) -> None:
	"""Raise PermissionError unless the user may write the document that a file is to be attached to."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.document import get_doc

	if doctype and name:
		try:
			get_doc(doctype, name).check_permission("write")
		except DoesNotExistError:
			# A form that was never saved uploads first; its file is linked when the document gets its name.
			return
	elif doctype:
		has_permission(doctype, "write", throw=True)


@whitelist(allow_guest=True)
def download_file(file_url: str) -> Any:
	"""Send the file at `file_url`, private ones to those who may read them."""
	from minibench.model.document import get_doc

	file = get_doc("File", {"file_url": file_url})
	if not file.is_downloadable():
		raise PermissionError
	local.response.filename = file_url.rsplit("/", 1)[-1]
	local.response.filecontent = file.get_content()
	local.response.type = "download"


def find_file_by_url(path: str, name: str | None = None) -> Any:
	"""A File of that URL which the user may read: one file may be attached to many documents."""
	from minibench.data.query import get_all
	from minibench.model.document import get_doc

	filters = {"file_url": str(path), **({"name": str(name)} if name else {})}
	for row in get_all("File", filters=filters, fields="*"):
		file = get_doc({"doctype": "File", **row})
		if file.is_downloadable():
			return file
	return None


def download_private_file(path: str) -> Any:
	"""Send `/private/files/...` to who may read a File of that URL.

	Raises:
		Forbidden: the user may not, or there is no such File.
	"""
	from minibench.translate import _

	if session.user == "Guest" or not find_file_by_url(path, local.form_dict.fid):
		raise Forbidden(_("You don't have permission to access this file"))
	return send_private_file(path.split("/private", 1)[1])


def download_backup(path: str) -> Any:
	from minibench.access.roles import only_for
	from minibench.translate import _

	try:
		only_for(("System Manager", "Administrator"))
	except PermissionError:
		raise Forbidden(
			_("You need to be logged in and have System Manager Role to be able to access backups.")
		) from None
	return send_private_file(path)


def send_private_file(path: str) -> Any:
	"""A file below the site's private folder, which `path` names from there on."""
	folder = Path(local.site_path, "private").resolve()
	joined = safe_join(str(folder), path.strip("/"))
	file = Path(joined).resolve() if joined and "\0" not in joined else None
	if file is None or not file.is_file() or not file.is_relative_to(folder):
		raise NotFound
	response = send_file(
		file, local.request.environ, as_attachment=file.suffix.lower() in SCRIPTABLE, conditional=True
	)
	response.headers["Cache-Control"] = "private, no-cache"
	return response
