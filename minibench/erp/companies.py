"""What other documents ask about a company, its accounts and its cost centres."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, session
from minibench.model.caches import get_cached_value
from minibench.model.meta import get_meta
from minibench.translate import _
from minibench.values.numbers import cint


def get_default_company(user: str | None = None) -> str | None:
	"""The user's default company, else that of the site."""
	from minibench.access.defaults import get_user_default_as_list

	companies = get_user_default_as_list("company", user or session.user)
	company: str | None = (
		companies[0] if companies else db.get_single_value("Global Defaults", "default_company")
	)
	return company


def get_company_currency(company: str) -> Any:
	return get_cached_value("Company", company, "default_currency")


def get_default_currency() -> Any:
	"""The currency of the default company."""
	company = get_default_company()
	return get_company_currency(company) if company else None


def get_default_cost_center(company: str | None) -> Any:
	return get_cached_value("Company", company, "cost_center") if company else None


def get_company_default(company: str, fieldname: str, ignore_validation: bool = False) -> Any:
	"""A default of the company. Raises ValidationError where it is not set, unless that is to be ignored."""
	value = get_cached_value("Company", company, fieldname)
	if not value and not ignore_validation:
		label = get_meta("Company").get_label(fieldname)
		throw(_("Please set default {0} in Company {1}").format(label, company))
	return value


def is_perpetual_inventory_enabled(company: str | None) -> bool:
	company = company or get_default_company()
	return bool(company and cint(get_cached_value("Company", company, "enable_perpetual_inventory")))


def get_account_currency(account: str | None) -> Any:
	"""The account's currency, which is that of its company unless it has its own."""
	if not account:
		return None
	currency, company = get_cached_value("Account", account, ["account_currency", "company"])
	return currency or get_company_currency(company)


def name_with_abbreviation(name: str, company: str) -> str:
	"""`Stores` -> `Stores - NH`; a name that ends so already stays as it is."""
	abbr = get_cached_value("Company", company, "abbr")
	parts = name.split(" - ")
	if parts[-1].lower() != abbr.lower():
		parts.append(abbr)
	return " - ".join(parts)


def get_autoname_with_number(number_value: Any, doc_title: str, company: str) -> str:
	"""`1200 - Debtors - NH`."""
	parts = [doc_title.strip(), get_cached_value("Company", company, "abbr")]
	if str(number_value or "").strip():
		parts.insert(0, str(number_value).strip())
	return " - ".join(parts)


def single_default_price_list(kind: str) -> str | None:
	"""The price list that the settings of selling or buying name."""
	settings = "Selling Settings" if kind == "selling" else "Buying Settings"
	return db.get_single_value(settings, f"{kind}_price_list")  # type: ignore[no-any-return]
