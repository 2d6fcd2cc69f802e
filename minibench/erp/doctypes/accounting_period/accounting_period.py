"""Accounting Period: which kinds of documents are closed between two days."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.errors import ValidationError
from minibench.hooks import get_hooks
from minibench.model.caches import get_cached_value
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.web.whitelist import whitelist


class OverlapError(ValidationError):
	"""Another period of the company covers the same days."""


class AccountingPeriod(Document):
	def autoname(self) -> None:
		self.name = " - ".join([self.period_name, get_cached_value("Company", self.company, "abbr")])

	def before_insert(self) -> None:
		if not self.closed_documents:
			for row in self.get_doctypes_for_closing():
				self.append("closed_documents", row)

	def validate(self) -> None:
		rows = db.execute(
			"select name from `tabAccounting Period` where name != ? and company = ? and start_date <= ? and end_date >= ?",
			(self.name, self.company, str(getdate(self.end_date)), str(getdate(self.start_date))),
		)
		if rows:
			throw(_("Accounting Period overlaps with {0}").format(rows[0][0]), OverlapError)

	@whitelist()
	def get_doctypes_for_closing(self) -> list[dict[str, object]]:
		return [{"document_type": doctype, "closed": 1} for doctype in get_hooks("period_closing_doctypes")]
