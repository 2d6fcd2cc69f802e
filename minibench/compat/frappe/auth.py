"""`frappe.auth`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear_cookies": "minibench.auth",
	"CookieManager": "minibench.auth",
	"get_logged_user": "minibench.auth",
	"get_login_attempt_tracker": "minibench.login_attempts",
	"LoginAttemptTracker": "minibench.login_attempts",
	"LoginManager": "minibench.auth",
	"validate_api_key_secret": "minibench.auth",
	"validate_auth": "minibench.auth",
	"validate_auth_via_api_keys": "minibench.auth",
	"validate_ip_address": "minibench.auth",
}

__getattr__ = lazy(__name__, EXPORTS)
