"""Dashboard Chart: see minibench.analytics.dashboard_chart."""

from __future__ import annotations

import json

from minibench.collaboration.messages import throw
from minibench.context import cache, conf
from minibench.model.document import Document
from minibench.translate import _


class DashboardChart(Document):
	def on_update(self) -> None:
		cache.delete_value(f"chart-data:{self.name}")

	def validate(self) -> None:
		if not conf.developer_mode and self.is_standard:
			throw(_("Cannot edit Standard charts"))
		if self.chart_type not in ("Custom", "Report"):
			self.check_required_field()
			self.check_document_type()
		self.validate_custom_options()

	def check_required_field(self) -> None:
		from minibench.model.meta import get_meta

		if not self.document_type:
			throw(_("Document type is required to create a dashboard chart"))
		if get_meta(self.document_type).istable and not self.parent_document_type:
			throw(_("Parent document type is required to create a dashboard chart"))
		if self.chart_type != "Group By":
			if not self.based_on:
				throw(_("Time series based on is required to create a dashboard chart"))
			return
		if not self.group_by_based_on:
			throw(_("Group By field is required to create a dashboard chart"))
		if self.group_by_type in ("Sum", "Average") and not self.aggregate_function_based_on:
			throw(_("Aggregate Function field is required to create a dashboard chart"))

	def check_document_type(self) -> None:
		from minibench.model.meta import get_meta

		if get_meta(self.document_type).issingle:
			throw(_("You cannot create a dashboard chart from single DocTypes"))

	def validate_custom_options(self) -> None:
		if not self.custom_options:
			return
		try:
			json.loads(self.custom_options)
		except ValueError as error:
			throw(_("Invalid json added in the custom options: {0}").format(error))
