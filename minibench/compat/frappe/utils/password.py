"""`frappe.utils.password`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"check_password": "minibench.passwords",
	"decrypt": "minibench.passwords",
	"delete_all_passwords_for": "minibench.passwords",
	"delete_login_failed_cache": "minibench.passwords",
	"encrypt": "minibench.passwords",
	"get_decrypted_password": "minibench.passwords",
	"get_encryption_key": "minibench.passwords",
	"get_password_reset_limit": "minibench.passwords",
	"remove_encrypted_password": "minibench.passwords",
	"rename_password": "minibench.passwords",
	"rename_password_field": "minibench.passwords",
	"set_encrypted_password": "minibench.passwords",
	"update_password": "minibench.passwords",
}

__getattr__ = lazy(__name__, EXPORTS)
