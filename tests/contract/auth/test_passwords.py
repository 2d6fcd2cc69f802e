"""Passwords and other secrets."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.password import (
	check_password,
	decrypt,
	encrypt,
	get_decrypted_password,
	remove_encrypted_password,
	rename_password,
	set_encrypted_password,
	update_password,
)

USER = "clerk@contract.test"


def test_a_password_is_checked():
	update_password(USER, "Eastern-Horse-42")
	assert check_password(USER, "Eastern-Horse-42") == USER
	assert check_password(USER.title(), "Eastern-Horse-42") == USER
	for wrong in ("eastern-horse-42", "", "Eastern-Horse-42 "):
		with pytest.raises(frappe.AuthenticationError):
			check_password(USER, wrong)
	with pytest.raises(frappe.AuthenticationError):
		check_password("nobody@contract.test", "Eastern-Horse-42")


def test_passwords_are_hashed_with_salt():
	auth = frappe.qb.Table("__Auth")
	kept = []
	for _round in range(2):
		update_password(USER, "Eastern-Horse-42")
		kept += frappe.qb.from_(auth).select(auth.password).where(auth.name == USER).run(pluck=True)
	assert len(set(kept)) == 2
	assert not any("Eastern" in each for each in kept)


def test_secrets_are_encrypted():
	assert decrypt(encrypt("Übergröße")) == "Übergröße"
	assert encrypt("same") != encrypt("same")
	set_encrypted_password("User", USER, "first", "api_secret")
	set_encrypted_password("User", USER, "second", "api_secret")
	assert get_decrypted_password("User", USER, "api_secret") == "second"
	remove_encrypted_password("User", USER, "api_secret")
	assert get_decrypted_password("User", USER, "api_secret", raise_exception=False) is None
	with pytest.raises(frappe.AuthenticationError, match="Password not found"):
		get_decrypted_password("User", USER, "api_secret")


def test_a_secret_of_another_key_is_not_read():
	from cryptography.fernet import Fernet

	foreign = encrypt("text", Fernet.generate_key().decode())
	with pytest.raises(frappe.ValidationError, match="Encryption key is invalid"):
		decrypt(foreign)
	with pytest.raises(frappe.ValidationError, match="invalid format"):
		encrypt("text", "no key")


def test_secrets_follow_a_rename():
	set_encrypted_password("User", USER, "kept", "api_secret")
	rename_password("User", USER, "renamed@contract.test")
	assert get_decrypted_password("User", "renamed@contract.test", "api_secret") == "kept"
	assert get_decrypted_password("User", USER, "api_secret", raise_exception=False) is None


def test_an_encrypted_secret_is_no_password():
	set_encrypted_password("User", "nobody@contract.test", "Eastern-Horse-42", "password")
	with pytest.raises(frappe.AuthenticationError):
		check_password("nobody@contract.test", "Eastern-Horse-42")
