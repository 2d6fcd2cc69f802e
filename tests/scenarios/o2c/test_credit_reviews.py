"""Reviews: a score from the books, another limit proposed, and a person who decides about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.utils import add_days, add_months, getdate
from o2c_extensions.common import batch, decisions
from o2c_extensions.credit_control import api, tasks
from o2c_extensions.credit_control.queries import reviews as queries
from o2c_extensions.credit_control.services import reviews
from o2c_extensions.credit_control.services.holds import CreditAuthorityError

from tests.support import erp

YEARS = ("2018", "2019")
TODAY = date(2019, 12, 31)
PROPOSAL, PROFILE = "Credit Limit Proposal", "Credit Profile"


@pytest.fixture(autouse=True)
def books(company: str) -> Iterator[None]:
	for year in YEARS:
		erp.ensure(
			"Fiscal Year", year, year=year, year_start_date=f"{year}-01-01", year_end_date=f"{year}-12-31"
		)
	yield
	frappe.flags.current_date = None
	frappe.db.rollback()
	frappe.cache.delete_value("fiscal_years")


def day(before: int) -> str:
	return str(add_days(TODAY, -before))


def sold(customer: str, service: str, net: float, before: int, terms: int = 30) -> Any:
	"""An invoice of so many days ago."""
	invoice = erp.invoice(
		customer,
		[{"item_code": service, "qty": 1, "rate": net}],
		day=day(before),
		due_date=day(before - terms),
		taxes=[],
	)
	invoice.insert()
	invoice.submit()
	return invoice


def paid(invoice: Any, late: int) -> None:
	"""Paid so many days after it was due, if that day has come."""
	if add_days(getdate(invoice.due_date), late) > TODAY:
		return
	payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK)
	posting = add_days(getdate(invoice.due_date), late)
	payment.update({"posting_date": posting, "reference_no": "R 1", "reference_date": posting})
	payment.insert()
	payment.submit()


def payer(service: str, late: int, peak: float = 9000, limit: float = 10_000, **values: Any) -> str:
	"""A customer of two years who has paid so late, and owed so much at most."""
	customer = erp.make_customer(**values)
	for before, net in ((700, 100), (300, peak), (200, 500), (100, 500), (60, 500)):
		paid(sold(customer, service, net, before), late)
	profile(customer, limit_kind="Limit", credit_limit=limit, currency="EUR")
	return customer


def profile(customer: str, **values: Any) -> Any:
	return erp.insert(PROFILE, customer=customer, company=erp.COMPANY, **values)


def profile_of(customer: str) -> Any:
	return frappe.get_doc(PROFILE, {"customer": customer, "company": erp.COMPANY})


def reviewed(customer: str, today: date = TODAY) -> str:
	return reviews.review(customer, erp.COMPANY, today)


def proposals_of(customer: str) -> list[Any]:
	names = frappe.get_all(
		PROPOSAL, filters={"customer": customer}, order_by="creation asc, name asc", pluck="name"
	)
	return [frappe.get_doc(PROPOSAL, name) for name in names]


def proposal_of(customer: str) -> Any:
	(one,) = proposals_of(customer)
	return one


def decisions_on(proposal: Any) -> list[Any]:
	return list(
		frappe.get_all(
			"O2C Decision",
			filters={"subject_doctype": PROPOSAL, "subject_name": proposal.name},
			fields=["decision_type", "outcome", "reasons", "inputs", "decided_by"],
			order_by="creation asc, name asc",
		)
	)


@pytest.fixture
def user(company: str) -> Callable[..., str]:
	def make(*roles: str) -> str:
		email = f"review-{frappe.generate_hash(length=8)}@example.com"
		acting = frappe.session.user
		frappe.set_user("Administrator")
		erp.insert(
			"User",
			email=email,
			first_name="Test",
			send_welcome_email=0,
			roles=[{"role": role} for role in roles],
		)
		frappe.set_user(acting)
		return email

	return make


# --- scores and proposals ------------------------------------------------------------------------------------------


def test_a_prompt_payer_who_needs_more(service: str) -> None:
	customer = payer(service, late=0)
	assert reviewed(customer) == "95: Raise: € 12.000,00"
	found = profile_of(customer)
	assert (found.score, found.reviewed_on, found.next_review) == (95, TODAY, date(2020, 12, 31))
	assert "Paid when due (% of the amount): 100, 20 of 20 points" in found.score_inputs
	assert found.credit_limit == 10_000
	proposal = proposal_of(customer)
	assert (proposal.status, proposal.direction, proposal.score) == ("Proposed", "Raise", 95)
	assert (proposal.current_limit, proposal.proposed_limit, proposal.peak_exposure) == (
		10_000,
		12_000,
		9_000,
	)
	assert proposal.reasons.split("\n") == [
		"The score of 95 is good.",
		"At its peak, € 9.000,00 of the limit was used: 90 %.",
	]
	(decision,) = decisions_on(proposal)
	assert (decision.decision_type, decision.outcome) == ("Limit Proposal", "Raise")
	assert json.loads(decision.inputs)["standing"]["peak"] == "9000.0"
	decisions.seal()
	assert decisions.verify()["intact"]


def test_a_late_payer(service: str) -> None:
	customer = payer(service, late=45)
	sold(customer, service, 700, 100, terms=10)
	reviewed(customer)
	proposal = proposal_of(customer)
	assert (proposal.direction, proposal.overdue) == ("Lower", 1200)
	assert proposal.proposed_limit < 10_000
	assert len(proposal.reasons.split("\n")) == 3
	assert profile_of(customer).next_review == date(2020, 3, 31)


def test_too_little_is_known(customer: str, service: str) -> None:
	paid(sold(customer, service, 900, 60), 0)
	profile(customer, limit_kind="Limit", credit_limit=1000, currency="EUR")
	assert reviewed(customer) == "-: No Proposal"
	found = profile_of(customer)
	assert found.score == 0
	assert found.score_inputs.startswith("Not enough history for a score.")
	assert proposals_of(customer) == []


def test_a_customer_without_a_profile_gets_one(service: str) -> None:
	customer = erp.make_customer()
	sold(customer, service, 100, 60)
	assert (erp.COMPANY, customer) in queries.without_profile(erp.COMPANY)
	reviewed(customer)
	assert profile_of(customer).limit_kind == "Inherit"
	assert (erp.COMPANY, customer) not in queries.without_profile(erp.COMPANY)


def test_a_later_review_changes_the_proposal_or_takes_it_back(service: str) -> None:
	customer = payer(service, late=0)
	reviewed(customer)
	reviewed(customer)
	assert [row.outcome for row in decisions_on(proposal_of(customer))] == ["Raise"]
	sold(customer, service, 9_500, 20)
	reviewed(customer)
	changed = proposal_of(customer)
	assert (changed.status, changed.peak_exposure) == ("Proposed", 9_500)
	assert [row.outcome for row in decisions_on(changed)] == ["Raise"]
	sold(customer, service, 10, 50)
	reviewed(customer)
	assert proposal_of(customer).status == "Withdrawn"
	assert [row.outcome for row in decisions_on(proposal_of(customer))] == ["Raise", "Withdrawn"]


@pytest.mark.parametrize(
	"values",
	[{"is_blocked": 1, "block_reason": "Fraud"}, {"limit_kind": "Prepay Only"}, {"limit_kind": "Inherit"}],
)
def test_nothing_is_proposed_for_those(service: str, values: dict[str, Any]) -> None:
	customer = payer(service, late=0)
	found = profile_of(customer)
	found.update(values)
	found.save()
	reviewed(customer)
	assert proposals_of(customer) == []


def test_a_natural_person_is_only_proposed_to(service: str) -> None:
	customer = payer(service, late=50, customer_type="Individual")
	reviewed(customer)
	proposal = proposal_of(customer)
	assert proposal.is_natural_person == 1
	assert "GDPR Art. 22" in proposal.reasons
	assert profile_of(customer).credit_limit == 10_000


# --- a person decides ----------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(service: str) -> Any:
	customer = payer(service, late=0)
	reviewed(customer)
	return proposal_of(customer)


def test_accepting_sets_the_limit(proposed: Any, user: Callable[..., str]) -> None:
	manager = user("Credit Manager")
	frappe.set_user(manager)
	frappe.flags.in_test = False  # in a test nothing is written into the history
	found = api.accept_proposal(proposed.name, "Good customer")
	frappe.flags.in_test = True
	assert (found["status"], found["credit_limit"]) == ("Accepted", 12_000)
	frappe.set_user("Administrator")
	proposed.reload()
	assert (proposed.decided_by, proposed.comment) == (manager, "Good customer")
	assert proposed.decided_at
	last = decisions_on(proposed)[-1]
	assert (last.decision_type, last.outcome, last.decided_by) == ("Limit Decision", "Accepted", manager)
	assert "Good customer" in last.reasons
	(version,) = frappe.get_all(
		"Version",
		filters={"ref_doctype": PROFILE, "docname": proposed.credit_profile},
		fields=["owner", "data"],
	)
	assert version.owner == manager
	assert "12.000,00" in version.data
	# The decision is fresh: the same is not asked again.
	assert reviewed(proposed.customer, getdate()).endswith("No Proposal")


def test_nobody_accepts_more_than_they_may_release(proposed: Any, user: Callable[..., str]) -> None:
	"""A Credit Controller releases up to 10,000, so sets no limit of 12,000."""
	frappe.set_user(user("Credit Controller"))
	with erp.refused(CreditAuthorityError):
		api.accept_proposal(proposed.name)
	assert profile_of(proposed.customer).credit_limit == 10_000
	assert proposed.reload().status == "Proposed"


def test_declining_leaves_it(proposed: Any, user: Callable[..., str]) -> None:
	frappe.set_user(user("Credit Controller"))
	api.decline_proposal(proposed.name)
	assert proposed.reload().status == "Declined"
	assert profile_of(proposed.customer).credit_limit == 10_000
	with pytest.raises(frappe.ValidationError):
		api.accept_proposal(proposed.name)


def test_only_who_may_decides(proposed: Any, user: Callable[..., str]) -> None:
	frappe.set_user(user("O2C Analyst"))
	assert [row["name"] for row in api.limit_proposals(erp.COMPANY)].count(proposed.name) == 1
	with pytest.raises(frappe.PermissionError):
		api.accept_proposal(proposed.name)
	frappe.set_user(user("Cash Application Clerk"))
	for call in (api.accept_proposal, api.decline_proposal):
		with pytest.raises(frappe.PermissionError):
			call(proposed.name)
	with pytest.raises(frappe.PermissionError):
		api.limit_proposals()
	with pytest.raises(frappe.PermissionError):
		api.score(proposed.customer, erp.COMPANY)


def test_a_proposal_is_nobodys_to_write(proposed: Any, user: Callable[..., str]) -> None:
	frappe.set_user(user("Credit Manager"))
	for values in ({"proposed_limit": 10**6}, {"reasons": "Because", "score": 100}):
		doc = frappe.get_doc(PROPOSAL, proposed.name)
		doc.update({**values, "comment": "Hm"})
		doc.save()
		stored = frappe.get_doc(PROPOSAL, proposed.name)
		assert (stored.proposed_limit, stored.reasons, stored.score) == (
			proposed.proposed_limit,
			proposed.reasons,
			proposed.score,
		)
		assert stored.comment == "Hm"
	doc.status = "Withdrawn"
	with pytest.raises(frappe.ValidationError):
		doc.save()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({**proposed.as_dict(), "name": None, "status": "Proposed"}).insert()
	frappe.set_user("Administrator")
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc(PROPOSAL, proposed.name)


def test_a_limit_that_has_changed_since_is_not_overwritten(proposed: Any) -> None:
	found = profile_of(proposed.customer)
	found.credit_limit = 11_000
	found.save()
	with erp.refused(frappe.ValidationError):
		api.accept_proposal(proposed.name)
	assert profile_of(proposed.customer).credit_limit == 11_000
	assert proposed.reload().status == "Proposed"


def test_a_score_is_not_written_by_hand(proposed: Any) -> None:
	found = profile_of(proposed.customer)
	found.update({"score": 3, "score_inputs": "x", "notes": "y"})
	found.save()
	found.reload()
	assert (found.score, found.notes) == (proposed.score, "y")


# --- runs ----------------------------------------------------------------------------------------------------------


def test_who_is_due(customer: str) -> None:
	def is_due() -> bool:
		return (erp.COMPANY, customer) in queries.due(erp.COMPANY, TODAY)

	found = profile(customer)
	assert is_due()
	found.db_set("next_review", add_days(TODAY, 1))
	assert not is_due()
	assert (erp.COMPANY, customer) in queries.due(None, TODAY, everybody=True)
	found.db_set({"valid_until": TODAY, "reviewed_on": add_days(TODAY, -1)})
	assert is_due()
	found.db_set("reviewed_on", TODAY)
	assert not is_due()
	found.db_set("next_review", TODAY)
	assert is_due()


def test_a_class_says_when_to_review_again(customer: str) -> None:
	erp.ensure("Credit Risk Class", "R4", __newname="R4", review_months=4)
	profile(customer, risk_class="R4")
	reviewed(customer)
	assert profile_of(customer).next_review == getdate(add_months(TODAY, 4))


def test_a_run_reviews_what_it_is_asked_for(service: str) -> None:
	customer = payer(service, late=0)
	work = tasks.CreditReview({"company": erp.COMPANY})
	work.today = TODAY
	(item,) = [each for each in work.items() if customer in each]
	assert work.do(item) == "95: Raise: € 12.000,00"
	assert not [each for each in work.items() if customer in each]
	everybody = tasks.CreditReview({"company": erp.COMPANY, "all": 1})
	assert [each for each in everybody.items() if customer in each]
	with pytest.raises(frappe.ValidationError):
		tasks.CreditReview({"al": 1})


def test_the_daily_task_starts_a_run_where_somebody_is_due(
	customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	started: list[str] = []
	monkeypatch.setattr(batch, "start", lambda kind, parameters=None: started.append(kind))
	profile(customer)
	tasks.review_credit()
	assert started == [tasks.REVIEW]
	frappe.db.set_single_value("O2C Settings", "review_credit", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	tasks.review_credit()
	assert started == [tasks.REVIEW]
	frappe.db.rollback()
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


def test_a_controller_may_start_reviews(user: Callable[..., str]) -> None:
	frappe.flags.in_test = False  # in a test only_for() lets everybody pass
	frappe.set_user(user("Cash Application Clerk"))
	with pytest.raises(frappe.PermissionError):
		batch.start(tasks.REVIEW)


def test_the_score_over_the_api(service: str, user: Callable[..., str]) -> None:
	customer = payer(service, late=0)
	frappe.flags.current_date = TODAY
	found = api.score(customer, erp.COMPANY)
	assert found["score"] == 95
	assert sum(line["weight"] for line in found["inputs"]) == 100
	assert sum(line["points"] for line in found["inputs"]) == pytest.approx(95, abs=1)
	assert api.review_customer(customer, erp.COMPANY)["outcome"].startswith("95: Raise")
