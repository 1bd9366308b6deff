"""The command line: parse, one call, print. Heavy rooms are imported inside the commands, so ``--help`` answers at once."""

from __future__ import annotations

import errno
import os
import signal
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from harvester import __version__, log
from harvester.cli import signals
from harvester.errors import COMPLETE, STORE, HarvesterError

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

    @cached_property
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
@click.option(
    "--log-format",
    type=click.Choice(log.FORMATS),
    default="text",
    envvar="HARVESTER_LOG_FORMAT",
    help="What is said on stderr, as text or as JSON lines for a log collector.",
)
@click.version_option(__version__, prog_name="harvester")
@click.pass_context
def group(context: click.Context, path: Path, verbose: int, quiet: bool, log_format: log.Format) -> None:
    """Harvest repositories and Crossref, recognise the same work, index it in SQLite, publish the evidence base."""
    log.set_up(-1 if quiet else verbose, log_format)
    context.obj = Context(path)


def commands() -> dict[str, click.Command]:
    """All commands by name, made known to the group."""
    from harvester.cli import (
        administration,
        browsing,
        citing,
        covering,
        curating,
        deciding,
        keeping,
        looking,
        news,
        operating,
        quarantine,
        reviewing,
        serving,
        trying,
        working,
    )

    for module in (
        working,
        looking,
        news,
        quarantine,
        keeping,
        administration,
        trying,
        operating,
        browsing,
        citing,
        covering,
        deciding,
        reviewing,
        curating,
        serving,
    ):
        for command in module.COMMANDS:
            group.add_command(command)
    return dict(group.commands)


def main() -> NoReturn:
    """The entry point: streams that can be written to, signals that end in good order, and one command."""
    _open_streams()
    signals.catch()
    code = call(sys.argv[1:])
    signals.ignore()
    sys.exit(code)


def call(arguments: list[str]) -> int:
    """Run one command, and let all of its output be written. Its exit code; a bug is a traceback and 1."""
    try:
        code = _invoked(arguments)
        sys.stdout.flush()  # what fails at the very end would be nobody's error
    except BrokenPipeError:
        stop_writing()
        return COMPLETE
    except OSError as error:
        if error.errno not in _MACHINE:
            raise
        stop_writing()
        log.last_word(f"{error.filename or 'the output'}: {error.strerror}")
        return STORE
    return code


def _invoked(arguments: list[str]) -> int:
    """The exit code of a command; every known error is one message."""
    commands()
    try:
        with group.make_context("harvester", arguments) as context:
            group.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else COMPLETE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 128 + signal.SIGINT
    except HarvesterError as error:
        log.last_word(str(error))
        return error.exit_code
    return COMPLETE


_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE})
"""What is at fault is the machine, not this program: no room, a failing disk, too many open files."""


def stop_writing() -> None:
    """Nothing more can be written: the reader has gone (`harvester export | head`), or there is no room."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_streams() -> None:
    """Standard streams that are there, and take any text.

    Where one was closed (`harvester run >&-`), the next file that is opened would get its number, and what is printed would
    go into a database. A terminal that does not know a character shows its number; JSON and exports are UTF-8 anyway.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  used until the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
