"""One suite, two engines: minibench by default, a real site with `--bench PATH --site NAME`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# Test files and their conftests import frappe at their top: by then it must be importable, from the bench or from here.
if importlib.util.find_spec("frappe") is None:
	import minibench

	minibench.activate()

from tests.support.engines import Bench, Engine, Minibench  # noqa: E402
from tests.support.golden import Golden  # noqa: E402
from tests.support.http import LiveServer  # noqa: E402
from tests.support.smtp import MailCatcher  # noqa: E402

MINIBENCH_ONLY = ("minibench", "architecture")
BENCH_ONLY = ("bench",)
# Rooms whose tests need no site in this process: the browser looks at one that a server of its own shows.
NO_SITE = ("architecture", "domain", "browser")


def pytest_addoption(parser: pytest.Parser) -> None:
	group = parser.getgroup("engine")
	group.addoption("--bench", help="the folder of a bench with ERPNext v15")
	group.addoption("--site", help="the site of that bench")
	group.addoption("--record", action="store_true", help="write golden facts instead of comparing them")


def _room(path: Path) -> str:
	return path.relative_to(ROOT / "tests").parts[0]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
	if config.getoption("--bench"):
		return
	for item in items:
		if _room(item.path) in BENCH_ONLY:
			item.add_marker(
				pytest.mark.skip(reason="needs a real ERPNext: ./o2c test --bench PATH --site NAME")
			)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
	"""On a bench, what is about minibench's own inside or about the sources alone is not even imported."""
	if not config.getoption("--bench") or not collection_path.is_relative_to(ROOT / "tests"):
		return None
	parts = collection_path.relative_to(ROOT / "tests").parts
	return True if parts and parts[0] in MINIBENCH_ONLY else None


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
	"""The engine under test, with its site made and the contract DocTypes installed."""
	bench = request.config.getoption("--bench")
	chosen: Engine
	if bench:
		chosen = Bench(Path(bench), request.config.getoption("--site"))
	else:
		chosen = Minibench(tmp_path_factory.mktemp("sites"))
	chosen.open()
	request.addfinalizer(chosen.close)
	return chosen


@pytest.fixture(autouse=True)
def site(request: pytest.FixtureRequest) -> object:
	"""Each test starts as Administrator and leaves nothing behind that it did not commit."""
	if _room(request.node.path) in NO_SITE:
		yield None
		return
	engine: Engine = request.getfixturevalue("engine")
	engine.begin()
	try:
		yield engine
	finally:
		engine.rollback()


@pytest.fixture(scope="session")
def _server(engine: Engine) -> object:
	server = LiveServer(engine)
	server.start()
	yield server
	server.stop()


@pytest.fixture
def http(_server: LiveServer) -> LiveServer:
	"""A live web server of the engine; what it is to see must be committed."""
	_server.check_alive()
	return _server


@pytest.fixture
def smtp(engine: Engine) -> object:
	"""A real SMTP server that keeps what it gets; the site sends through it."""
	with MailCatcher() as catcher, engine.config(**catcher.site_config()):
		yield catcher


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
	"""Compares a value with the fact recorded on a real ERPNext, or records it there."""
	return Golden(ROOT / "tests" / "golden", request.node, bool(request.config.getoption("--record")))
