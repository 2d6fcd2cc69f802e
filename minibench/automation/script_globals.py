"""The names that a Server Script may use: v15's, as far as minibench has them."""

from __future__ import annotations

import copy
import inspect
import json
import mimetypes
import types
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from minibench import errors
from minibench.context import Dict, conf, db, local
from minibench.errors import NotInMinibench

VALID_UTILS = frozenset(
	"""
	DATE_FORMAT TIME_FORMAT DATETIME_FORMAT is_invalid_date_string getdate get_datetime to_timedelta get_timedelta
	add_to_date add_days add_months add_years date_diff month_diff time_diff time_diff_in_seconds time_diff_in_hours
	now_datetime get_timestamp get_eta get_system_timezone convert_utc_to_system_timezone now nowdate today nowtime
	get_first_day get_quarter_start get_quarter_ending get_first_day_of_week get_year_start get_last_day_of_week
	get_last_day get_time get_datetime_in_timezone get_datetime_str get_date_str get_time_str get_user_date_format
	get_user_time_format format_date format_time format_datetime format_duration get_weekdays get_weekday
	get_timespan_date_range global_date_format has_common flt cint floor ceil cstr rounded remainder safe_div
	round_based_on_smallest_currency_fraction encode parse_val fmt_money get_number_format_info money_in_words in_words
	is_html is_image get_thumbnail_base64_for_image image_to_base64 pdf_to_base64 strip_html escape_html pretty_date
	comma_or comma_and comma_sep new_line_sep filter_strip_join get_url get_host_name_from_request url_contains_port
	get_host_name get_link_to_form get_link_to_report get_absolute_url get_url_to_form get_url_to_list
	get_url_to_report get_url_to_report_with_filters evaluate_filters compare get_filter make_filter_tuple
	make_filter_dict sanitize_column scrub_urls expand_relative_urls quoted quote_urls unique strip to_markdown
	md_to_html markdown is_subset generate_hash formatdate get_user_info_for_avatar get_abbr get_month
	""".split()
)
BUILTINS: dict[str, Any] = {
	function.__name__: function
	for function in (
		abs, all, any, bool, dict, enumerate, isinstance, issubclass, list, max, min, range, set, sorted, sum, tuple,
	)
}  # fmt: skip


class Namespace(Dict):
	"""A dict that reads as a module does: what is absent raises when it is called."""

	def __getattr__(self, key: str) -> Any:
		value = self.get(key)
		if (value or not key.startswith("__")) and key in self:
			return value

		def absent(*_args: Any, **_kwargs: Any) -> Any:
			raise AttributeError(f"module has no attribute '{key}'")

		return absent


def get_safe_globals() -> dict[str, Any]:
	"""A fresh set of globals for one run of a script."""
	from RestrictedPython import safe_globals
	from RestrictedPython.Guards import guarded_iter_unpack_sequence

	from minibench.automation import safe_exec
	from minibench.hooks import scrub
	from minibench.translate import _
	from minibench.values.html import html_to_text
	from minibench.values.jsonio import as_json

	form_dict = local.form_dict
	form_dict.pop("_", None)
	names = Namespace(
		json=Namespace(loads=json.loads, dumps=json.dumps),
		as_json=as_json,
		dict=dict,
		log=safe_exec.log,
		_dict=Dict,
		args=form_dict,
		frappe=_frappe(form_dict),
		style=Dict(border_color="#d1d8dd"),
		_=_,
		scrub=scrub,
		guess_mimetype=mimetypes.guess_type,
		html2text=html_to_text,
		dev_server=0,
		run_script=run_script,
		is_job_queued=is_job_queued,
		FrappeClient=_unsupported("frappe.frappeclient.FrappeClient"),
	)
	names.update(safe_globals)
	names.update(
		_write_=safe_exec.write_guard,
		_getitem_=safe_exec.getitem,
		_getattr_=safe_exec.getattr_for_script,
		_print_=safe_exec.PrintToDebugLog,
		_getiter_=iter,
		_iter_unpack_sequence_=guarded_iter_unpack_sequence,
	)
	names.update(BUILTINS)
	return names


