"""`frappe.sessions`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear": "minibench.access.sessions",
	"clear_all_sessions": "minibench.access.sessions",
	"clear_expired_sessions": "minibench.access.sessions",
	"clear_sessions": "minibench.access.sessions",
	"delete_session": "minibench.access.sessions",
	"generate_csrf_token": "minibench.web.csrf",
	"get_csrf_token": "minibench.web.csrf",
	"get_expired_sessions": "minibench.access.sessions",
	"get_expired_threshold": "minibench.access.sessions",
	"get_expiry_in_seconds": "minibench.access.sessions",
	"get_expiry_period": "minibench.access.sessions",
	"get_sessions_to_clear": "minibench.access.sessions",
	"Session": "minibench.access.sessions",
}

__getattr__ = lazy(__name__, EXPORTS)
