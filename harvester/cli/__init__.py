"""The command line: parse, one call, print. Heavy rooms are imported inside the commands, so ``--help`` answers at once."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from harvester import __version__, log
from harvester.errors import HarvesterError

if TYPE_CHECKING:
    from harvester.config import Config

EPILOG = (
    "Exit codes: 0 everything complete, 1 a bug, 2 usage or config, 3 partial (a source failed, a list is incomplete, or "
    "records went to quarantine), 4 every source failed, 5 an expectation is broken, 6 the store, 7 stale, 75 locked, "
    "130/143 interrupted and resumable."
)


class Context:
    """What the commands share: which config file; it is read when a command asks for it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def config(self) -> Config:
        from harvester.config import load

        return load(self.path)


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default="config.toml",
    envvar="HARVESTER_CONFIG",
    show_default=True,
    help="The config file.",
)
@click.option("-v", "--verbose", count=True, help="Say more on stderr (-vv: everything).")
@click.option("-q", "--quiet", is_flag=True, help="Say errors only on stderr.")
@click.version_option(__version__, prog_name="harvester")
@click.pass_context
def group(context: click.Context, path: Path, verbose: int, quiet: bool) -> None:
    """Harvest repositories and Crossref, recognise the same work, index it in SQLite, publish the evidence base."""
    log.set_up(-1 if quiet else verbose)
    context.obj = Context(path)


def commands() -> dict[str, click.Command]:
    """All commands by name, made known to the group."""
    from harvester.cli import administration, looking, trying, working

    for module in (working, looking, administration, trying):
        for command in module.COMMANDS:
            group.add_command(command)
    return dict(group.commands)


def main() -> NoReturn:
    """Run the command line; every known error is one message and its exit code, a bug is a traceback and 1."""
    commands()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    try:
        group.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except HarvesterError as error:
        click.echo(f"harvester: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone (`harvester export | head`): nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(0)


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    """What is committed stays; the open page is rolled back and the next run fetches it again."""
    sys.exit(128 + number)
