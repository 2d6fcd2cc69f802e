"""`./o2c build` and the build that `start` does meanwhile, with a Node and an npm that only pretend."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from minibench.commands import workspace
from minibench.commands.__main__ import cli

NODE = "#!/bin/sh\necho {version}\n"
NPM = """#!/bin/sh
echo "$*" >> calls
case "$1" in
install) mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json ;;
run) {build} ;;
esac
"""
BUILDS = 'shift 4; mkdir -p "$1"; echo {} > "$1/manifest.json"; cp src/main.ts "$1/page.js"'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
	"""A folder with the sources of a workspace, and tools that build it."""
	frontend = tmp_path / "frontend"
	(frontend / "src").mkdir(parents=True)
	(frontend / "src/main.ts").write_text("one")
	(frontend / "package.json").write_text("{}")
	packages = {"": {}, "node_modules/vue": {"version": "3.5.0"}, "node_modules/for-macs": {"optional": True}}
	(frontend / "package-lock.json").write_text(json.dumps({"packages": packages}))
	tools = tmp_path / "tools"
	tools.mkdir()
	monkeypatch.setattr(workspace, "ROOT", tmp_path)
	monkeypatch.setattr(workspace, "FRONTEND", frontend)
	monkeypatch.setattr(workspace, "SERVED", tmp_path / "public/frontend")
	monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
	install(tmp_path)
	return tmp_path


def install(place: Path, build: str = BUILDS, version: str = "v20.1.0") -> None:
	for name, script in (("node", NODE.format(version=version)), ("npm", NPM.replace("{build}", build))):
		(place / "tools" / name).write_text(script)
		(place / "tools" / name).chmod(0o755)


def calls(place: Path) -> list[str]:
	return [line.split()[0] for line in (place / "frontend/calls").read_text().splitlines()]


def run(*arguments: str) -> tuple[int, str]:
	result = CliRunner().invoke(cli, ["build", *arguments])
	return result.exit_code, result.output


def test_built_once_and_again_when_the_sources_changed(place: Path) -> None:
	assert run()[0] == 0
	assert calls(place) == ["install", "run"]
	assert (place / "public/frontend/page.js").read_text() == "one"
	assert run()[0] == 0
	assert calls(place) == ["install", "run"], "nothing has changed"
	(place / "frontend/components.d.ts").write_text("what the build writes")
	assert workspace.is_fresh()
	(place / "frontend/src/main.ts").write_text("two")
	assert not workspace.is_fresh()
	assert run()[0] == 0
	assert calls(place) == ["install", "run", "run"], "the packages were there"
	assert (place / "public/frontend/page.js").read_text() == "two"


def test_packages_are_fetched_again_when_others_are_named(place: Path) -> None:
	run()
	packages = {"": {}, "node_modules/vue": {"version": "3.6.0"}}
	(place / "frontend/package-lock.json").write_text(json.dumps({"packages": packages}))
	run()
	assert calls(place) == ["install", "run", "install", "run"]


def test_a_failing_build_says_why_and_leaves_the_pages_that_are_served(place: Path) -> None:
	run()
	install(
		place, 'echo "error during build:"; echo "[vite] Could not resolve ./nowhere from main.ts"; exit 1'
	)
	(place / "frontend/src/main.ts").write_text("broken")
	code, output = run()
	assert code == 1
	assert "Could not resolve ./nowhere" in output
	assert (place / "public/frontend/page.js").read_text() == "one"
	assert not workspace.is_fresh()


@pytest.mark.parametrize(
	("output", "told"),
	[
		("npm error code ENOTFOUND\nnpm error network request to https://x failed", "registry"),
		("npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", "the disk is full"),
		("transforming...\nsrc/a.vue:3:1: ERROR: Unexpected token", "Unexpected token"),
		(
			"npm warn Could not resolve dependency:\nnpm error code EUSAGE\nnpm error the lock is not in sync",
			"not in sync",
		),
		("", "without a word"),
	],
)
def test_the_reason_in_one_line(output: str, told: str) -> None:
	assert told in workspace.reason(output)
	assert "\n" not in workspace.reason(output)


@pytest.mark.parametrize("version", ["v16.20.0", "what?"])
def test_without_a_node_that_is_new_enough(place: Path, version: str) -> None:
	install(place, version=version)
	code, output = run()
	assert code == 1
	assert "Node 18 or newer" in output
	assert not (place / "frontend/calls").exists()
	said: list[str] = []
	with workspace.built_meanwhile(said.append):
		pass
	assert len(said) == 1
	assert "All else works" in said[0]


def test_built_while_something_else_is_done(place: Path) -> None:
	said: list[str] = []
	with workspace.built_meanwhile(said.append):
		wait_until(lambda: len(said) == 2)
	assert "in the background" in said[0]
	assert "ready at /o2c" in said[1]
	assert workspace.is_fresh()
	with workspace.built_meanwhile(said.append):
		pass
	assert len(said) == 2, "nothing to tell of what is there"


def test_a_build_ends_with_what_it_was_done_beside(place: Path) -> None:
	install(place, "sleep 60")
	said: list[str] = []
	began = time.monotonic()
	with workspace.built_meanwhile(said.append):
		wait_until(lambda: (place / "frontend/calls").exists() and "run" in calls(place))
	assert time.monotonic() - began < 20
	assert len(said) == 1, "that it was stopped is known to who stopped it"
	assert not workspace.is_built()


def wait_until(holds: Callable[[], bool]) -> None:
	for _attempt in range(400):
		if holds():
			return
		time.sleep(0.05)
	raise AssertionError("it did not come about")
