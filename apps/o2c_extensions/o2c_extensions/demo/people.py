"""Who buys from Nordwind Handels GmbH: forty invented companies, and how each of them pays."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal

# How a customer pays. What each means stands in payers.py.
EARLY, ON_TIME, LATE, SHORT, TWICE, NEVER, TOGETHER = (
	"early",
	"on time",
	"late",
	"short",
	"twice",
	"never",
	"together",
)


@dataclass(frozen=True)
class Customer:
	name: str
	group: str
	street: str
	postcode: str
	city: str
	country: str
	contact: str
	email: str
	phone: str
	vat_id: str
	iban: str
	terms: str
	"""One of TERMS in story.py."""
	limit: Decimal
	"""Zero: no credit limit."""
	pays: str
	weight: int
	"""How often this customer orders, beside the others."""
	warehouse: str
	"""The nearest one."""


# name | group | street | postcode | city | country | contact | terms | limit | pays | weight
_CUSTOMERS = """
Hotel Seeblick Warnemünde GmbH | Hotels | Strandpromenade 12 | 18119 | Rostock | DE | Katrin Brandt | skonto | 25000 | early | 5
Gasthof zum Goldenen Hirsch | Restaurants | Marktplatz 3 | 83278 | Traunstein | DE | Josef Huber | 14 | 0 | on time | 3
Kaffeerösterei Elbfeuer GmbH | Cafés | Große Elbstraße 77 | 22767 | Hamburg | DE | Lena Petersen | skonto | 12000 | early | 4
Restaurant Lindenhof e.K. | Restaurants | Lindenallee 8 | 04157 | Leipzig | DE | Matthias Krause | 14 | 2000 | late | 4
Bäckerei Wiechmann OHG | Cafés | Lange Reihe 41 | 20099 | Hamburg | DE | Heike Wiechmann | 14 | 3500 | on time | 4
Catering Rheingold GmbH | Catering | Schanzenstraße 22 | 51063 | Köln | DE | Dirk Schmitz | 30 | 6000 | late | 5
Klinikum Weserland gGmbH | Institutions | Am Klinikpark 1 | 28325 | Bremen | DE | Dr. Susanne Albers | 30 | 60000 | together | 6
Studierendenwerk Mittelsachsen AöR | Institutions | Mensaweg 5 | 09599 | Freiberg | DE | Frank Uhlig | 30 | 40000 | on time | 4
Café Morgenrot GbR | Cafés | Kastanienallee 85 | 10435 | Berlin | DE | Jana Neumann | 14 | 1200 | late | 4
Brauhaus am Dom GmbH & Co. KG | Restaurants | Domstraße 19 | 97070 | Würzburg | DE | Stefan Endres | skonto | 10000 | early | 3
Pension Alpenglühen | Hotels | Bergweg 14 | 82467 | Garmisch-Partenkirchen | DE | Monika Ostler | 14 | 0 | on time | 2
Strandkorb Gastronomie GmbH | Restaurants | Kurpromenade 6 | 23743 | Grömitz | DE | Torben Hansen | 30 | 2500 | short | 4
Hotel Fürstenhof Betriebs-GmbH | Hotels | Fürstenplatz 2 | 44139 | Dortmund | DE | Claudia Werner | raten | 30000 | on time | 4
Imbiss-Kette Currykontor GmbH | Restaurants | Industriestraße 30 | 44809 | Bochum | DE | Mehmet Yildiz | 14 | 5000 | short | 5
Seniorenresidenz Am Stadtwald gGmbH | Institutions | Waldstraße 100 | 60528 | Frankfurt am Main | DE | Birgit Lorenz | 30 | 20000 | on time | 4
Konditorei Sahnehäubchen | Cafés | Hauptstraße 55 | 69117 | Heidelberg | DE | Ulrike Maier | 14 | 0 | early | 3
Kantinenbetriebe Nordkap GmbH | Catering | Hafenring 9 | 24143 | Kiel | DE | Sven Claasen | skonto | 15000 | on time | 4
Eventagentur Lichterloh UG | Catering | Spinnereistraße 7 | 04179 | Leipzig | DE | Robin Voigt | 14 | 900 | never | 3
Bio-Bistro Grünschnabel eG | Restaurants | Vauban-Allee 21 | 79100 | Freiburg im Breisgau | DE | Nora Keller | 14 | 2500 | on time | 3
Tagungshotel Harzblick GmbH | Hotels | Brockenweg 33 | 38855 | Wernigerode | DE | Andreas Riemann | 30 | 8000 | late | 3
Feinkost Baumgartner KG | Retail | Viktualiengasse 4 | 80331 | München | DE | Elisabeth Baumgartner | skonto | 18000 | early | 4
Weinhandlung Rebstock | Retail | Mosstraße 17 | 54290 | Trier | DE | Peter Kolb | 14 | 0 | on time | 2
Hofladen Uckermark eG | Retail | Dorfstraße 2 | 17268 | Templin | DE | Sabine Lehmann | 14 | 2000 | twice | 3
Messegastronomie Hannover GmbH | Catering | Expo-Plaza 11 | 30539 | Hannover | DE | Jörg Behrens | 30 | 45000 | together | 4
Autobahnrasthof Soester Börde GmbH | Restaurants | Am Rastplatz 1 | 59494 | Soest | DE | Petra Wulf | 30 | 7000 | late | 3
Grand Hotel Alstertor GmbH | Hotels | Neuer Jungfernstieg 30 | 20354 | Hamburg | DE | Alexander von Treskow | raten | 90000 | on time | 3
Grachtenhotel De Zwaan B.V. | Hotels | Herengracht 212 | 1016 BS | Amsterdam | NL | Marieke de Vries | 30 | 15000 | on time | 3
Koffiehuis Van Dijk | Cafés | Oudegracht 88 | 3511 AV | Utrecht | NL | Joost van Dijk | 14 | 2500 | late | 3
Strandpaviljoen Zeezicht B.V. | Restaurants | Boulevard 4 | 2042 AC | Zandvoort | NL | Femke Bakker | 14 | 1500 | twice | 3
Cateringbedrijf Maasstad B.V. | Catering | Waalhaven 51 | 3087 BM | Rotterdam | NL | Ruben Jansen | skonto | 12000 | early | 3
Lunchroom Het Hoekje | Cafés | Grote Markt 14 | 9712 HN | Groningen | NL | Anouk Visser | 14 | 0 | on time | 2
Brasserie De Gouden Leeuw BV | Restaurants | Korenmarkt 9 | 9000 | Gent | BE | Pieter Claes | 30 | 6000 | late | 3
Hôtel Les Ardennes SA | Hotels | Rue de la Vallée 25 | 6980 | La Roche-en-Ardenne | BE | Sophie Lambert | 30 | 9000 | on time | 2
Chocolaterie Dumont SRL | Retail | Rue au Beurre 31 | 1000 | Bruxelles | BE | Antoine Dumont | skonto | 10000 | early | 3
Frituur Antwerpen Zuid | Restaurants | Vlaamsekaai 60 | 2000 | Antwerpen | BE | Wim Peeters | 14 | 800 | never | 2
Hotel Donauwelle GmbH | Hotels | Uferstraße 18 | 4020 | Linz | AT | Johanna Leitner | 30 | 14000 | on time | 3
Kaffeehaus Zentral KG | Cafés | Herrengasse 14 | 1010 | Wien | AT | Maximilian Gruber | 14 | 4000 | late | 3
Berggasthof Hochalm | Restaurants | Almweg 1 | 5700 | Zell am See | AT | Thomas Egger | 14 | 0 | early | 2
Mozart Confiserie GmbH | Retail | Getreidegasse 40 | 5020 | Salzburg | AT | Barbara Hofer | skonto | 9000 | on time | 3
Thermenresort Steiermark GmbH | Hotels | Thermenallee 7 | 8280 | Fürstenfeld | AT | Gerald Pichler | raten | 26000 | short | 3
"""

COUNTRIES = {"DE": "Germany", "NL": "Netherlands", "BE": "Belgium", "AT": "Austria"}
GROUPS = ("Hotels", "Restaurants", "Cafés", "Catering", "Institutions", "Retail")
_DIALLING = {"DE": "+49", "NL": "+31", "BE": "+32", "AT": "+43"}


def customers() -> tuple[Customer, ...]:
	"""The customers, always the same and in the same order."""
	lines = [line.split("|") for line in _CUSTOMERS.strip().splitlines()]
	return tuple(
		_customer(number, [cell.strip() for cell in cells]) for number, cells in enumerate(lines, start=1)
	)


def _customer(number: int, cells: list[str]) -> Customer:
	name, group, street, postcode, city, country, contact, terms, limit, pays, weight = cells
	first = _ascii(contact.removeprefix("Dr. ").split()[0])
	return Customer(
		name=name,
		group=group,
		street=street,
		postcode=postcode,
		city=city,
		country=COUNTRIES[country],
		contact=contact,
		email=f"{first}@{_domain(name)}.example",
		phone=f"{_DIALLING[country]} {30 + number} 555{1000 + 37 * number}",
		vat_id=_vat_id(country, number),
		iban=customer_iban(country, number),
		terms=terms,
		limit=Decimal(limit),
		pays=pays,
		weight=int(weight),
		warehouse=_nearest(country, postcode),
	)


def _nearest(country: str, postcode: str) -> str:
	"""Goods for the north leave from Hamburg, for the east and south from Leipzig, for the west from Duisburg."""
	region = postcode[0] if country == "DE" else country
	if region in ("0", "1", "8", "9", "AT"):
		return "Leipzig"
	return "Hamburg" if region in ("2", "3") else "Duisburg"


def _ascii(text: str) -> str:
	for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
		text = text.lower().replace(umlaut, plain)
	decomposed = unicodedata.normalize("NFKD", text)
	return "".join(letter for letter in decomposed if letter.isalnum() and letter.isascii())


def _domain(name: str) -> str:
	"""The company's name without its legal form, as an Internet domain."""
	forms = {
		"gmbh",
		"co",
		"kg",
		"ohg",
		"gbr",
		"ek",
		"ug",
		"eg",
		"ggmbh",
		"aoer",
		"bv",
		"sa",
		"srl",
		"betriebsgmbh",
	}
	words = [_ascii(word) for word in name.split()]
	return "-".join(word for word in words if word and word not in forms)


def _vat_id(country: str, number: int) -> str:
	digits = 270_000_000 + 1_234_567 * number
	return {
		"DE": f"DE{digits:09d}",
		"NL": f"NL{digits:09d}B01",
		"BE": f"BE0{digits:09d}",
		"AT": f"ATU{digits % 100_000_000:08d}",
	}[country]


def customer_iban(country: str, number: int) -> str:
	"""An IBAN with right check digits, of an account that does not exist."""
	account = 1_000_000 + 7919 * number
	if country == "DE":
		return iban("DE", f"20050550{account:010d}")
	if country == "NL":
		return iban("NL", f"ABNA{account:010d}")
	if country == "AT":
		return iban("AT", f"12000{account:011d}")
	ten = f"539{account:07d}"
	return iban("BE", f"{ten}{int(ten) % 97 or 97:02d}")


def iban(country: str, account: str) -> str:
	"""Country and account with the two check digits between them."""
	digits = "".join(str(int(letter, 36)) for letter in f"{account}{country}00")
	return f"{country}{98 - int(digits) % 97:02d}{account}"
