"""What was agreed with a customer about its credit, and whose limit counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest
from o2c_extensions.credit_control.domain.credit import Terms
from o2c_extensions.credit_control.services.exposure import credit_of
from o2c_extensions.credit_control.services.terms import MissingRateError, terms_of

from tests.support import erp


def profile(customer: str, **values: Any) -> Any:
	return erp.insert("Credit Profile", **{"customer": customer, "company": erp.COMPANY, **values})


def limited(limit: float, **values: Any) -> str:
	return erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": limit, **values}])


def terms(customer: str) -> Terms:
	return credit_of(customer, erp.COMPANY).terms


def ordered(customer: str, item: str, net: float) -> str:
	order = erp.order(customer, [{"item_code": item, "qty": 1, "rate": net}], taxes=[]).insert()
	order.submit()
	return str(frappe.db.get_value("Sales Order", order.name, "o2c_credit_status"))


def test_without_a_profile_the_native_limits_count(company: str) -> None:
	group = erp.insert(
		"Customer Group",
		customer_group_name=f"Gruppe {frappe.generate_hash(length=6)}",
		credit_limits=[{"company": company, "credit_limit": 700}],
	).name
	own = erp.make_customer(customer_group=group, credit_limits=[{"company": company, "credit_limit": 500}])
	of_group = erp.make_customer(customer_group=group)
	of_company = erp.make_customer()
	assert (terms(own).limit, terms(own).source) == (Decimal("500.00"), "Customer")
	assert (terms(of_group).limit, terms(of_group).source) == (Decimal("700.00"), "Customer Group")
	assert (terms(of_company).has_limit, terms(of_company).source) == (False, "")
	frappe.db.set_value("Company", company, "credit_limit", 900)
	assert (terms(of_company).limit, terms(of_company).source) == (Decimal("900.00"), "Company")
	frappe.db.set_value(
		"Customer Credit Limit", {"parent": group, "company": company}, "bypass_credit_limit_check", 1
	)
	assert terms(of_group).source == "Company"


def test_the_profile_comes_first(company: str, service: str) -> None:
	customer = limited(5000, bypass_credit_limit_check=1)
	doc = profile(customer, limit_kind="Limit", credit_limit=300)
	assert doc.currency == "EUR"
	found = terms(customer)
	assert (found.limit, found.source, found.at_orders) == (Decimal("300.00"), "Credit Profile", True)
	assert ordered(customer, service, 301) == "Held"
	doc.limit_kind = "Inherit"
	doc.save()
	assert (doc.credit_limit, terms(customer).limit, terms(customer).at_orders) == (
		0,
		Decimal("5000.00"),
		False,
	)


def test_prepay_only_is_a_true_zero(company: str, service: str) -> None:
	customer = limited(5000)
	profile(customer, limit_kind="Prepay Only")
	found = terms(customer)
	assert (found.limit, found.has_limit, found.prepay_only) == (Decimal(0), True, True)
	assert ordered(customer, service, 0.01) == "Held"
	paid = erp.make_customer()
	profile(paid, limit_kind="Prepay Only")
	payment = frappe.get_doc(
		{
			"doctype": "Payment Entry",
			"payment_type": "Receive",
			"company": company,
			"party_type": "Customer",
			"party": paid,
			"paid_from": "Debtors - NH",
			"paid_to": erp.BANK,
			"paid_from_account_currency": "EUR",
			"paid_to_account_currency": "EUR",
			"paid_amount": 100,
			"received_amount": 100,
			"source_exchange_rate": 1,
			"target_exchange_rate": 1,
			"reference_no": "R",
			"reference_date": erp.DAY,
		}
	).insert()
	payment.submit()
	assert ordered(paid, service, 100) == "Passed", "what was paid ahead may be ordered"
	assert ordered(paid, service, 1) == "Held"


def test_a_limit_in_another_currency(company: str) -> None:
	erp.insert(
		"Currency Exchange", from_currency="USD", to_currency="EUR", exchange_rate=0.8, date="2026-01-01"
	)
	erp.insert(
		"Currency Exchange", from_currency="USD", to_currency="EUR", exchange_rate=0.9, date="2026-03-01"
	)
	customer = erp.make_customer()
	profile(customer, limit_kind="Limit", credit_limit=1000, currency="USD")
	for day, limit in ((date(2026, 2, 28), "800.00"), (date(2026, 3, 1), "900.00")):
		assert terms_of([customer], company, day)[customer].limit == Decimal(limit)


def test_a_limit_without_a_rate_is_refused_and_at_run_time_holds(
	company: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	customer = erp.make_customer()
	monkeypatch.setattr("o2c_extensions.erp.exchange_rate", lambda *_args: 0.0)
	with pytest.raises(MissingRateError, match="USD"):
		profile(customer, limit_kind="Limit", credit_limit=1000, currency="USD")
	monkeypatch.setattr("o2c_extensions.erp.exchange_rate", lambda *_args: 0.9)
	profile(customer, limit_kind="Limit", credit_limit=1000, currency="USD")
	monkeypatch.setattr("o2c_extensions.erp.exchange_rate", lambda *_args: 0.0)
	assert ordered(customer, service, 1) == "Held"
	hold = frappe.get_last_doc("Credit Hold", filters={"customer": customer})
	assert hold.causes == "Check Failed" and "could not be checked" in hold.reasons


@pytest.mark.parametrize(
	("values", "error"),
	[
		({"limit_kind": "Limit"}, frappe.ValidationError),
		({"limit_kind": "Limit", "credit_limit": 0}, frappe.ValidationError),
		({"limit_kind": "Limit", "credit_limit": -5}, frappe.ValidationError),
		({"limit_kind": "Limit", "credit_limit": 5, "currency": "Taler"}, frappe.LinkValidationError),
		({"is_blocked": 1}, frappe.MandatoryError),
	],
)
def test_what_is_refused(company: str, values: dict[str, Any], error: type[Exception]) -> None:
	customer = erp.make_customer()
	with pytest.raises(error):
		profile(customer, **values)


def test_there_is_one_for_each_customer_and_company(company: str) -> None:
	customer = erp.make_customer()
	profile(customer)
	with pytest.raises(frappe.DuplicateEntryError):
		profile(customer)


def test_no_account_is_above_itself(company: str) -> None:
	top, middle, bottom = (erp.make_customer() for _ in range(3))
	profile(bottom, parent_account=middle)
	profile(middle, parent_account=top)
	with pytest.raises(frappe.ValidationError, match=f"{top} → {bottom} → {middle} → {top}"):
		profile(top, parent_account=bottom)
	with pytest.raises(frappe.ValidationError):
		profile(top, parent_account=top)


def test_a_person_is_known_as_one(company: str) -> None:
	person = erp.make_customer(customer_type="Individual")
	assert terms(person).is_natural_person
	doc = profile(person)
	assert doc.is_natural_person
	doc.is_natural_person = 0
	doc.save()
	assert not terms(person).is_natural_person
	assert not terms(erp.make_customer()).is_natural_person


def test_what_else_was_agreed(company: str) -> None:
	customer = erp.make_customer()
	risk_class = frappe.get_doc({"doctype": "Credit Risk Class", "description": "Slow", "review_months": 6})
	risk_class.insert(set_name=f"C {frappe.generate_hash(length=6)}")
	profile(
		customer,
		risk_class=risk_class.name,
		valid_until="2026-12-31",
		next_review="2026-09-01",
		is_blocked=1,
		block_reason="Insolvent",
	)
	found = terms(customer)
	assert (found.risk_class, found.valid_until, found.next_review) == (
		risk_class.name,
		date(2026, 12, 31),
		date(2026, 9, 1),
	)
	assert (found.is_blocked, found.block_reason) == (True, "Insolvent")
