"""Files: stored once, named without clashes, guarded like the documents that they are attached to."""

from __future__ import annotations

import base64
import os
from typing import Any

import frappe
import pytest
from frappe.core.api.file import create_new_folder, get_files_in_folder, move_file
from frappe.core.doctype.file.exceptions import FolderNotEmpty, MaxFileSizeReachedError
from frappe.utils.file_manager import get_content_hash, get_file, remove_all, remove_file, save_file

from tests.contract.model.tools import party

PIXEL = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def new_file(name: str, content: Any, **values: Any) -> Any:
	return frappe.get_doc({"doctype": "File", "file_name": name, "content": content, **values}).insert()


def attached(doc: Any, name: str, content: Any, **values: Any) -> Any:
	return new_file(name, content, attached_to_doctype=doc.doctype, attached_to_name=doc.name, **values)


def unique_text(tag: str) -> str:
	return f"contract {tag} {frappe.generate_hash()}"


def test_a_file_is_on_disk_and_known_by_its_hash() -> None:
	text = unique_text("public")
	file = new_file("contract one.txt", text)
	assert file.file_url == "/files/contract one.txt"
	assert file.file_name == "contract one.txt"
	assert file.content_hash == get_content_hash(text)
	assert file.file_size == len(text)
	assert file.file_type == "TXT"
	assert file.folder == "Home"
	assert not file.is_private
	assert os.path.exists(frappe.get_site_path("public", "files", "contract one.txt"))
	assert frappe.get_doc("File", file.name).get_content() == text


def test_a_private_file_is_elsewhere() -> None:
	file = new_file("contract secret.txt", unique_text("private"), is_private=1)
	assert file.file_url == "/private/files/contract secret.txt"
	assert os.path.exists(file.get_full_path())
	assert file.get_full_path().endswith("/private/files/contract secret.txt")
	assert file.unique_url == f"/private/files/contract secret.txt?fid={file.name}"


def test_bytes_stay_bytes() -> None:
	file = new_file("contract.png", PIXEL)
	assert frappe.get_doc("File", file.name).get_content() == PIXEL
	encoded = new_file("contract encoded.png", base64.b64encode(PIXEL + b"x"), decode=True)
	assert frappe.get_doc("File", encoded.name).get_content() == PIXEL + b"x"


def test_the_same_content_is_stored_once() -> None:
	text = unique_text("twice")
	first, second = new_file("contract a.txt", text), new_file("contract b.txt", text)
	assert first.file_url == second.file_url
	assert first.name != second.name
	first.delete()
	assert frappe.get_doc("File", second.name).exists_on_disk()
	second.delete()
	assert not os.path.exists(second.get_full_path())


def test_another_content_under_the_same_name_gets_a_suffix() -> None:
	first = new_file("contract same.txt", unique_text("x"))
	second = new_file("contract same.txt", unique_text("y"))
	assert first.file_url == "/files/contract same.txt"
	assert second.file_name == f"contract same{second.content_hash[-6:]}.txt"
	assert second.file_url == f"/files/{second.file_name}"


def test_a_name_cannot_climb_out_of_its_folder() -> None:
	file = new_file("../../contract climb.txt", unique_text("climb"))
	assert "/" not in file.file_name


def test_a_file_needs_a_name_or_an_address() -> None:
	with pytest.raises(frappe.MandatoryError):
		frappe.get_doc({"doctype": "File", "content": "x"}).insert()


def test_a_file_that_is_not_there_is_refused() -> None:
	with pytest.raises((OSError, frappe.ValidationError)):
		frappe.get_doc({"doctype": "File", "file_url": "/files/contract nowhere.txt"}).insert()


def test_an_address_elsewhere_is_kept() -> None:
	file = frappe.get_doc({"doctype": "File", "file_url": "https://example.com/a%20b.png"}).insert()
	assert file.file_name == "a%20b.png"
	assert file.file_url == "https://example.com/a b.png"


def test_too_large_a_file_is_refused() -> None:
	frappe.db.set_single_value("System Settings", "max_file_size", 1)
	frappe.clear_document_cache("System Settings", "System Settings")
	if hasattr(frappe.local, "system_settings"):
		del frappe.local.system_settings
	try:
		with pytest.raises(MaxFileSizeReachedError):
			new_file("contract large.bin", b"x" * (1024 * 1024 + 1))
	finally:
		frappe.db.rollback()
		frappe.clear_document_cache("System Settings", "System Settings")
		if hasattr(frappe.local, "system_settings"):
			del frappe.local.system_settings


def test_a_rolled_back_file_leaves_nothing_on_disk() -> None:
	file = new_file("contract rolled back.txt", unique_text("rollback"))
	path = file.get_full_path()
	assert os.path.exists(path)
	frappe.db.rollback()
	assert not os.path.exists(path)


def test_private_and_public_can_be_changed() -> None:
	text = unique_text("moved")
	name = f"{text}.txt"
	file = new_file(name, text)
	twin = new_file("contract twin.txt", text)
	file = frappe.get_doc("File", file.name)
	file.is_private = 1
	file.save()
	assert file.file_url == f"/private/files/{name}"
	assert os.path.exists(file.get_full_path())
	assert not os.path.exists(frappe.get_site_path("public", "files", name))
	assert frappe.db.get_value("File", twin.name, ["file_url", "is_private"]) == (file.file_url, 1)


