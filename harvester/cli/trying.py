"""The commands to try things: clean a value, run the sandbox, see the demo."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harvester.cli.tables import json_lines

KINDS = ("doi", "issn", "isbn", "orcid", "date", "language", "title", "name", "licence", "type")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("values", nargs=-1)
def clean(kind: str, values: tuple[str, ...]) -> None:
    """Clean VALUES (or the lines of standard input) as a harvest would; one JSON line a value, null where there is none."""
    from harvester.clean import KINDS as CLEANERS

    clean_one = CLEANERS[kind]
    given = values or (line.rstrip("\r\n") for line in _lines())
    json_lines({"given": value, "value": clean_one(value)} for value in given)


def _lines() -> list[str]:
    if sys.stdin.isatty():
        raise click.UsageError("give values as arguments, or one a line on standard input")
    return sys.stdin.buffer.read().decode("utf-8", "replace").splitlines()


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Loopback port [default: a free one].")
@click.option(
    "--write", type=click.Path(path_type=Path, file_okay=False), help="Also write a config.toml for it into a folder."
)
def sandbox(port: int, write: Path | None) -> None:
    """Serve two OAI-PMH repositories and a Crossref API on loopback, to try things without internet. Ends with Ctrl-C."""
    from harvester import sandbox as rooms

    with rooms.Sandbox(port=port) as served:
        click.echo(f"DSpace    {served.dspace_url}")
        click.echo(f"EPrints   {served.eprints_url}")
        click.echo(f"Crossref  {served.crossref_url}")
        if write is not None:
            for path in rooms.write_config(served, write):
                click.echo(f"wrote {path}")
        served.serve_forever()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="demo")
def demo(folder: Path) -> None:
    """The whole job on the sandbox: harvest every source, index, publish; then again, to show that nothing changes."""
    from harvester import demo as room

    sys.exit(room.play(folder, click.echo))


COMMANDS = (clean, sandbox, demo)
