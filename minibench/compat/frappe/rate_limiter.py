"""`frappe.rate_limiter`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"apply": "minibench.web.rate_limit",
	"rate_limit": "minibench.web.rate_limit",
	"RateLimiter": "minibench.web.rate_limit",
	"respond": "minibench.web.rate_limit",
	"update": "minibench.web.rate_limit",
}

__getattr__ = lazy(__name__, EXPORTS)
