"""`frappe.utils.scheduler`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"activate_scheduler": "minibench.background.scheduler",
	"disable_scheduler": "minibench.background.scheduler",
	"enable_scheduler": "minibench.background.scheduler",
	"enqueue_events": "minibench.background.scheduler",
	"enqueue_events_for_site": "minibench.background.scheduler",
	"get_scheduler_status": "minibench.background.scheduler",
	"is_dormant": "minibench.background.scheduler",
	"is_scheduler_disabled": "minibench.background.scheduler",
	"is_scheduler_inactive": "minibench.background.scheduler",
	"schedule_jobs_based_on_activity": "minibench.background.scheduler",
	"toggle_scheduler": "minibench.background.scheduler",
}

__getattr__ = lazy(__name__, EXPORTS)
