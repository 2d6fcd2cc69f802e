"""A customer's credit score, with its inputs in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.utils import formatdate

from o2c_extensions.common.dates import months_before
from o2c_extensions.credit_control.domain import scoring
from o2c_extensions.credit_control.domain.credit import Terms
from o2c_extensions.credit_control.domain.scoring import History, Input, Score
from o2c_extensions.credit_control.queries import behaviour as queries
from o2c_extensions.credit_control.queries.behaviour import Found
from o2c_extensions.credit_control.services.exposure import Credit, credit_of

RULE = "o2c_extensions.credit_control.domain.scoring.score"
RULE_VERSION = 1


def found_of(company: str, today: date, customers: list[str] | None = None) -> Mapping[str, Found]:
	"""What the books say about customers of a company in the months that a score looks at; all of them, if None is named."""
	return queries.behaviour(company, months_before(today, scoring.MONTHS), today, customers)


def peak_of(found: Found, credit: Credit) -> Decimal:
	"""The highest exposure of the period: receivables as they were day by day, and everything as it is now."""
	return max(found.peak, credit.exposure.total, Decimal(0))


def score_of(found: Found, credit: Credit, today: date) -> Score:
	"""The score of one customer."""
	return scoring.score(
		History(
			payments=tuple(found.payments),
			invoices=found.invoices,
			turnover=found.turnover,
			customer_since=found.customer_since,
			dunning_level=found.dunning_level,
			bounced=found.bounced,
			peak=peak_of(found, credit),
			limit=limit_in_use(credit.terms),
		),
		today,
	)


def limit_in_use(terms: Terms) -> Decimal | None:
	"""The limit that behaviour can be measured by: none where there is none, or where the customer prepays."""
	return terms.limit if terms.has_limit and not terms.prepay_only else None


def score_now(customer: str, company: str, today: date) -> Score:
	"""The score of one customer as of now, without writing anything."""
	found = found_of(company, today, [customer]).get(customer, Found())
	return score_of(found, credit_of(customer, company, today), today)


def labels() -> dict[str, str]:
	"""What the inputs are called."""
	return {
		scoring.ON_TIME: _("Paid when due (% of the amount)"),
		scoring.DAYS_LATE: _("Days late, on average"),
		scoring.TREND: _("Days later in the last three months"),
		scoring.OVERDUE: _("Overdue now (% of a year's turnover)"),
		scoring.LONGEST_OVERDUE: _("Longest overdue (days)"),
		scoring.DUNNING_LEVEL: _("Highest dunning level"),
		scoring.BOUNCED: _("Payments taken back"),
		scoring.RELATIONSHIP: _("Customer for (months)"),
		scoring.UTILISATION: _("Peak use of the limit (%)"),
	}


def lines(score: Score) -> list[dict[str, Any]]:
	"""The inputs as rows: what was found, what it earns, of how much, and the values that earn all and nothing."""
	called = labels()
	criteria = {each.key: each for each in scoring.SCORECARD}
	return [
		{
			"key": line.key,
			"label": called[line.key],
			"value": None if line.value is None else float(line.value),
			"points": float(line.points),
			"weight": line.weight,
			"best": criteria[line.key].best,
			"worst": criteria[line.key].worst,
		}
		for line in score.inputs
	]


def sentences(score: Score, today: date) -> list[str]:
	"""The score's inputs, a line each, as they are kept on a profile and a proposal."""
	called = labels()
	said = [_line(line, called[line.key]) for line in score.inputs]
	if score.value is None:
		said.insert(0, _("Not enough history for a score."))
	return [*said, _("As of {0}.").format(formatdate(today))]


def _line(line: Input, label: str) -> str:
	if line.value is None:
		return str(_("{0}: not known, 0 of {1} points").format(label, line.weight))
	return str(
		_("{0}: {1}, {2} of {3} points").format(label, _plain(line.value), _plain(line.points), line.weight)
	)


def _plain(value: Decimal) -> str:
	"""A number without zeros behind its point."""
	text = f"{value:f}"
	return text.rstrip("0").rstrip(".") if "." in text else text
