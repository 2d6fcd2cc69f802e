"""`frappe.utils.safe_exec`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"ARGUMENT_NOT_SET": "minibench.automation.safe_exec",
	"call_whitelisted_function": "minibench.automation.script_globals",
	"get_hooks": "minibench.automation.script_globals",
	"get_safe_globals": "minibench.automation.script_globals",
	"is_job_queued": "minibench.automation.script_globals",
	"is_safe_exec_enabled": "minibench.automation.safe_exec",
	"run_script": "minibench.automation.script_globals",
	"safe_enqueue": "minibench.automation.script_globals",
	"safe_eval": "minibench.automation.safe_exec",
	"safe_exec": "minibench.automation.safe_exec",
	"SAFE_EXEC_CONFIG_KEY": "minibench.automation.safe_exec",
	"safe_exec_flags": "minibench.automation.safe_exec",
	"SERVER_SCRIPT_FILE_PREFIX": "minibench.automation.safe_exec",
	"ServerScriptNotEnabled": "minibench.automation.safe_exec",
	"UNSAFE_ATTRIBUTES": "minibench.automation.safe_exec",
	"VALID_UTILS": "minibench.automation.script_globals",
}

__getattr__ = lazy(__name__, EXPORTS)
