"""Coverage-guided fuzzing of every reader: `python -m tests.domain.fuzz_statements SECONDS [FOLDER OF SAMPLES]`. Needs atheris.

Whatever the bytes are, they are read, or refused with a StatementError; nothing else comes out, and nothing takes long.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "apps" / "o2c_extensions"))

import atheris

with atheris.instrument_imports(include=["o2c_extensions.cash_application"]):
	from o2c_extensions.cash_application.domain.formats import bai2, camt, detect, mt940, ofx, table
	from o2c_extensions.cash_application.domain.formats.limits import Limits
	from o2c_extensions.cash_application.domain.formats.mapping import Mapping
	from o2c_extensions.cash_application.domain.statement import StatementError, lines

LONGEST = 5
LIMITS = Limits(size=100_000)
TABLE = Mapping(
	date="Buchungstag", amount="Betrag", balance="Saldo", texts=("Verwendungszweck",), account="1"
)
READERS = (
	lambda content: detect.read(content, TABLE, LIMITS),
	lambda content: mt940.parse(content, LIMITS),
	lambda content: bai2.parse(content, LIMITS),
	lambda content: ofx.parse(content, LIMITS),
	lambda content: camt.parse(content, LIMITS),
	lambda content: table.parse(content, table.propose(table.table(content, None, LIMITS)), LIMITS),
)


def once(data: bytes) -> None:
	"""Read the bytes as each format in turn; the first byte says which."""
	if not data:
		return
	started = time.monotonic()
	try:
		for statement in READERS[data[0] % len(READERS)](data[1:]).statements:
			assert sum(line.amount for line in lines(statement)) == statement.deposits - statement.withdrawals
	except StatementError as error:
		assert error.code
	assert time.monotonic() - started < LONGEST, "it takes too long"


def main() -> None:
	seconds, *folders = sys.argv[1:]
	atheris.Setup(
		[sys.argv[0], f"-max_total_time={seconds}", "-timeout=7200", "-max_len=20000", *folders], once
	)
	atheris.Fuzz()


if __name__ == "__main__":
	main()
