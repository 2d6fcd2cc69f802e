"""`frappe.core.doctype.scheduled_job_type.scheduled_job_type`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clear_events": "minibench.background.scheduler",
	"execute_event": "minibench.doctypes.scheduled_job_type.scheduled_job_type",
	"insert_events": "minibench.background.scheduler",
	"insert_single_event": "minibench.background.scheduler",
	"run_scheduled_job": "minibench.doctypes.scheduled_job_type.scheduled_job_type",
	"ScheduledJobType": "minibench.doctypes.scheduled_job_type.scheduled_job_type",
	"sync_jobs": "minibench.background.scheduler",
}

__getattr__ = lazy(__name__, EXPORTS)
