"""`frappe.utils.scheduler`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"activate_scheduler": "minibench.scheduler",
	"disable_scheduler": "minibench.scheduler",
	"enable_scheduler": "minibench.scheduler",
	"enqueue_events": "minibench.scheduler",
	"enqueue_events_for_site": "minibench.scheduler",
	"get_scheduler_status": "minibench.scheduler",
	"is_dormant": "minibench.scheduler",
	"is_scheduler_disabled": "minibench.scheduler",
	"is_scheduler_inactive": "minibench.scheduler",
	"schedule_jobs_based_on_activity": "minibench.scheduler",
	"toggle_scheduler": "minibench.scheduler",
}

__getattr__ = lazy(__name__, EXPORTS)