def _frappe(form_dict: Dict) -> Namespace:
	"""`frappe` as a script sees it."""
	from minibench.access.defaults import get_system_settings
	from minibench.automation import safe_exec
	from minibench.collaboration.messages import msgprint, throw
	from minibench.data.query import get_all, get_list
	from minibench.errors_log import log_error
	from minibench.mail.sending import sendmail
	from minibench.model.deletion import delete_doc
	from minibench.model.document import copy_doc, get_cached_doc, get_doc, get_last_doc, new_doc
	from minibench.model.mapper import get_mapped_doc
	from minibench.model.meta import get_meta
	from minibench.model.renaming import rename_doc
	from minibench.printing.html import attach_print, get_print
	from minibench.templates import render_template
	from minibench.values.addresses import get_fullname
	from minibench.values.dateformats import global_date_format
	from minibench.values.formatting import format_value
	from minibench.values.html import sanitize_html
	from minibench.values.text import bold
	from minibench.values.urls import get_url

	user = local.session.user or "Guest"
	session_data = local.session.data or Dict()
	namespace = Namespace(
		call=call_whitelisted_function,
		flags=Dict(),
		format=format_value,
		format_value=format_value,
		date_format=db.get_default("date_format") or "yyyy-mm-dd",
		time_format=db.get_default("time_format") or "HH:mm:ss",
		format_date=global_date_format,
		form_dict=form_dict,
		bold=bold,
		copy_doc=copy_doc,
		errprint=_errprint,
		qb=_query_builder(),
		get_meta=get_meta,
		new_doc=new_doc,
		get_doc=get_doc,
		get_mapped_doc=get_mapped_doc,
		get_last_doc=get_last_doc,
		get_cached_doc=get_cached_doc,
		get_list=get_list,
		get_all=get_all,
		get_system_settings=get_system_settings,
		rename_doc=rename_doc,
		delete_doc=delete_doc,
		utils=script_utils().copy(),
		get_url=get_url,
		render_template=render_template,
		msgprint=msgprint,
		throw=throw,
		sendmail=sendmail,
		get_print=get_print,
		attach_print=attach_print,
		user=user,
		get_fullname=get_fullname,
		get_gravatar=_unsupported("frappe.utils.get_gravatar_url"),
		full_name=session_data.get("full_name"),
		request=local.request or {},
		session=Dict(user=user, csrf_token=session_data.get("csrf_token")),
		socketio_port=conf.socketio_port,
		get_hooks=get_hooks,
		enqueue=safe_enqueue,
		sanitize_html=sanitize_html,
		log_error=log_error,
		log=safe_exec.log,
		db=_database(get_all, get_list),
		lang=local.lang or "en",
	)
	for verb in ("get", "post", "put", "patch", "delete"):
		namespace[f"make_{verb}_request"] = _unsupported(f"frappe.integrations.utils.make_{verb}_request")
	namespace.update(
		{
			name: value
			for name, value in vars(errors).items()
			if inspect.isclass(value) and issubclass(value, Exception)
		}
	)
	if local.response is not None:
		namespace.response = local.response
	return namespace


def _database(get_all: Callable[..., Any], get_list: Callable[..., Any]) -> Namespace:
	return Namespace(
		get_list=get_list,
		get_all=get_all,
		get_value=db.get_value,
		set_value=db.set_value,
		get_single_value=db.get_single_value,
		get_default=db.get_default,
		exists=db.exists,
		count=db.count,
		escape=db.escape,
		sql=_unsupported("frappe.db.sql"),
		commit=db.commit,
		rollback=db.rollback,
		after_commit=db.after_commit,
		before_commit=db.before_commit,
		after_rollback=db.after_rollback,
		before_rollback=db.before_rollback,
		add_index=db.add_index,
	)


@lru_cache(maxsize=1)
def script_utils() -> Dict:
	"""`frappe.utils` as scripts and conditions see it."""
	import importlib
	import pkgutil

	from minibench import values

	found = Dict()
	for info in pkgutil.iter_modules(values.__path__):
		module = importlib.import_module(f"{values.__name__}.{info.name}")
		for name, value in vars(module).items():
			if name in VALID_UTILS and not isinstance(value, types.ModuleType):
				found[name] = value
	return found


def _query_builder() -> Namespace:
	"""The query builder without its modules, for a module hands over its globals."""
	from minibench.data import builder

	visible = Namespace()
	for name in dir(builder.qb):
		if not name.startswith("_"):
			value = getattr(builder.qb, name)
			visible[name] = _flatten(value) if isinstance(value, types.ModuleType) else value
	return visible


@lru_cache
def _flatten(module: types.ModuleType) -> Namespace:
	members = inspect.getmembers(module, lambda value: not inspect.ismodule(value))
	return Namespace({name: value for name, value in members if not name.startswith("_")})


def _unsupported(call: str) -> Callable[..., Any]:
	def refuse(*_args: Any, **_kwargs: Any) -> Any:
		raise NotInMinibench(call)

	return refuse


def _errprint(message: str) -> None:
	local.error_log.append({"exc": str(message)})


def get_hooks(hook: str | None = None, default: Any = None, app_name: str | None = None) -> Any:
	"""A copy of the hooks, so that a script cannot change what everybody else reads."""
	from minibench import hooks

	return copy.deepcopy(hooks.get_hooks(hook=hook, default=default, app_name=app_name))


def is_job_queued(job_name: str, queue: str = "default") -> bool:
	"""Whether a job of that name waits or runs."""
	from minibench.background.jobs import get_jobs

	return job_name in get_jobs(site=local.site, queue=queue, key="job_name").get(local.site, [])


def safe_enqueue(function: str, **kwargs: Any) -> Any:
	"""Enqueue a whitelisted function, or a Server Script of type API."""
	from minibench.background.jobs import enqueue

	return enqueue(call_whitelisted_function, function=function, **kwargs)


def call_whitelisted_function(function: str, **kwargs: Any) -> Any:
	"""Run a whitelisted function, or a Server Script of type API, with `kwargs` as its form."""
	from minibench.web.handler import execute_cmd

	return _call_with_form_dict(lambda: execute_cmd(function), kwargs)


def run_script(script: str, **kwargs: Any) -> Any:
	"""Run another Server Script of type API, with `kwargs` as its form."""
	from minibench.model.document import get_doc

	return _call_with_form_dict(lambda: get_doc("Server Script", script).execute_method(), kwargs)


def _call_with_form_dict(function: Callable[[], Any], kwargs: dict[str, Any]) -> Any:
	form_dict = local.form_dict
	if kwargs:
		local.form_dict = form_dict.copy().update(kwargs)
	try:
		return function()
	finally:
		local.form_dict = form_dict
