"""Payment Terms Template: the instalments of an invoice."""

from __future__ import annotations

from minibench.collaboration.messages import msgprint, throw
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.numbers import flt


class PaymentTermsTemplate(Document):
	def validate(self) -> None:
		if flt(sum(flt(row.invoice_portion) for row in self.terms), 2) != 100.00:
			msgprint(_("Combined invoice portion must equal 100%"), raise_exception=1, indicator="red")
		seen = set()
		for row in self.terms:
			if self.allocate_payment_based_on_payment_terms and not row.payment_term:
				throw(_("Row {0}: Payment Term is mandatory").format(row.idx))
			term = (row.payment_term, row.credit_days, row.credit_months, row.due_date_based_on)
			if term in seen:
				msgprint(
					_("The Payment Term at row {0} is possibly a duplicate.").format(row.idx),
					raise_exception=1,
					indicator="red",
				)
			seen.add(term)
