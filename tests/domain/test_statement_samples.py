"""Every real sample is read as an independent reader counted it, or refused for the reason given."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import mt940 as second_reader
import pytest
from o2c_extensions.cash_application.domain.formats import detect
from o2c_extensions.cash_application.domain.statement import Statement, StatementError, lines

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def facts(kind: str) -> list[Any]:
	if not (DATA / "facts.json").exists():
		return []
	found = json.loads((DATA / "facts.json").read_text())
	return [
		pytest.param(fact, id=Path(fact["file"]).name[:60])
		for fact in found
		if fact["file"].startswith(f"bank/{kind}/")
	]


def read(fact: dict[str, Any]) -> tuple[Statement, ...]:
	return detect.read((DATA / fact["file"]).read_bytes()).statements


def booked(statement: Statement) -> tuple[int, Decimal, Decimal]:
	return len(statement.entries), statement.deposits, statement.withdrawals


@pytest.mark.parametrize("fact", facts("mt940"))
def test_mt940(fact: dict[str, Any]) -> None:
	statements = read(fact)
	assert len(statements) == len(fact["statements"])
	for statement, expected in zip(statements, fact["statements"], strict=True):
		assert statement.opening and statement.closing
		assert len(statement.entries) == expected["lines"]
		assert statement.opening.amount == Decimal(expected["opening"])
		assert statement.closing.amount == Decimal(expected["closing"])
		assert statement.deposits - statement.withdrawals == Decimal(expected["net"])
		assert (statement.difference == 0) == expected["balances_tie"]
		assert sum(line.amount for line in lines(statement)) == Decimal(expected["net"])


@pytest.mark.parametrize("fact", facts("mt940"))
def test_mt940_as_another_reader_reads_it(fact: dict[str, Any]) -> None:
	"""The library mt-940, where it can: amounts and days entry for entry."""
	try:
		other = second_reader.parse(str(DATA / fact["file"]))
	except RuntimeError:
		pytest.skip("the other reader refuses this dialect")
	mine = [entry for statement in read(fact) for entry in statement.entries]
	theirs = [each.data for each in other if "amount" in each.data]
	assert [entry.amount for entry in mine] == [data["amount"].amount for data in theirs]
	for entry, data in zip(mine, theirs, strict=True):
		assert entry.value_date == data["date"]
		assert entry.booking_date == data.get("entry_date", data["date"])


@pytest.mark.parametrize("fact", facts("bai2"))
def test_bai2(fact: dict[str, Any]) -> None:
	statements = read(fact)
	accounts = fact["facts"]["accounts"]
	assert len(statements) == len(accounts)
	for statement, expected in zip(statements, accounts, strict=True):
		told = dict(expected["summ"])
		assert (statement.account, statement.currency) == (expected["acct"], expected["ccy"])
		assert booked(statement) == (
			expected["tx"],
			Decimal(expected["credits"]) / 100,
			Decimal(expected["debits"]) / 100,
		)
		for code, balance in (("010", statement.opening), ("015", statement.closing)):
			assert (balance and balance.amount * 100) == told.get(code)
		assert statement.difference in (None, 0)


@pytest.mark.parametrize("fact", facts("ofx"))
def test_ofx(fact: dict[str, Any]) -> None:
	expected = fact["facts"]
	if "stmts" not in expected:
		with pytest.raises(StatementError) as error:
			read(fact)
		wanted = {
			"date_missing.ofx": "no date",
			"decimal_error.ofx": "no amount",
			"bank_small.ofx": "no statement",
		}
		assert error.value.code == next(code for name, code in wanted.items() if fact["file"].endswith(name))
		assert error.value.line and error.value.place
		return
	for statement, told in zip(read(fact), expected["stmts"], strict=True):
		assert (statement.account, statement.currency) == (told["acct"], told["ccy"])
		assert booked(statement) == (told["tx"], Decimal(told["credits"]), -Decimal(told["debits"]))
		assert statement.closing and statement.closing.amount == Decimal(told["ledgerbal"])
		assert statement.opening is None


@pytest.mark.parametrize("fact", facts("mt940") + facts("bai2") + facts("ofx") + facts("camt"))
def test_whatever_is_read_has_its_days_and_place(fact: dict[str, Any]) -> None:
	try:
		statements = read(fact)
	except StatementError:
		return
	for statement in statements:
		for entry in statement.entries:
			assert entry.booking_date
			if entry.value_date:
				assert abs(entry.booking_date - entry.value_date) < timedelta(days=60)
		if statement.closing:
			assert statement.closing.place
