"""What Nordwind Handels GmbH sells: supplies for kitchens, cafés and hotels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from o2c_extensions.common.money import rounded


@dataclass(frozen=True)
class Item:
	code: str
	name: str
	group: str
	vat: int
	"""Percent: 7 or 19."""
	price: Decimal
	cost: Decimal

	@property
	def is_drop_shipped(self) -> bool:
		"""The supplier sends it to the customer himself."""
		return self.group == DROP_SHIP_GROUP


WAREHOUSES = ("Hamburg", "Leipzig", "Duisburg")
DROP_SHIP_GROUP = "Großgeräte"

# group: prefix of the codes, VAT, cost in percent of the price
_GROUPS = {
	"Kaffee & Tee": ("KT", 7, 62),
	"Feinkost": ("FK", 7, 66),
	"Geschirr & Gläser": ("GG", 19, 55),
	"Besteck & Messer": ("BM", 19, 52),
	"Küchenbedarf": ("KB", 19, 58),
	"Reinigung & Hygiene": ("RH", 19, 60),
	"Verpackung": ("VP", 19, 50),
	"Tisch & Wäsche": ("TW", 19, 54),
	DROP_SHIP_GROUP: ("GR", 19, 72),
}

# In each group: name and price, `a/b` for sizes with a price each.
_ITEMS = {
	"Kaffee & Tee": """
		Espresso Classico 250 g/500 g/1 kg: 6.40/11.90/21.50
		Espresso Bio Peru 250 g/1 kg: 7.20/24.90
		Filterkaffee Hanse 500 g/1 kg: 9.80/18.20
		Kaffee entkoffeiniert 500 g: 11.40
		Kaffeepads 100 Stück: 14.90
		Ostfriesentee 250 g/1 kg: 6.90/23.80
		Earl Grey 250 g: 7.40
		Grüner Tee Sencha 250 g: 8.60
		Kräutertee 100 Beutel: 9.20
		Trinkschokolade 1 kg: 12.60
		Sirup Vanille 1 l: 8.90
		Sirup Karamell 1 l: 8.90""",
	"Feinkost": """
		Olivenöl extra vergine 0,5 l/5 l: 8.50/58.00
		Balsamico di Modena 0,5 l: 7.80
		Meersalz fein 1 kg/10 kg: 2.40/17.50
		Pfeffer schwarz ganz 500 g: 11.20
		Honig Raps 500 g/12,5 kg: 5.60/98.00
		Marmelade Portionen 120 Stück: 21.40
		Senf mittelscharf 5 kg: 14.80
		Tomaten geschält 2,5 kg: 5.90
		Spaghetti 5 kg: 9.40
		Basmatireis 10 kg: 27.50
		Keks zum Kaffee 300 Stück: 18.60
		Zuckersticks 1000 Stück: 13.70""",
	"Geschirr & Gläser": """
		Teller flach 21 cm/27 cm: 3.80/5.60
		Teller tief 22 cm: 4.70
		Kaffeetasse mit Untertasse: 5.90
		Espressotasse mit Untertasse: 4.80
		Müslischale 14 cm: 3.90
		Wasserglas 0,3 l: 1.95
		Weinglas 0,2 l: 3.20
		Bierglas 0,5 l: 2.60
		Sektglas 0,1 l: 3.10
		Karaffe 1 l: 8.90
		Platte oval 36 cm: 12.50
		Zuckerdose: 6.40""",
	"Besteck & Messer": """
		Menümesser: 2.90
		Menügabel: 2.40
		Menülöffel: 2.40
		Kaffeelöffel: 1.60
		Kuchengabel: 1.70
		Steakmesser 6 Stück: 24.00
		Kochmesser 20 cm/26 cm: 38.50/49.00
		Brotmesser 24 cm: 34.00
		Servierlöffel: 7.80
		Tortenheber: 9.60
		Wetzstahl 30 cm: 27.50""",
	"Küchenbedarf": """
		GN-Behälter 1/1 65 mm/100 mm: 14.90/18.70
		GN-Behälter 1/2 65 mm: 9.80
		GN-Deckel 1/1: 8.60
		Kochtopf 10 l/20 l: 64.00/92.00
		Bratpfanne 28 cm/32 cm: 39.00/47.00
		Schneebesen 40 cm: 11.80
		Schneidbrett 60 x 40 cm: 26.50
		Schüssel Edelstahl 5 l: 12.90
		Passiersieb 24 cm: 21.00
		Backblech 60 x 40 cm: 17.40
		Messbecher 2 l: 6.90
		Digitalwaage 10 kg: 58.00""",
	"Reinigung & Hygiene": """
		Spülmittel 10 l: 22.50
		Klarspüler 10 l: 31.00
		Maschinenreiniger 12 kg: 46.00
		Allzweckreiniger 10 l: 19.80
		Fettlöser 5 l: 24.60
		Desinfektion Flächen 5 l: 33.00
		Handseife 5 l: 16.90
		Papierhandtücher 4000 Blatt: 29.50
		Toilettenpapier 64 Rollen: 27.80
		Müllsäcke 120 l 250 Stück: 24.90
		Mikrofasertücher 20 Stück: 14.50
		Einweghandschuhe 100 Stück: 8.70""",
	"Verpackung": """
		Kaffeebecher 0,2 l/0,3 l 1000 Stück: 49.00/58.00
		Deckel für Becher 1000 Stück: 31.00
		Suppenschale 500 ml 500 Stück: 54.00
		Salatschale 1 l 300 Stück: 46.50
		Pizzakarton 32 cm 100 Stück: 27.00
		Papiertüte 32 cm 250 Stück: 33.00
		Alufolie 45 cm x 150 m: 17.80
		Frischhaltefolie 45 cm x 300 m: 13.90
		Backpapier 500 Blatt: 19.60
		Servietten weiß 1000 Stück: 21.50
		Holzbesteck-Set 250 Stück: 28.40""",
	"Tisch & Wäsche": """
		Tischdecke 130 x 130 cm/130 x 190 cm: 18.90/24.50
		Stoffserviette 50 x 50 cm: 3.90
		Geschirrtuch 10 Stück: 16.50
		Kochjacke weiß: 32.00
		Kochmütze 10 Stück: 13.80
		Bistroschürze: 14.90
		Bettwäsche Satin: 46.00
		Spannbettlaken 100 x 200 cm: 17.50
		Handtuch 50 x 100 cm/70 x 140 cm: 7.90/14.80
		Bademantel: 36.00
		Badvorleger: 11.50
		Kissen 80 x 80 cm: 22.00""",
	DROP_SHIP_GROUP: """
		Gläserspülmaschine GS 40: 1890.00
		Haubenspülmaschine HS 60: 4250.00
		Espressomaschine zweigruppig: 3980.00
		Kaffeemühle Profi: 690.00
		Gastronomie-Kühlschrank 600 l: 1380.00
		Tiefkühlschrank 600 l: 1590.00
		Kombidämpfer 6 x 1/1: 6450.00
		Fritteuse 2 x 10 l: 980.00
		Saladette 1400 mm: 1240.00
		Aufschnittmaschine 300 mm: 870.00""",
}


def items() -> tuple[Item, ...]:
	"""The catalogue, always the same and in the same order."""
	found = []
	for group, text in _ITEMS.items():
		prefix, vat, share = _GROUPS[group]
		for number, (name, price) in enumerate(_sold(text), start=1):
			cost = rounded(price * share / 100, "EUR")
			found.append(Item(f"{prefix}-{1000 + 10 * number}", name, group, vat, price, cost))
	return tuple(found)


def groups() -> tuple[str, ...]:
	return tuple(_GROUPS)


def _sold(text: str) -> list[tuple[str, Decimal]]:
	sold = []
	for line in text.strip().splitlines():
		name, _, prices = line.strip().rpartition(": ")
		many = prices.split("/")
		names = _sizes(name, len(many))
		sold += [(each, Decimal(price)) for each, price in zip(names, many, strict=True)]
	return sold


def _sizes(name: str, count: int) -> list[str]:
	"""`Teller 21 cm/27 cm` are two items, `GN-Deckel 1/1` is one."""
	if count == 1:
		return [name]
	parts = name.rsplit("/", count - 1)
	cut = next(
		place for place, word in enumerate(parts[0].split(" ")) if word[0].isdigit() and "/" not in word
	)
	words = parts[0].split(" ")
	stem, first = " ".join(words[:cut]), " ".join(words[cut:])
	last_size = parts[-1].split(" ")
	# The last part may carry what all sizes share: `0,2 l/0,3 l 1000 Stück`.
	shared = " ".join(last_size[len(first.split(" ")) :])
	sizes = [first, *parts[1:-1], " ".join(last_size[: len(first.split(" "))])]
	return [f"{stem} {size} {shared}".strip() for size in sizes]
