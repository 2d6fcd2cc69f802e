"""`frappe.sessions`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear": "minibench.sessions",
	"clear_all_sessions": "minibench.sessions",
	"clear_expired_sessions": "minibench.sessions",
	"clear_sessions": "minibench.sessions",
	"delete_session": "minibench.sessions",
	"generate_csrf_token": "minibench.web.csrf",
	"get_csrf_token": "minibench.web.csrf",
	"get_expired_sessions": "minibench.sessions",
	"get_expired_threshold": "minibench.sessions",
	"get_expiry_in_seconds": "minibench.sessions",
	"get_expiry_period": "minibench.sessions",
	"get_sessions_to_clear": "minibench.sessions",
	"Session": "minibench.sessions",
}

__getattr__ = lazy(__name__, EXPORTS)
