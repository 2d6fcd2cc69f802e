"""The rate of a row, from its price list rate, its margin and its discount. Pure."""

from __future__ import annotations

from typing import Any

from minibench.values.numbers import flt


def set_rate(item: Any, conversion_rate: float) -> None:
	"""A row's rate from its price list rate, margin and discount; the discount amount from the rate."""
	if item.discount_percentage == 100:
		item.rate = 0.0
	elif item.price_list_rate and not item.rate:
		item.rate = flt(
			item.price_list_rate * (1.0 - (item.discount_percentage / 100.0)), item.precision("rate")
		)
		item.discount_amount = item.price_list_rate * (item.discount_percentage / 100.0)
	item.rate_with_margin, item.base_rate_with_margin = _margin(item, conversion_rate)
	if flt(item.rate_with_margin) > 0:
		item.rate = flt(
			item.rate_with_margin * (1.0 - (item.discount_percentage / 100.0)), item.precision("rate")
		)
		if item.discount_amount and not item.discount_percentage:
			item.rate = item.rate_with_margin - item.discount_amount
		else:
			item.discount_amount = item.rate_with_margin - item.rate
	elif flt(item.price_list_rate) > 0:
		item.discount_amount = item.price_list_rate - item.rate


def _margin(item: Any, conversion_rate: float) -> tuple[float, float]:
	if not item.price_list_rate:
		return 0.0, 0.0
	if flt(item.rate) > flt(item.price_list_rate):
		item.margin_type = "Amount"
		item.margin_rate_or_amount = flt(
			item.rate - item.price_list_rate, item.precision("margin_rate_or_amount")
		)
		return 0.0, 0.0
	if item.margin_type and item.margin_rate_or_amount:
		by_amount = item.margin_type == "Amount"
		margin = item.margin_rate_or_amount
		if not by_amount:
			margin = flt(item.price_list_rate) * flt(item.margin_rate_or_amount) / 100
		rate = flt(item.price_list_rate) + flt(margin)
		return rate, flt(rate) * flt(conversion_rate)
	return 0.0, 0.0
