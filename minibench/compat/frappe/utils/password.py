"""`frappe.utils.password`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"check_password": "minibench.access.passwords",
	"decrypt": "minibench.access.passwords",
	"delete_all_passwords_for": "minibench.access.passwords",
	"delete_login_failed_cache": "minibench.access.passwords",
	"encrypt": "minibench.access.passwords",
	"get_decrypted_password": "minibench.access.passwords",
	"get_encryption_key": "minibench.access.passwords",
	"get_password_reset_limit": "minibench.access.passwords",
	"remove_encrypted_password": "minibench.access.passwords",
	"rename_password": "minibench.access.passwords",
	"rename_password_field": "minibench.access.passwords",
	"set_encrypted_password": "minibench.access.passwords",
	"update_password": "minibench.access.passwords",
}

__getattr__ = lazy(__name__, EXPORTS)
