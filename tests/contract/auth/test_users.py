"""The User document."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

USER = "contract.new@contract.test"


def new_user(email: str = USER, **values: Any) -> Any:
	doc = frappe.get_doc(
		{"doctype": "User", "email": email, "first_name": "New", "send_welcome_email": 0, **values}
	)
	return doc.insert()


def test_a_user_is_named_by_address():
	user = new_user("  Contract.NEW@Contract.test ", last_name="Person")
	assert user.name == user.email == USER
	assert user.full_name == "New Person"
	assert user.enabled == 1
	assert user.user_type == "Website User"
	assert user.time_zone


def test_names_are_text():
	assert new_user(first_name="<b>New</b>").first_name == "New"


@pytest.mark.parametrize("address", ["nobody", "no body@contract.test", "a@b@c"])
def test_an_address_must_be_one(address):
	with pytest.raises(frappe.ValidationError):
		new_user(address)


def test_a_first_name_and_an_address_are_needed():
	with pytest.raises(frappe.MandatoryError):
		frappe.get_doc({"doctype": "User", "email": USER}).insert()


def test_usernames_are_unique():
	user = new_user()
	assert user.username == "new"
	second = new_user("contract.second@contract.test")
	assert not second.username
	third = new_user("contract.third@contract.test", username=" @third ")
	assert third.username == "third"


def test_standard_users_stay():
	for name in ("Administrator", "Guest"):
		user = frappe.get_doc("User", name)
		user.enabled = 0
		with pytest.raises(frappe.ValidationError, match="cannot be disabled"):
			user.save()
		with pytest.raises(frappe.ValidationError, match="cannot be deleted"):
			frappe.delete_doc("User", name)
	with pytest.raises(frappe.ValidationError, match="cannot be renamed"):
		frappe.rename_doc("User", "Administrator", USER)


def test_standard_users_are_what_they_are():
	administrator = frappe.get_doc("User", "Administrator")
	assert (administrator.user_type, administrator.email) == ("System User", "admin@example.com")
	assert frappe.db.get_value("User", "Guest", "user_type") == "Website User"


def test_a_password_is_not_kept_in_the_document():
	user = new_user(new_password="Eastern-Horse-42")
	assert not frappe.db.get_value("User", USER, "new_password")
	assert not frappe.get_doc("User", USER).new_password
	from frappe.utils.password import check_password

	assert check_password(USER, "Eastern-Horse-42") == USER
	user.reload()
	user.new_password = "Western-Horse-42"
	user.save()
	assert check_password(USER.upper(), "Western-Horse-42") == USER
	with pytest.raises(frappe.AuthenticationError):
		check_password(USER, "Eastern-Horse-42")


def test_a_weak_password_is_refused():
	frappe.flags.in_test = False
	frappe.db.set_single_value(
		"System Settings", {"enable_password_policy": 1, "minimum_password_score": "2"}
	)
	frappe.clear_cache()
	try:
		with pytest.raises(frappe.ValidationError):
			new_user(new_password="password")
		with pytest.raises(frappe.ValidationError):
			# One's own name is no secret.
			new_user("bartholomew@contract.test", first_name="Bartholomew", new_password="Bartholomew")
		frappe.db.rollback()
		new_user(new_password="correct-giraffe-7-staple")
	finally:
		frappe.flags.in_test = True
		frappe.db.rollback()
		frappe.clear_cache()


def test_a_user_shares_their_record_with_themselves():
	new_user()
	share = frappe.get_doc("DocShare", {"share_doctype": "User", "share_name": USER, "user": USER})
	assert (share.read, share.write, share.share) == (1, 1, 1)


def test_a_user_has_a_contact():
	new_user(last_name="Person")
	contact = frappe.get_doc("Contact", {"user": USER})
	assert contact.email_id == USER
	assert (contact.first_name, contact.last_name) == ("New", "Person")
	user = frappe.get_doc("User", USER)
	user.last_name = "Renamed"
	user.save()
	assert frappe.db.get_value("Contact", contact.name, "last_name") == "Renamed"


def test_deleting_a_user():
	user = new_user(roles=[{"role": "Contract Clerk"}])
	frappe.get_doc({"doctype": "Contract Party", "party_name": "P Confined"}).insert()
	frappe.permissions.add_user_permission("Contract Party", "P Confined", USER)
	frappe.delete_doc("User", user.name)
	assert not frappe.db.exists("User", USER)
	assert not frappe.db.exists("DocShare", {"user": USER})
	assert not frappe.db.exists("User Permission", {"user": USER})
	assert not frappe.db.exists("Has Role", {"parent": USER})
	assert not frappe.db.get_value("Contact", {"first_name": "New"}, "user")


def test_renaming_a_user():
	new_user(new_password="Eastern-Horse-42", roles=[{"role": "Contract Clerk"}])
	frappe.set_user(USER)
	frappe.get_doc({"doctype": "Contract Party", "party_name": "P Owned"}).insert()
	frappe.set_user("Administrator")
	renamed = "contract.renamed@contract.test"
	frappe.rename_doc("User", USER, renamed)
	assert frappe.db.get_value("User", renamed, "email") == renamed
	assert frappe.db.get_value("Contract Party", "P Owned", "owner") == renamed
	assert "Contract Clerk" in frappe.get_roles(renamed)
	from frappe.utils.password import check_password

	assert check_password(renamed, "Eastern-Horse-42") == renamed


def test_api_keys():
	from frappe.core.doctype.user.user import generate_keys

	new_user()
	first = generate_keys(USER)["api_secret"]
	user = frappe.get_doc("User", USER)
	assert len(user.api_key) == len(first) == 15
	assert user.get_password("api_secret") == first
	assert set(user.api_secret) == {"*"}
	assert generate_keys(USER)["api_secret"] != first
	assert frappe.db.get_value("User", USER, "api_key") == user.api_key


def test_reset_key():
	from frappe.utils.data import sha256_hash

	user = new_user()
	link = user.reset_password()
	key = link.partition("key=")[2]
	assert "/update-password?key=" in link
	assert frappe.db.get_value("User", USER, "reset_password_key") == sha256_hash(key)
	assert frappe.db.get_value("User", USER, "last_reset_password_key_generated_on")
	assert user.reset_password(password_expired=True).endswith("&password_expired=true")


def test_strength():
	from frappe.core.doctype.user.user import test_password_strength as strength_of

	frappe.db.set_single_value(
		"System Settings", {"enable_password_policy": 1, "minimum_password_score": "2"}
	)
	frappe.clear_cache()
	weak, strong = strength_of("password1"), strength_of("correct-giraffe-7-staple")
	assert weak["feedback"]["password_policy_validation_passed"] is False
	assert weak["feedback"]["warning"] or weak["feedback"]["suggestions"]
	assert strong["feedback"]["password_policy_validation_passed"] is True
	assert strong["score"] >= 3
	assert "password" not in weak
	frappe.db.set_single_value("System Settings", "enable_password_policy", 0)
	frappe.clear_cache()
	assert strength_of("password1") == {}


def test_user_query():
	from frappe.core.doctype.user.user import user_query

	new_user(last_name="Findable", roles=[{"role": "Contract Clerk"}])
	new_user("contract.portal@contract.test", last_name="Findable")
	found = user_query("User", "Findable", "name", 0, 10, {"ignore_user_type": 0})
	assert [row[0] for row in found] == [USER]
	everybody = user_query("User", "Findable", "name", 0, 10, None)
	assert {row[0] for row in everybody} == {USER, "contract.portal@contract.test"}
