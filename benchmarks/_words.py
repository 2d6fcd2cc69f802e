"""Words that the made-up customers, texts and payers are of."""

from __future__ import annotations

FAMILY = """
	Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter Klein Wolf
	Schröder Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Werner Krause Lehmann Köhler Maier
	Jansen Visser Bakker Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Kok Vermeulen
	Smith Jones Taylor Brown Wilson Evans Thomas Walker Roberts Wright Thompson Robinson Green Hughes
	Edwards Clarke Turner Cooper Ward Morris Bennett Carter Shaw Kelly Foster Marshall Price Barnes
	Lindqvist Nowak Kowalski Rossi Ferrari Dubois Moreau Laurent Garcia Lopez Costa Silva Novak Horvat
	Petersen Olsen Hansen Berg Virtanen
""".split()
MADE_UP = (
	"al ber cor dan el fin gor hel in jor kal lum mar nor ost per qui ros sol tar ul ver wex yor zan".split()
)
TRADE = """
	Bau Technik Logistik Handel Metall Elektro Druck Medien Systems Trading Foods Steel Tools Parts
	Services Design Energy Garden Transport Techniek Bouw Groothandel Installatie Software Consult Textil
	Holz Glas Optik Pharma Labor Verlag Print Security Plastics Marine Motors Farm
""".split()
FORM = [
	"GmbH",
	"GmbH & Co. KG",
	"AG",
	"KG",
	"e.K.",
	"B.V.",
	"N.V.",
	"Ltd",
	"Limited",
	"LLC",
	"Inc.",
	"plc",
	"VOF",
	"",
]
PRICES = (990, 1490, 1990, 2990, 3990, 4990, 7990, 9900, 14900, 19900, 29900, 49900)
CHATTER = {
	"de": [
		"Danke",
		"Zahlung",
		"Überweisung",
		"Kd. Auftrag",
		"gemäß Angebot",
		"SVWZ+",
		"Betrag wie vereinbart",
		"Filiale Nord",
	],
	"en": ["Thank you", "payment", "for services", "as agreed", "settlement", "branch 12", "final"],
	"nl": ["Bedankt", "betaling", "voor levering", "volgens afspraak", "vestiging Utrecht", "voldoening"],
}
INVOICE_WORDS = {
	"de": ["Rechnung", "Rechnung Nr.", "RG", "Re.Nr.", "RE-Nr", "Rechn.", "Rg.-Nr.", "Beleg"],
	"en": ["Invoice", "inv", "INV NO", "invoice no.", "bill", "Inv#"],
	"nl": ["factuur", "Factuurnr.", "fact.", "factuurnummer", "Faktuur factuur"],
}
ORDER_WORDS = {
	"de": ["Bestellung", "Best.-Nr.", "Auftrag"],
	"en": ["order", "PO", "our order"],
	"nl": ["bestelling", "order", "opdracht"],
}
AND = {"de": ["und", "u.", "+", ",", "/"], "en": ["and", "&", ",", "+"], "nl": ["en", ",", "+", "/"]}
UNTIL = {"de": ["bis", "-", " - "], "en": ["to", "-", "through"], "nl": ["t/m", "tot", "-"]}
CUSTOMER_WORDS = {"de": "Kd.Nr.", "en": "customer no", "nl": "klantnr"}
NOT_OURS = [
	"Zinsgutschrift",
	"Finanzamt Erstattung USt",
	"Insurance refund",
	"Interest Q2",
	"Belastingdienst teruggaaf",
	"Kaution Miete",
	"Stripe payout",
	"Versicherung Schaden",
]
