"""Files over HTTP: uploads, attachments, who may fetch what."""

from __future__ import annotations

import frappe
import pytest

from tests.contract.rest.tools import PARTY, api_token, committed, remove


@pytest.fixture
def admin(http):
	return http.login()


def upload(session, name="contract-upload.txt", content=b"text of the file", **form):
	return session.post("/api/method/upload_file", files={"file": (name, content)}, data=form)


@pytest.fixture
def cleanup():
	names: list[tuple[str, str]] = []
	yield names
	remove(*names)


def test_a_public_file_is_for_everybody(http, admin, cleanup):
	answer = upload(admin, is_private=0)
	assert answer.status_code == 200, answer.text
	file = answer.json()["message"]
	cleanup.append(("File", file["name"]))
	assert file["doctype"] == "File"
	assert file["file_url"].startswith("/files/contract-upload")
	assert file["is_private"] == 0
	assert file["folder"] == "Home"
	assert file["file_size"] == 16
	got = http.session().get(file["file_url"])
	assert got.content == b"text of the file"
	assert got.headers["Content-Type"].startswith("text/plain")


def test_a_private_file_is_not(http, admin, cleanup):
	file = upload(admin, content=b"private text", is_private=1).json()["message"]
	cleanup.append(("File", file["name"]))
	assert file["file_url"].startswith("/private/files/")
	assert admin.get(file["file_url"]).content == b"private text"
	assert http.session().get(file["file_url"]).status_code == 403
	clerk = http.session()
	clerk.headers["Authorization"] = f"token {api_token('clerk@contract.test')}"
	assert clerk.get(file["file_url"]).status_code == 403
	path = "/api/method/frappe.core.doctype.file.file.download_file"
	assert clerk.get(path, params={"file_url": file["file_url"]}).status_code in (403, 417)
	got = admin.get("/api/method/download_file", params={"file_url": file["file_url"]})
	assert got.content == b"private text"
	assert "attachment" in got.headers["Content-Disposition"]


def test_who_reads_the_document_reads_its_files(http, admin, cleanup):
	clerk = http.session()
	clerk.headers["Authorization"] = f"token {api_token('clerk@contract.test')}"
	with committed({"doctype": PARTY, "party_name": "File Owner"}):
		file = upload(
			admin,
			content=b"attached text",
			is_private=1,
			doctype=PARTY,
			docname="File Owner",
			fieldname="notes",
		).json()["message"]
		cleanup.append(("File", file["name"]))
		assert (file["attached_to_doctype"], file["attached_to_name"]) == (PARTY, "File Owner")
		assert clerk.get(file["file_url"]).content == b"attached text"
		viewer = http.session()
		viewer.headers["Authorization"] = f"token {api_token('viewer@contract.test')}"
		assert viewer.get(file["file_url"]).status_code == 403
		refused = upload(viewer, doctype=PARTY, docname="File Owner")
		assert refused.status_code == 403
		remove(("File", file["name"]))


def test_a_guest_may_not_upload(http):
	assert upload(http.session()).status_code == 403


def test_a_website_user_may_upload_only_usual_types(http, cleanup):
	portal = http.session()
	portal.headers["Authorization"] = f"token {api_token('portal@contract.test')}"
	refused = upload(portal, name="page.html", content=b"<script>alert(1)</script>")
	assert refused.status_code == 417
	assert not frappe.db.exists("File", {"file_name": "page.html"})


def test_a_file_that_is_too_large_is_refused(admin):
	before = frappe.db.count("File")
	answer = upload(admin, content=b"x" * 30 * 1024 * 1024)
	assert answer.status_code in (413, 417)
	frappe.db.rollback()
	assert frappe.db.count("File") == before


def test_a_file_with_a_path_in_its_name_stays_where_it_belongs(admin, cleanup):
	answer = upload(admin, name="../../../escape.txt", content=b"stays inside")
	if answer.status_code == 200:
		file = answer.json()["message"]
		cleanup.append(("File", file["name"]))
		assert file["file_url"].count("/") == 2
		assert admin.get(file["file_url"]).content == b"stays inside"
	else:
		assert answer.status_code == 417


def test_pages_and_drawings_are_saved_not_shown(http, admin, cleanup):
	drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
	file = upload(admin, name="contract.svg", content=drawing, is_private=1).json()["message"]
	cleanup.append(("File", file["name"]))
	assert "attachment" in admin.get(file["file_url"]).headers["Content-Disposition"]


def test_an_unknown_file_is_not_served(http, admin):
	# v15's development server answers 500, the nginx before a production server 404.
	assert http.session().get("/files/no-such-file.txt").status_code in (404, 500)
	assert admin.get("/private/files/no-such-file.txt").status_code in (403, 404)


def test_attach_file_by_call(admin, cleanup):
	with committed({"doctype": PARTY, "party_name": "File Call"}):
		answer = admin.post(
			"/api/method/frappe.client.attach_file",
			json={
				"filename": "contract-call.txt",
				"filedata": "Y29udGVudA==",
				"doctype": PARTY,
				"docname": "File Call",
				"decode_base64": 1,
				"is_private": 1,
			},
		)
		file = answer.json()["message"]
		cleanup.append(("File", file["name"]))
		assert admin.get(file["file_url"]).content == b"content"
		remove(("File", file["name"]))
