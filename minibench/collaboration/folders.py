"""The site's folders of files."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import Dict, db
from minibench.translate import _
from minibench.web.whitelist import whitelist

_LISTED = ["name", "file_name", "file_url", "is_folder", "modified"]


def make_home_folder() -> None:
	"""Make Home and Home/Attachments, where they are missing."""
	from minibench.model.document import get_doc

	home = get_doc({"doctype": "File", "is_folder": 1, "is_home_folder": 1, "file_name": _("Home")}).insert(
		ignore_if_duplicate=True
	)
	get_doc(
		{
			"doctype": "File",
			"folder": home.name,
			"is_folder": 1,
			"is_attachments_folder": 1,
			"file_name": _("Attachments"),
		}
	).insert(ignore_if_duplicate=True)


def setup_folder_path(filename: str, new_parent: str) -> None:
	"""Put a file or folder into another folder; a folder's name is its path."""
	from minibench.model.document import get_doc
	from minibench.model.renaming import rename_document

	file = get_doc("File", filename)
	file.folder = new_parent
	file.save()
	if file.is_folder:
		rename_document("File", file.name, file.get_name_based_on_parent_folder(), ignore_permissions=True)


@whitelist()
def create_new_folder(file_name: str, folder: str) -> Any:
	"""Make a folder inside `folder`."""
	from minibench.model.document import new_doc

	file = new_doc("File")
	file.file_name = file_name
	file.is_folder = 1
	file.folder = folder
	file.insert(ignore_if_duplicate=True)
	return file


@whitelist()
def move_file(file_list: Any, new_parent: str, old_parent: str) -> None:
	"""Move files and folders, given as dicts or documents or as JSON of such, into `new_parent`."""
	from minibench.model.document import get_doc

	for file in json.loads(file_list) if isinstance(file_list, str) else file_list:
		setup_folder_path(file.get("name"), new_parent)
	for folder in (old_parent, new_parent):
		get_doc("File", folder).save()


@whitelist()
def get_files_in_folder(folder: str, start: int = 0, page_length: int = 20) -> dict[str, Any]:
	"""One page of a folder; the attachments' folder is always seen in Home."""
	from minibench.data.query import get_list

	files = get_list("File", {"folder": folder}, _LISTED, start=start, page_length=page_length + 1)
	attachments = db.get_value("File", "Home/Attachments", _LISTED, as_dict=True)
	if folder == "Home" and attachments not in files:
		files.insert(0, attachments)
	return {"files": files[:page_length], "has_more": len(files) > page_length}


@whitelist()
def get_files_by_search_text(text: str) -> list[Any]:
	"""The twenty newest files with `text` in their name."""
	from minibench.data.query import get_list

	if not text:
		return []
	pattern = f"%{text.lower()}%"
	return list(
		get_list(
			"File",
			fields=_LISTED,
			filters={"is_folder": False},
			or_filters={"file_name": ("like", pattern), "file_url": pattern, "name": ("like", pattern)},
			order_by="modified desc",
			limit=20,
		)
	)


@whitelist()
def get_attached_images(doctype: str, names: Any) -> Dict:
	"""URLs of the files attached to documents: {name: [URL]}."""
	from minibench.data.query import get_list

	names = json.loads(names) if isinstance(names, str) else names
	rows = get_list(
		"File",
		filters={"attached_to_doctype": doctype, "attached_to_name": ("in", names), "is_folder": 0},
		fields=["file_url", "attached_to_name as docname"],
	)
	found = Dict()
	for row in rows:
		found.setdefault(row.docname, []).append(row.file_url)
	return found