def test_attachments_are_noted_in_the_timeline() -> None:
	doc = party("Contract Files")
	file = attached(doc, "contract note.txt", unique_text("note"))
	assert file.folder == "Home/Attachments"
	comments = {"reference_name": doc.name, "comment_type": "Attachment"}
	(text,) = frappe.get_all("Comment", filters=comments, pluck="content")
	assert "contract note.txt" in text
	file.delete()
	assert frappe.db.count("Comment", {**comments, "comment_type": "Attachment Removed"}) == 1


def test_no_more_than_the_doctype_allows() -> None:
	doc = party("Contract Files Few")
	frappe.db.set_value("DocType", "Contract Party", "max_attachments", 1)
	frappe.clear_cache(doctype="Contract Party")
	try:
		attached(doc, "contract few.txt", unique_text("1"))
		with pytest.raises(frappe.AttachmentLimitReached):
			attached(doc, "contract many.txt", unique_text("2"))
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Contract Party")


def test_a_private_file_is_seen_by_who_sees_its_document() -> None:
	doc = party("Contract Files Private")
	file = attached(doc, "contract private.txt", unique_text("p"), is_private=1)
	frappe.set_user("clerk@contract.test")
	assert frappe.has_permission("File", "read", file)
	assert frappe.has_permission("File", "write", file)
	assert file.name in frappe.get_list("File", filters={"attached_to_name": doc.name}, pluck="name")
	frappe.set_user("viewer@contract.test")
	assert not frappe.has_permission("File", "read", file)
	assert not frappe.has_permission("File", "delete", file)
	frappe.set_user("portal@contract.test")
	assert not frappe.has_permission("File", "read", file)
	assert frappe.get_list("File", filters={"attached_to_name": doc.name}, pluck="name") == []


def test_a_public_file_is_read_by_all_and_changed_by_few() -> None:
	doc = party("Contract Files Public")
	file = attached(doc, "contract public.txt", unique_text("q"))
	frappe.set_user("viewer@contract.test")
	assert frappe.has_permission("File", "read", file)
	assert not frappe.has_permission("File", "write", file)
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc("File", file.name)


def test_ones_own_loose_file_is_ones_own() -> None:
	frappe.set_user("viewer@contract.test")
	file = new_file("contract own.txt", unique_text("own"), is_private=1)
	assert frappe.has_permission("File", "delete", file)
	frappe.set_user("other@contract.test")
	assert not frappe.has_permission("File", "read", file)


def test_a_document_takes_its_files_along() -> None:
	doc = party("Contract Files Gone")
	file = attached(doc, "contract gone.txt", unique_text("gone"))
	doc.delete()
	assert not frappe.db.exists("File", file.name)


def test_save_file_and_remove_it() -> None:
	doc = party("Contract Files Saved")
	text = unique_text("saved")
	file = save_file("contract saved.txt", text, doc.doctype, doc.name, is_private=1, df="notes")
	assert (file.attached_to_name, file.attached_to_field, file.is_private) == (doc.name, "notes", 1)
	again = save_file("contract again.txt", text, doc.doctype, doc.name, is_private=1)
	assert again.file_url == file.file_url
	assert get_file(file.name)[1] == text
	comment = remove_file(file.name, doc.doctype, doc.name)
	assert comment.comment_type == "Attachment Removed"
	remove_all(doc.doctype, doc.name)
	assert frappe.db.count("File", {"attached_to_name": doc.name}) == 0


def test_pasted_pictures_become_files() -> None:
	data = base64.b64encode(PIXEL).decode()
	comment = party("Contract Files Pasted").add_comment(
		"Comment", f'<p><img src="data:image/png;filename=pasted.png;base64,{data}"></p>'
	)
	assert comment is not None


def test_folders() -> None:
	assert frappe.db.get_value("File", "Home", "is_home_folder") == 1
	assert frappe.db.get_value("File", "Home/Attachments", "is_attachments_folder") == 1
	folder = create_new_folder("Contract Folder", "Home")
	assert folder.name == "Home/Contract Folder"
	file = new_file("contract in folder.txt", unique_text("folder"), folder=folder.name)
	listed = get_files_in_folder(folder.name)
	assert [row.name for row in listed["files"]] == [file.name]
	assert listed["has_more"] is False
	with pytest.raises(FolderNotEmpty):
		folder.delete()
	with pytest.raises(frappe.ValidationError, match="Cannot delete Home and Attachments"):
		frappe.delete_doc("File", "Home")
	other = create_new_folder("Contract Other", "Home")
	move_file([{"name": file.name}], other.name, folder.name)
	assert frappe.db.get_value("File", file.name, "folder") == other.name
	folder.delete()
	assert not frappe.db.exists("File", "Home/Contract Folder")


def test_fields_of_type_attach_attach_their_files() -> None:
	url = new_file("contract photo.png", PIXEL + b"photo").file_url
	user = frappe.get_doc("User", "clerk@contract.test")
	user.user_image = url
	user.save()
	place = {"attached_to_doctype": "User", "attached_to_name": user.name, "attached_to_field": "user_image"}
	assert frappe.db.get_value("File", place, "file_url") == url
