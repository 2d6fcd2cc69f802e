"""Dashboard: see minibench.analytics.dashboard."""

from __future__ import annotations

import json

from minibench.collaboration.messages import throw
from minibench.context import conf, db
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.text import bold


class Dashboard(Document):
	def on_update(self) -> None:
		if self.is_default:
			others = {"name": ["!=", self.name]}
			db.set_value("Dashboard", others, "is_default", 0, update_modified=False)

	def validate(self) -> None:
		if not conf.developer_mode and self.is_standard:
			throw(_("Cannot edit Standard Dashboards"))
		if self.is_standard:
			self._validate_parts()
		if self.chart_options:
			try:
				json.loads(self.chart_options)
			except ValueError as error:
				throw(_("Invalid json added in the custom options: {0}").format(error))

	def _validate_parts(self) -> None:
		"""What belongs to a standard dashboard must be standard too."""
		from minibench.data.query import get_all

		message = ""
		parts = {
			"Dashboard Chart": [row.chart for row in self.charts],
			"Number Card": [row.card for row in self.cards],
		}
		for doctype, names in parts.items():
			own = (
				get_all(doctype, filters={"name": ["in", names], "is_standard": 0}, pluck="name")
				if names
				else []
			)
			if own:
				links = "".join(f'<div><a href="/app/Form/{doctype}/{name}">{name}</a></div>' for name in own)
				message += f"<p>{bold(doctype)}</p>{links}<br>"
		if message:
			heading = _("Please set the following documents in this Dashboard as standard first.")
			throw(f"{heading}<br>{message}", title=_("Standard Not Set"), is_minimizable=True)
