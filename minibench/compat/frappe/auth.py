"""`frappe.auth`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear_cookies": "minibench.access.auth",
	"CookieManager": "minibench.access.auth",
	"get_logged_user": "minibench.access.auth",
	"get_login_attempt_tracker": "minibench.access.login_attempts",
	"LoginAttemptTracker": "minibench.access.login_attempts",
	"LoginManager": "minibench.access.auth",
	"validate_api_key_secret": "minibench.access.auth",
	"validate_auth": "minibench.access.auth",
	"validate_auth_via_api_keys": "minibench.access.auth",
	"validate_ip_address": "minibench.access.auth",
}

__getattr__ = lazy(__name__, EXPORTS)
