"""Fiscal Year: of all companies, or of those that it names."""

from __future__ import annotations

from dateutil.relativedelta import relativedelta

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.errors import InvalidDates, NameError
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.dates import getdate


class FiscalYear(Document):
	def validate(self) -> None:
		self.validate_from_to_dates("year_start_date", "year_end_date")
		start, end = getdate(self.year_start_date), getdate(self.year_end_date)
		if not self.is_short_year and end != start + relativedelta(years=1) - relativedelta(days=1):
			throw(_("Fiscal Year End Date should be one year after Fiscal Year Start Date"), InvalidDates)
		self._check_overlap()
		previous = self.get_doc_before_save()
		if previous and (start, end) != (getdate(previous.year_start_date), getdate(previous.year_end_date)):
			throw(
				_(
					"Cannot change Fiscal Year Start Date and Fiscal Year End Date once the Fiscal Year is saved."
				)
			)

	def _check_overlap(self) -> None:
		rows = db.execute(
			"select fy.name, c.company from `tabFiscal Year` fy left join `tabFiscal Year Company` c on c.parent = fy.name "
			"where fy.name != ? and fy.year_start_date <= ? and fy.year_end_date >= ?",
			(self.name or "", str(getdate(self.year_end_date)), str(getdate(self.year_start_date))),
		)
		own = {row.company for row in self.companies}
		for name, company in rows:
			if not own or not company or company in own:
				throw(
					_(
						"Year start date or end date is overlapping with {0}. To avoid please set company"
					).format(name),
					NameError,
				)
