"""`frappe.utils.background_jobs`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_job_id": "minibench.jobs",
	"enqueue": "minibench.jobs",
	"enqueue_doc": "minibench.jobs",
	"execute_job": "minibench.jobs",
	"get_job": "minibench.jobs",
	"get_job_status": "minibench.jobs",
	"get_jobs": "minibench.jobs",
	"get_queues_timeout": "minibench.jobs",
	"is_job_enqueued": "minibench.jobs",
	"run_doc_method": "minibench.jobs",
	"validate_queue": "minibench.jobs",
}

__getattr__ = lazy(__name__, EXPORTS)
