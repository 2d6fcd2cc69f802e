"""Amounts in words, as they stand on an invoice."""

from __future__ import annotations

from typing import Any

from minibench.context import db, local
from minibench.values.numbers import INDIAN, cint, flt, get_number_format_info


def money_in_words(
	number: Any, main_currency: str | None = None, fraction_currency: str | None = None
) -> str:
	"""ISO code, whole units and fraction in words: "EUR Twelve and Fifty Cent only."; "" for a negative amount."""
	from minibench.translate import _

	try:
		number = flt(float(number))
	except ValueError:
		return ""
	if number < 0:
		return ""
	main_currency = main_currency or db.get_defaults().get("currency", "INR")
	if not fraction_currency:
		fraction_currency = db.get_value("Currency", main_currency, "fraction", cache=True) or _("Cent")
	number_format = (
		db.get_value("Currency", main_currency, "number_format", cache=True)
		or db.get_default("number_format")
		or "#,###.##"
	)
	decimals = get_number_format_info(number_format)[2]
	whole, dot, fraction = f"{number:.{decimals}f}".partition(".")
	fraction = fraction if dot else "00"
	in_million = number_format != INDIAN

	name = _(main_currency, context="Currency")
	small = f"{in_words(fraction, in_million).title()} {fraction_currency}"
	if whole == "0":
		text = f"{name} {_('Zero')}" if fraction in ("00", "000") else small
	else:
		text = f"{name} {in_words(whole, in_million).title()}"
		if cint(fraction):
			text += f" {_('and')} {small}"
	return f"{text} {_('only.')}"


def in_words(integer: Any, in_million: bool = True) -> str:
	"""A whole number in words of the session's language; with lakh and crore unless `in_million`."""
	from num2words import num2words

	language = local.lang if in_million else "en_IN"
	try:
		words = num2words(int(integer), lang=language)
	except (NotImplementedError, OverflowError):
		words = num2words(int(integer), lang="en")
	return str(words).replace("-", " ")
