"""Every text that a user may see is there in every language."""

from __future__ import annotations

import csv
import re

import pytest

from tests.architecture.source import APP
from tests.architecture.translatable import LANGUAGES, texts

_PLACEHOLDER = re.compile(r"\{\w*\}")


def translations(language: str) -> list[list[str]]:
	with (APP / "translations" / f"{language}.csv").open(newline="") as file:
		return [row for row in csv.reader(file) if row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing(language: str) -> None:
	known = {row[0] for row in translations(language) if row[1].strip()}
	missing = [f"{where}: {text}" for text, where in texts().items() if text not in known]
	assert not missing, f"{language}.csv lacks\n" + "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_over(language: str) -> None:
	used = texts()
	unused = [row[0] for row in translations(language) if row[0] not in used]
	assert not unused, f"{language}.csv has texts that nothing uses:\n" + "\n".join(unused)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive(language: str) -> None:
	for row in translations(language):
		assert sorted(_PLACEHOLDER.findall(row[0])) == sorted(_PLACEHOLDER.findall(row[1])), row


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_in_order(language: str) -> None:
	rows = translations(language)
	sources = [row[0] for row in rows]
	assert all(len(row) == 3 for row in rows), "source, translation, context"
	assert len(set(sources)) == len(sources), "a text is translated twice"
	assert sources == sorted(sources, key=str.lower), "sort the texts: two changes then rarely collide"
