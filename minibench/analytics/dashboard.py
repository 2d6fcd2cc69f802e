"""Dashboards: which of their charts and cards a user gets to see."""

from __future__ import annotations

import os
from typing import Any

from minibench.analytics.module_access import in_users_modules, sees_everything
from minibench.context import Dict
from minibench.web.whitelist import whitelist


def get_permission_query_conditions(user: str | None) -> str | None:
	"""For a list: dashboards of modules that the user is not barred from."""
	return None if sees_everything(user) else in_users_modules("Dashboard", user)


@whitelist()
def get_permitted_charts(dashboard_name: Any) -> list[Dict]:
	"""The charts of a dashboard that the user may see."""
	from minibench.access.permissions import has_permission
	from minibench.model.document import get_doc

	dashboard = get_doc("Dashboard", dashboard_name)
	permitted = []
	for row in dashboard.charts:
		if has_permission("Dashboard Chart", doc=row.chart):
			chart = Dict(row.as_dict())
			if dashboard.get("chart_options"):
				chart.custom_options = dashboard.get("chart_options")
			permitted.append(chart)
	return permitted


@whitelist()
def get_permitted_cards(dashboard_name: Any) -> list[Any]:
	"""The cards of a dashboard that the user may see."""
	from minibench.access.permissions import has_permission
	from minibench.model.document import get_doc

	dashboard = get_doc("Dashboard", dashboard_name)
	return [row for row in dashboard.cards if has_permission("Number Card", doc=row.card)]


@whitelist()
def get_config(name: Any) -> str:
	"""The script of a Dashboard Chart Source."""
	from minibench.hooks import get_module_path, scrub
	from minibench.model.document import get_doc

	source = get_doc("Dashboard Chart Source", name)
	folder = get_module_path(source.module, "dashboard_chart_source", scrub(source.name))
	with open(os.path.join(folder, f"{scrub(source.name)}.js"), encoding="utf-8") as file:
		return file.read()


def get_dashboards_with_link(docname: str, doctype: str) -> list[str]:
	"""The dashboards that show a chart or card."""
	from minibench.data.query import get_all

	tables = {
		"Dashboard Chart": ("Dashboard Chart Link", "chart"),
		"Number Card": ("Number Card Link", "card"),
	}
	if doctype not in tables:
		return []
	table, field = tables[doctype]
	return list(get_all(table, filters={field: docname}, pluck="parent"))
