"""The countries, currencies and languages of a new site, from Babel's tables, under the names that v15 gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from minibench.context import db, session

# Where v15 does not call a country what Babel calls it.
_NAMES = {
	"AG": "Antigua and Barbuda",
	"BA": "Bosnia and Herzegovina",
	"BL": "Saint Barthélemy",
	"BN": "Brunei Darussalam",
	"BO": "Bolivia, Plurinational State of",
	"BQ": "Bonaire, Sint Eustatius and Saba",
	"CD": "Congo, The Democratic Republic of the",
	"CG": "Congo",
	"CI": "Ivory Coast",
	"CZ": "Czech Republic",
	"FK": "Falkland Islands (Malvinas)",
	"FM": "Micronesia, Federated States of",
	"GS": "South Georgia and the South Sandwich Islands",
	"HK": "Hong Kong",
	"HM": "Heard Island and McDonald Islands",
	"KN": "Saint Kitts and Nevis",
	"KP": "Korea, Democratic Peoples Republic of",
	"KR": "Korea, Republic of",
	"LA": "Lao Peoples Democratic Republic",
	"LC": "Saint Lucia",
	"MD": "Moldova, Republic of",
	"MF": "Saint Martin (French part)",
	"MK": "Macedonia",
	"MM": "Myanmar",
	"MO": "Macao",
	"PM": "Saint Pierre and Miquelon",
	"PN": "Pitcairn",
	"PS": "Palestinian Territory, Occupied",
	"RU": "Russian Federation",
	"SH": "Saint Helena, Ascension and Tristan da Cunha",
	"SJ": "Svalbard and Jan Mayen",
	"ST": "Sao Tome and Principe",
	"SX": "Sint Maarten (Dutch part)",
	"SZ": "Swaziland",
	"TC": "Turks and Caicos Islands",
	"TT": "Trinidad and Tobago",
	"UM": "United States Minor Outlying Islands",
	"VA": "Holy See (Vatican City State)",
	"VC": "Saint Vincent and the Grenadines",
	"VE": "Venezuela, Bolivarian Republic of",
	"VG": "Virgin Islands, British",
	"VI": "Virgin Islands, U.S.",
	"WF": "Wallis and Futuna",
}
# Two letters that stand for no country.
_NO_COUNTRIES = frozenset(
	("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)
# The currencies that are enabled on a new site: fraction, smallest value, symbol, number format.
_ENABLED: dict[str, tuple[str | None, float, str | None, str]] = {
	"AED": ("Fils", 0, "د.إ", "#,###.##"),
	"AUD": ("Cent", 0, "$", "# ###.##"),
	"CHF": ("Rappen[K]", 0.05, "Fr", "#'###.##"),
	"CNY": (None, 0.01, None, "#,###.##"),
	"EUR": ("Cent", 0.01, "€", "#,###.##"),
	"GBP": ("Penny", 0, "£", "#,###.##"),
	"INR": ("Paisa", 0, "₹", "#,##,###.##"),
	"JPY": ("Sen[G]", 0, "¥", "#,###"),
	"USD": ("Cent", 0.01, "$", "#,###.##"),
}
_FORMAT_BY_DECIMALS = {0: "#,###", 3: "#,###.###"}
_LANGUAGES = (
	"af am ar bg bn bo bs ca cs da da-DK de el en en-GB en-US eo es es-AR es-BO es-CL es-CO es-DO es-EC es-GT "
	"es-MX es-NI es-PE et fa fi fil fr fr-CA gu he hi hr hu id is it ja km kn ko ku lo lt lv mk ml mn mr ms my nl no "
	"pl ps pt pt-BR ro ru rw si sk sl sq sr sr-BA sv sw ta te th tr uk ur uz vi zh zh-TW"
).split()


def install() -> None:
	"""Store what is missing. Set-based: nobody listens to these being made."""
	_add("Country", _countries())
	_add("Currency", _currencies())
	_add("Language", _languages())


def _add(doctype: str, rows: Iterable[dict[str, Any]]) -> None:
	from minibench.values.dates import now

	present = {row[0] for row in db.execute(f"select name from `tab{doctype}`")}
	moment = now()
	stamp = {"creation": moment, "modified": moment, "owner": session.user, "modified_by": session.user}
	missing = [{**row, **stamp} for row in rows if row["name"] not in present]
	if missing:
		db.insert_rows(doctype, missing)


def _country_codes() -> dict[str, str]:
	"""code -> the name in English."""
	from babel import Locale

	names = Locale("en").territories
	return {
		code: _NAMES.get(code, name)
		for code, name in names.items()
		if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
	}


def _countries() -> Iterator[dict[str, Any]]:
	from babel.core import get_global

	zones: dict[str, list[str]] = {}
	for zone, code in get_global("zone_territories").items():
		zones.setdefault(code, []).append(zone)
	for code, name in sorted(_country_codes().items()):
		yield {
			"name": name,
			"country_name": name,
			"code": code.lower(),
			"date_format": "dd.mm.yyyy" if code in ("DE", "AT", "CH") else "dd-mm-yyyy",
			"time_format": "HH:mm:ss",
			"time_zones": "\n".join(sorted(zones.get(code, []))) or None,
		}


def _currencies() -> Iterator[dict[str, Any]]:
	from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies

	used = {currency for code in _country_codes() for currency in get_territory_currencies(code)}
	for name in sorted(used | set(_ENABLED)):
		decimals = get_currency_precision(name)
		number_format = _FORMAT_BY_DECIMALS.get(decimals, "#,###.##")
		symbol: str | None = get_currency_symbol(name, "en")
		fraction, smallest = None, 0.0
		if name in _ENABLED:
			fraction, smallest, symbol, number_format = _ENABLED[name]
		yield {
			"name": name,
			"currency_name": name,
			"enabled": int(name in _ENABLED),
			"fraction": fraction,
			"fraction_units": 10**decimals if decimals and name not in _ENABLED else 100,
			"smallest_currency_fraction_value": smallest,
			"symbol": symbol,
			"symbol_on_right": 0,
			"number_format": number_format,
		}


def _languages() -> Iterator[dict[str, Any]]:
	from babel import Locale

	for code in _LANGUAGES:
		locale = Locale.parse(code, sep="-")
		name = locale.get_display_name() or code
		yield {
			"name": code,
			"language_code": code,
			"language_name": name[:1].upper() + name[1:],
			"enabled": 1,
		}
