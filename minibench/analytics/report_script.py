"""What a desk needs to show a report's filters: its script, its print template."""

from __future__ import annotations

import os
import re
from typing import Any

from minibench.analytics.report import get_report_doc
from minibench.context import cache, db
from minibench.web.whitelist import whitelist

_INCLUDE = re.compile(r"""({% include ['"]([^'"]*)['"] %})""")
_MOST_LEVELS = 5


@whitelist()
def get_script(report_name: Any) -> dict[str, Any]:
	"""Script, HTML format and filters of a report."""
	from minibench.hooks import get_module_path, scrub

	report = get_report_doc(report_name)
	module = report.module or db.get_value("DocType", report.ref_doctype, "module")
	name = scrub(report.name)
	base = ""
	if not db.get_value("Module Def", module, "custom"):
		base = os.path.join(get_module_path(module, "report", name), name)
	script = _read(f"{base}.js") if base else None
	if script:
		script += f"\n\n//# sourceURL={name}.js"
	elif report.javascript:
		script = f"{report.javascript}\n\n//# sourceURL={name}__custom"
	else:
		script = f"frappe.query_reports['{report_name}']={{}}"
	return {
		"script": _with_includes(script),
		"html_format": _with_includes(_read(f"{base}.html")) if base else None,
		"execution_time": cache.hget("report_execution_time", report_name) or 0,
		"filters": report.filters,
		"custom_report_name": report.name if report.get("is_custom_report") else None,
	}


def _read(path: str) -> str | None:
	if not os.path.exists(path):
		return None
	with open(path, encoding="utf-8") as file:
		return file.read()


def _with_includes(text: str | None) -> str | None:
	"""{% include "app/path" %} replaced by the file, a few levels deep."""
	from minibench.hooks import get_app_path, get_installed_apps

	for _level in range(_MOST_LEVELS):
		directives = _INCLUDE.findall(text or "")
		if not text or not directives:
			return text
		for directive, path in directives:
			app, _slash, inner = path.partition("/")
			if app in get_installed_apps():
				text = text.replace(directive, _read(get_app_path(app, *inner.split("/"))) or "")
			else:
				text = text.replace(directive, "")
	return text
