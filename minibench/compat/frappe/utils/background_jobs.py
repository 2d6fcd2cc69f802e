"""`frappe.utils.background_jobs`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_job_id": "minibench.background.jobs",
	"enqueue": "minibench.background.jobs",
	"enqueue_doc": "minibench.background.jobs",
	"execute_job": "minibench.background.jobs",
	"get_job": "minibench.background.jobs",
	"get_job_status": "minibench.background.jobs",
	"get_jobs": "minibench.background.jobs",
	"get_queues_timeout": "minibench.background.jobs",
	"is_job_enqueued": "minibench.background.jobs",
	"run_doc_method": "minibench.background.jobs",
	"validate_queue": "minibench.background.jobs",
}

__getattr__ = lazy(__name__, EXPORTS)
