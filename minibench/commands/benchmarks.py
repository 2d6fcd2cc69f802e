"""`benchmark`: runs benchmarks/NAME.py beside its peer."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import click

from minibench.activation import ROOT
from minibench.commands.place import site_option

_KEYS = ("name", "ours", "peer", "ratio", "unit", "target", "pass")


def _names() -> list[str]:
	files = (ROOT / "benchmarks").glob("*.py")
	return sorted(file.stem.replace("_", "-") for file in files if not file.stem.startswith("_"))


def _load(name: str) -> ModuleType:
	return importlib.import_module(f"benchmarks.{name.replace('-', '_')}")


@click.command()
@click.option("--list", "list_all", is_flag=True, help="Name every benchmark with its target.")
@click.option(
	"--bench",
	type=click.Path(exists=True, file_okay=False, path_type=Path),
	help="A bench: the peer runs there.",
)
@site_option
@click.argument("name", required=False)
def benchmark(list_all: bool, bench: Path | None, site: str, name: str | None) -> None:
	"""Run benchmark NAME; the last line printed is one JSON object with the ratio to its peer."""
	if list_all:
		for each in _names():
			module = _load(each)
			click.echo(f"{each:<14} {module.UNIT:<28} target: {module.TARGET}")
		return
	if name not in _names():
		raise click.UsageError(f"NAME is one of: {', '.join(_names())}")
	result = _load(name).run(bench=bench, site=site if bench else None)
	missing = [key for key in _KEYS if key not in result]
	if missing:
		raise click.ClickException(f"benchmarks/{name}.py returned no {', '.join(missing)}")
	click.echo(json.dumps(result))
	if not result["pass"]:
		raise SystemExit(1)
