"""`test`, `record` and `lint`: the same test files on either engine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from minibench.activation import ROOT

# About half of the time that all tests take.
_SECOND = ("domain", "golden", "minibench", "scenarios")
_MEASURED = "apps/o2c_extensions/o2c_extensions"
BENCH_TOOLS = ROOT / "requirements-bench-test.txt"
# Run inside the bench's own Python. The tools go to the end of sys.path, so that the bench's pinned versions win.
_BOOT = "import sys; sys.path.append({tools!r}); sys.path.insert(0, {root!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))"

bench_option = click.option(
	"--bench",
	type=click.Path(exists=True, file_okay=False, path_type=Path),
	help="A bench with ERPNext v15: run there instead of on the embedded engine.",
)
bench_site_option = click.option(
	"--site", help="The site of that bench. Its data is used: give it a test site."
)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@bench_option
@bench_site_option
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(bench: Path | None, site: str | None, pytest_arguments: tuple[str, ...]) -> None:
	"""Run all tests; further arguments go to pytest (a file, -k NAME, -x ...)."""
	if bench is None:
		raise SystemExit(_on_minibench(pytest_arguments))
	raise SystemExit(_on_bench(bench, site, pytest_arguments))


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.option("--bench", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--site", required=True, help="The site of that bench. Its data is used: give it a test site.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def record(bench: Path, site: str, pytest_arguments: tuple[str, ...]) -> None:
	"""Record golden facts on a real ERPNext into tests/golden/."""
	raise SystemExit(_on_bench(bench, site, ("--record", *(pytest_arguments or ("tests/golden",)))))


def _on_minibench(arguments: tuple[str, ...]) -> int:
	if any(not argument.startswith("-") for argument in arguments):
		return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)
	return _all_with_coverage(arguments)


def _all_with_coverage(options: tuple[str, ...]) -> int:
	"""Every room, in two shares side by side: each makes its own sites. What the second says is shown when it has ended."""
	rooms = sorted(folder.name for folder in (ROOT / "tests").iterdir() if any(folder.glob("**/test_*.py")))
	shares = ([room for room in rooms if room not in _SECOND], [room for room in rooms if room in _SECOND])
	coverage = [sys.executable, "-m", "coverage"]
	with tempfile.TemporaryDirectory() as folder:
		running = []
		for number, share in enumerate(shares):
			said = None if number == 0 else (Path(folder) / "said").open("w+b")
			command = [*coverage, "run", f"--source={_MEASURED}", "-m", "pytest", *options]
			running.append(
				subprocess.Popen(
					[*command, *(f"tests/{room}" for room in share)],
					cwd=ROOT,
					stdout=said,
					stderr=said and subprocess.STDOUT,
					env={**os.environ, "COVERAGE_FILE": str(Path(folder) / f"coverage.{number}")},
				)
			)
		try:
			codes = [process.wait() for process in running]
		except BaseException:
			for process in running:
				process.terminate()
			raise
		click.echo((Path(folder) / "said").read_text(errors="replace"))
		files = [str(path) for path in sorted(Path(folder).glob("coverage.*"))]
		environment = {**os.environ, "COVERAGE_FILE": str(ROOT / ".coverage")}
		subprocess.call([*coverage, "combine", "-q", *files], cwd=ROOT, env=environment)
		subprocess.call([*coverage, "report", "--skip-covered"], cwd=ROOT, env=environment)
	return max(codes, key=abs)


def _on_bench(bench: Path, site: str | None, arguments: tuple[str, ...]) -> int:
	if not site:
		raise click.UsageError("--bench needs --site")
	python = bench.resolve() / "env" / "bin" / "python"
	if not python.exists():
		raise click.ClickException(f"{bench} is no bench: there is no {python}")
	if not (bench / "sites" / site / "site_config.json").exists():
		raise click.ClickException(f"There is no site {site} in {bench / 'sites'}")
	targets = [str(ROOT / argument) if (ROOT / argument).exists() else argument for argument in arguments]
	if not any(Path(target.split("::")[0]).exists() for target in targets):
		targets.append(str(ROOT / "tests"))
	boot = _BOOT.format(tools=str(_tools_for(python)), root=str(ROOT))
	command = [str(python), "-c", boot, f"--rootdir={ROOT}", f"--config-file={ROOT / 'pyproject.toml'}"]
	command += ["--disable-warnings", f"--bench={bench.resolve()}", f"--site={site}", *targets]
	return subprocess.call(command, cwd=bench / "sites")


def _tools_for(python: Path) -> Path:
	"""pytest and what else the tests import, in a folder of their own beside the bench's packages."""
	key = hashlib.sha256(BENCH_TOOLS.read_bytes() + str(python).encode()).hexdigest()[:12]
	folder = ROOT / ".bench-deps" / key
	if not (folder / ".whole").exists():
		click.echo("Installing the test tools beside the bench's packages (once) ...")
		subprocess.check_call(
			[
				*(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
				*("--upgrade", "--target", str(folder), "-r", str(BENCH_TOOLS)),
			]
		)
		(folder / ".whole").touch()
	return folder


@click.command()
def lint() -> None:
	"""ruff (rules and format), then mypy --strict where it is promised."""
	tool = Path(sys.executable).parent
	checks = (
		[str(tool / "ruff"), "check", "."],
		[str(tool / "ruff"), "format", "--check", "."],
		[str(tool / "mypy")],
	)
	raise SystemExit(max(subprocess.call(check, cwd=ROOT) for check in checks))
