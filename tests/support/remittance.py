"""Remittance advices for the tests, as payers' systems write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

Paid = tuple[str, str]

# EANCOM 2002 (D.01B): two invoices, one with a discount, a credit note, and a deduction with its reason.
REMADV = b"""UNA:+.? '
UNB+UNOC:3+4012345000009:14+4098765000008:14+260310:0915+RA1001'
UNH+1+REMADV:D:01B:UN:EAN005'
BGM+481+AVIS-2026-77+9'
DTM+137:20260310:102'
DTM+203:20260312:102'
RFF+PQ:PAY-55801'
FII+OR+DE89370400440532013000:Handelshaus Nord GmbH'
FII+RB+DE37990000000000440044'
NAD+PR+4012345000009::9++Handelshaus Nord GmbH:Abt. Kreditoren+Am Kai 1+Hamburg++20457+DE'
NAD+PE+4098765000008::9++Lieferant AG'
CUX+2:EUR:11'
DOC+380+ACC-SINV-2026-00017'
MOA+77:1190'
MOA+52:23.8'
MOA+12:1166.20'
DTM+137:20260212:102'
DOC+380+ACC-SINV-2026-00018'
MOA+9:500.00'
MOA+12:450'
AJT+1'
MOA+165:50'
FTX+AAO+++Bruch Palette A?+B:Lieferschein 8'
DOC+381+ACC-SINV-2026-00011'
MOA+12:100'
UNS+S'
MOA+12:1516.20'
UNT+26+1'
UNZ+1+RA1001'
"""

# EANCOM 1997 (D.96A): amounts before the documents, no envelope, an amount with a comma.
REMADV_96A = (
	b"UNH+0001+REMADV:D:96A:UN:EAN003'BGM+481+4711+9'DTM+137:20260105:102'DTM+138:20260107:102'RFF+CK:0004451'"
	b"NAD+BY+5412345000013::9'NAD+SU+4012345500004::9'CUX+2:USD:11'MOA+12:1000,50'DOC+380+INV?'77'MOA+12:1000,50'"
	b"UNT+12+0001'"
)

# X12 004010, as a retailer sends it beside its ACH payment.
X820 = b"""ISA*00*          *00*          *ZZ*BIGRETAIL      *01*123456789      *260904*1830*U*00401*000000820*0*P*>~
GS*RA*BIGRETAIL*123456789*20260904*1830*82001*X*004010~
ST*820*0001~
BPR*C*5390.5*C*ACH*CTX*01*123456789*DA*987654321*1512345678**01*987654321*DA*123456789*20260905~
TRN*1*TRACE000123*1512345678~
CUR*PR*USD~
REF*VV*V-4711~
DTM*097*20260904~
N1*PR*Big Retail Corp*91*CORP01~
N1*PE*Acme Supply*91*ACME01~
ENT*1~
RMR*IV*INV-8801**4890.5*5000.5*110~
REF*PO*PO-9901~
DTM*003*20260801~
RMR*IV*INV-8802**700*750~
ADX*-50*01*PK*SLIP-7~
RMR*CM*CM-15**-200*-200~
SE*16*0001~
GE*1*82001~
IEA*1*000000820~
"""

TEXT = """Sehr geehrte Damen und Herren,

wir haben heute folgende Rechnungen bezahlt:

Rechnung ACC-SINV-2026-00017 vom 12.02.2026    1.190,00   23,80   1.166,20 EUR
Rechnung ACC-SINV-2026-00018 vom 14.02.2026      450,00 EUR
Gutschrift ACC-SINV-2026-00011                  -100,00 EUR

Gesamtbetrag: 1.516,20 EUR
Zahlungsdatum: 12.03.2026
Unsere Referenz: PAY-55801

Mit freundlichen Grüßen
Handelshaus Nord GmbH, Tel. 040 1234567
IBAN DE89 3704 0044 0532 0130 00
> Bitte zahlen Sie Rechnung 4711 über 99,00 EUR
"""

CSV = """Zahlungsreferenz;Rechnungsnummer;Rechnungsdatum;Rechnungsbetrag;Skonto;Abzug;Grund;Zahlbetrag;Währung;Zahlungsdatum
PAY-55801;ACC-SINV-2026-00017;12.02.2026;1.190,00;23,80;;;1.166,20;EUR;12.03.2026
PAY-55801;ACC-SINV-2026-00018;14.02.2026;500,00;;50,00;Bruch;450,00;EUR;12.03.2026
PAY-55801;ACC-SINV-2026-00011;01.02.2026;-100,00;;;;-100,00;EUR;12.03.2026
;;;;;;Summe;1.516,20;;
"""


def remadv(
	documents: Sequence[Paid],
	*,
	reference: str = "",
	payer: str = "",
	iban: str = "",
	day: date | None = None,
	number: str = "AVIS-1",
	currency: str = "EUR",
	total: Decimal | None = None,
	kept_back: Sequence[tuple[str, str, str]] = (),
) -> bytes:
	"""An advice of these documents and amounts.

	Args:
		kept_back: (document, amount, why) of deductions.
	"""
	kept = {name: (amount, why) for name, amount, why in kept_back}
	rows = [f"BGM+481+{number}+9"]
	rows += [f"DTM+203:{day:%Y%m%d}:102"] if day else []
	rows += [f"RFF+PQ:{reference}"] if reference else []
	rows += [f"FII+OR+{iban}"] if iban else []
	rows += [f"NAD+PR+1::9++{payer}"] if payer else []
	rows.append(f"CUX+2:{currency}:11")
	for name, amount in documents:
		rows += [f"DOC+380+{name}", f"MOA+12:{amount}"]
		if name in kept:
			rows += ["AJT+1", f"MOA+165:{kept[name][0]}", f"FTX+AAO+++{kept[name][1]}"]
	if total is None:
		total = sum((Decimal(amount) for _name, amount in documents), Decimal(0))
	rows += ["UNS+S", f"MOA+12:{total}"]
	rows = ["UNH+1+REMADV:D:96A:UN", *rows, f"UNT+{len(rows) + 2}+1"]
	rows = ["UNB+UNOC:3+A:14+B:14+260310:0915+1", *rows, "UNZ+1+1"]
	return "".join(f"{row}'" for row in rows).encode()
