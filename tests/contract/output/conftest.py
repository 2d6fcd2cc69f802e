"""Every test of output runs under fixed settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.values.tools import fixed_settings


@pytest.fixture(autouse=True)
def settings(engine: Any, site: Any) -> Iterator[Any]:
	"""Fixed System Settings; call it with others to change them for the test."""
	with fixed_settings(engine) as choose:
		yield choose
