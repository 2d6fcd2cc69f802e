"""A rule that names documents of a DocType: a prefix and a number, where conditions hold."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.model.document import Document
from minibench.model.meta import bump_epoch, get_meta
from minibench.model.naming import parse_naming_series
from minibench.translate import _
from minibench.values.text import bold


class DocumentNamingRule(Document):
	def validate(self) -> None:
		self.validate_fields_in_conditions()

	def validate_fields_in_conditions(self) -> None:
		if not self.has_value_changed("document_type"):
			return
		meta = get_meta(self.document_type)
		for condition in self.conditions:
			if not meta.has_field(condition.field):
				throw(
					_("{0} is not a field of doctype {1}").format(
						bold(condition.field), bold(self.document_type)
					)
				)

	def on_update(self) -> None:
		bump_epoch()

	def on_trash(self) -> None:
		bump_epoch()

	def apply(self, doc: Any) -> None:
		"""Name `doc` if all conditions hold."""
		from minibench.values.filters import evaluate_filters

		conditions = [[self.document_type, row.field, row.condition, row.value] for row in self.conditions]
		if conditions and not evaluate_filters(doc, conditions):
			return
		rows = db.execute(
			"select counter from `tabDocument Naming Rule` where name = ?", (self.name,), lock=True
		)
		number = (rows[0][0] or 0) + 1
		prefix = parse_naming_series(self.prefix, doc=doc)
		doc.name = f"{prefix}{number:0{self.prefix_digits}d}"
		db.execute("update `tabDocument Naming Rule` set counter = ? where name = ?", (number, self.name))
