"""What a file's record may not reach, and names taken at the same moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import frappe
import pytest


@pytest.mark.parametrize("url", ["/files/../../site_config.json", "/private/files/../../site_config.json"])
def test_a_record_cannot_reach_outside_the_files(url: str) -> None:
	file = frappe.get_doc({"doctype": "File", "file_url": url})
	with pytest.raises(frappe.ValidationError):
		file.insert()
	with pytest.raises(frappe.ValidationError):
		file.get_content()


def test_a_name_taken_between_the_look_and_the_write_is_not_overwritten(monkeypatch: Any) -> None:
	from minibench.collaboration import file_storage

	content = frappe.generate_hash()
	taken = Path(frappe.get_site_path("public", "files", f"{content}.txt"))
	look = file_storage.generate_file_name

	def somebody_is_quicker(**asked: Any) -> str:
		name = look(**asked)
		if not taken.exists():
			taken.write_text("theirs")
		return name

	monkeypatch.setattr(file_storage, "generate_file_name", somebody_is_quicker)
	file = frappe.get_doc({"doctype": "File", "file_name": taken.name, "content": content}).insert()
	assert taken.read_text() == "theirs"
	assert file.file_name != taken.name
	assert file.get_content() == content
	os.remove(taken)
