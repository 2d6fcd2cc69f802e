"""Where errors go: the Error Log records of the site, and log files below its logs/."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable
from copy import deepcopy
from logging.handlers import RotatingFileHandler
from typing import Any

from minibench.activation import ROOT
from minibench.context import cache, flags, local
from minibench.errors import AuthenticationError, CSRFTokenError, InReadOnlyMode, SecurityException

SNAPSHOT_EXCLUDES = (AuthenticationError, CSRFTokenError, SecurityException, InReadOnlyMode)
DEFERRED = "insert_queue_for_Error Log"
DEFERRED_AT_ONCE = 500
LONGEST_LOCAL = 2000
SECRET_WORDS = ("password", "passwd", "secret", "token", "key", "pwd")
MASK = "********"

loggers: dict[str, logging.Logger] = {}
log_level: int | None = None


def get_traceback(with_context: bool = False) -> str:
	"""The traceback of the error that is being handled, with the frames' variables if asked; "" without an error."""
	kind, error, tb = sys.exc_info()
	if kind is None or error is None:
		return ""
	details = traceback.TracebackException(kind, error, tb, capture_locals=False)
	if not with_context:
		return _relative("".join(details.format()))
	for summary, (frame, _line) in zip(details.stack, traceback.walk_tb(tb), strict=False):
		summary.locals = {name: _shown(name, value) for name, value in frame.f_locals.items()}
	return _relative("".join(details.format()))


def _relative(text: str) -> str:
	"""Where this installation lies on its machine is nobody's business."""
	return text.replace(f"{ROOT}/", "")


def _shown(name: str, value: Any) -> str:
	"""A variable as it may stand in a log: no secret, not endless."""
	if any(word in name.lower() for word in SECRET_WORDS):
		return MASK
	try:
		text = repr(value)
	except Exception as error:
		text = f"<repr failed: {type(error).__name__}>"
	text = _SECRET_ITEM.sub(rf"\1'{MASK}'", text)
	return text if len(text) <= LONGEST_LOCAL else f"{text[:LONGEST_LOCAL]}..."


_SECRET_ITEM = re.compile(
	rf"(['\"]\w*(?:{'|'.join(SECRET_WORDS)})\w*['\"]:\s*)(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^,}}\s]+)",
	re.IGNORECASE,
)


def log_error(
	title: str | None = None,
	message: str | None = None,
	reference_doctype: str | None = None,
	reference_name: str | None = None,
	*,
	defer_insert: bool = False,
) -> Any:
	"""Write an Error Log: `message`, by default the current error's traceback, under `title`.

	A title of several lines is taken for the traceback, and the message then for the title.
	"""
	text = None
	if message:
		title, text = (message, title) if title and "\n" in title else (title, message)
	title = str(title or "Error")
	text = str(text or get_traceback(with_context=True))
	if getattr(local, "db", None) is None:
		print(f"Failed to log error in db: {title}")
		return None
	values = {
		"doctype": "Error Log",
		"error": text,
		"method": title,
		"reference_doctype": reference_doctype,
		"reference_name": reference_name,
		"trace_id": getattr(local, "trace_id", None),
	}
	if flags.read_only or defer_insert:
		cache.rpush(DEFERRED, json.dumps(values))
		return None
	from minibench.model.document import get_doc

	return get_doc(values).insert(ignore_permissions=True)


def log_error_snapshot(exception: BaseException) -> None:
	"""Remember an error that ended a request, whose transaction is rolled back: it is written down later."""
	if isinstance(exception, SNAPSHOT_EXCLUDES):
		return
	try:
		log_error(title=str(exception), defer_insert=True)
		logger(with_more_info=True).error("New Exception collected in error log")
	except Exception as error:
		logger(with_more_info=True).error("Could not take error snapshot: %s", error, exc_info=True)


def save_deferred() -> None:
	"""Write the Error Logs that were put off."""
	from minibench.context import db
	from minibench.model.document import get_doc

	for _count in range(DEFERRED_AT_ONCE):
		values = cache.lpop(DEFERRED)
		if values is None:
			break
		get_doc(json.loads(values)).insert(ignore_permissions=True)
	db.commit()


def logger(
	module: str | None = None,
	with_more_info: bool = False,
	allow_site: bool | str = True,
	filter: Callable[[logging.LogRecord], bool] | None = None,
	max_size: int = 100_000,
	file_count: int = 20,
	stream_only: bool = bool(os.environ.get("FRAPPE_STREAM_LOGGING")),
) -> logging.Logger:
	"""A logger that writes to <site>/logs/<module>.log, in files of `max_size` bytes of which `file_count` are kept."""
	site = getattr(local, "site", None) if allow_site is True else allow_site
	site_path = getattr(local, "site_path", None) if site else None
	name = f"{module}-{site_path or 'all'}"
	known = loggers.get(name)
	if known is not None:
		return known
	if not module:
		module, with_more_info = "frappe", True
	made = logging.getLogger(name)
	made.setLevel(log_level or logging.ERROR)
	made.propagate = False
	handler: logging.Handler
	if stream_only or not site_path or not os.path.isdir(site_path):
		handler = logging.StreamHandler()
	else:
		folder = os.path.join(site_path, "logs")
		os.makedirs(folder, exist_ok=True)
		handler = RotatingFileHandler(
			os.path.join(folder, f"{module}.log"), maxBytes=max_size, backupCount=file_count, delay=True
		)
	handler.setFormatter(logging.Formatter(f"%(asctime)s %(levelname)s {module} %(message)s"))
	if with_more_info:
		handler.addFilter(_add_form)
	if filter:
		made.addFilter(filter)
	made.addHandler(handler)
	loggers[name] = made
	return made


def set_log_level(level: str) -> None:
	"""Log from `level` (ERROR, WARNING, INFO, DEBUG) on."""
	global log_level
	log_level = getattr(logging, (level or "").upper(), None) or logging.ERROR
	loggers.clear()


def _add_form(record: logging.LogRecord) -> bool:
	"""Say to which site and with which form, secrets masked, a message belongs."""
	if "Form Dict" not in str(record.msg):
		form = sanitized_dict(getattr(local, "form_dict", None))
		record.msg = f"{record.msg}\nSite: {getattr(local, 'site', None)}\nForm Dict: {form}"
	return True


def sanitized_dict(form_dict: Any) -> Any:
	"""A copy with secrets masked."""
	if not isinstance(form_dict, dict):
		return form_dict
	clean = deepcopy(form_dict)
	for key in clean:
		if any(word in str(key).lower() for word in SECRET_WORDS):
			clean[key] = MASK
	return clean
