"""What a receipt is to be posted as, whoever decided it: a rule, a clerk, or a person who took it apart by hand.

what came in (in the receivable account's currency)
	= sum of the shares - sum of the deductions (converted) + what stays on the customer's account
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

INVOICE = "Sales Invoice"


@dataclass(frozen=True)
class Share:
	"""What an invoice, or one instalment of it, gets of a receipt, in the currency of its receivable account.

	Attributes:
		invoice: its name, or an order's that is paid in advance.
		amount: below zero for a credit note that is set off.
	"""

	invoice: str
	amount: Decimal
	term: str = ""
	doctype: str = INVOICE


@dataclass(frozen=True)
class Deduction:
	"""What the receipt is short of, or too much by, and to which account that goes.

	Attributes:
		amount: in the company's currency; a discount or a charge that the bank has kept is positive.
		cost_center: the company's own, if empty.
	"""

	account: str
	amount: Decimal
	cost_center: str = ""
	description: str = ""


@dataclass(frozen=True)
class Posting:
	"""One line of a statement, and what is to be made of it.

	Attributes:
		line: the Bank Transaction.
		account: the receivable account that the invoices stand on.
		paid: what the customer has paid in that account's currency, if the bank account is kept in another one.
		rate: units of the company's currency for one of the receivable account's; the site's own of the day, if None.
		target_rate: the same for one of the bank account's.
		received: how much of the line this is; all of it, if None.
	"""

	line: str
	customer: str
	account: str
	shares: tuple[Share, ...]
	deductions: tuple[Deduction, ...] = ()
	paid: Decimal | None = None
	rate: Decimal | None = None
	target_rate: Decimal | None = None
	received: Decimal | None = None

	@property
	def is_plain(self) -> bool:
		"""All of the line, to invoices."""
		return self.received is None and all(
			share.doctype == INVOICE and share.amount > 0 for share in self.shares
		)


def faults(posting: Posting) -> tuple[str, ...]:
	"""Why a posting makes no sense, whatever the ledger says: codes."""
	found = []
	if any(share.amount <= 0 and not _is_set_off(share, posting) for share in posting.shares):
		found.append("share not positive")
	if (
		max(
			Counter((share.doctype, share.invoice, share.term) for share in posting.shares).values(),
			default=0,
		)
		> 1
	):
		found.append("share twice")
	if any(deduction.amount == 0 or not deduction.account for deduction in posting.deductions):
		found.append("deduction of nothing")
	if posting.paid is not None and posting.paid <= 0:
		found.append("paid nothing")
	if any(rate is not None and rate <= 0 for rate in (posting.rate, posting.target_rate)):
		found.append("no rate")
	return tuple(found)


def _is_set_off(share: Share, posting: Posting) -> bool:
	"""A credit note beside invoices that are worth more."""
	total = sum((one.amount for one in posting.shares), Decimal(0))
	return share.amount < 0 < total and share.doctype == INVOICE and not share.term


def each_line_once(postings: Sequence[Posting]) -> tuple[Posting, ...]:
	"""The postings in the order in which their lines are locked: each line once, the first posting of it counts."""
	first: dict[str, Posting] = {}
	for posting in postings:
		first.setdefault(posting.line, posting)
	return tuple(first[line] for line in sorted(first))
