"""`./o2c`: one command group; each command's module is imported only when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from minibench.errors import ValidationError

COMMANDS = {
	"start": "running",
	"demo": "demo",
	"build": "workspace",
	"web": "running",
	"worker": "running",
	"scheduler": "running",
	"migrate": "sites",
	"install-app": "sites",
	"uninstall-app": "sites",
	"execute": "sites",
	"console": "sites",
	"backup": "sites",
	"restore": "sites",
	"doctor": "doctor",
	"test": "quality",
	"record": "quality",
	"lint": "quality",
	"benchmark": "benchmarks",
}


class LazyGroup(click.Group):
	def list_commands(self, ctx: click.Context) -> list[str]:
		return list(COMMANDS)

	def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
		module = COMMANDS.get(cmd_name)
		if module is None:
			return None
		loaded = importlib.import_module(f"minibench.commands.{module}")
		command: click.Command = getattr(loaded, cmd_name.replace("-", "_"))
		return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
	"""o2c_extensions: order to cash on ERPNext, or on the embedded engine in this folder.

	Start with `./o2c start`; run the tests with `./o2c test`.
	"""


def main() -> None:
	try:
		cli(prog_name="./o2c", standalone_mode=False)
	except click.exceptions.Abort:
		sys.exit(130)
	except click.ClickException as error:
		error.show()
		sys.exit(error.exit_code)
	except click.exceptions.Exit as request:
		sys.exit(request.exit_code)
	except ValidationError as error:
		click.echo(f"o2c: {error}", err=True)
		sys.exit(1)
	except OSError as error:
		if error.errno != 28:
			raise
		click.echo("o2c: the disk is full. Free some space and run the same command again.", err=True)
		sys.exit(1)


if __name__ == "__main__":
	main()
