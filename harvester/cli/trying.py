"""The commands to try things: clean a value, run the sandbox, see the demo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from harvester.cli.tables import json_lines, text

KINDS = (
    "doi", "issn", "isbn", "orcid", "date", "language", "title", "name", "licence", "type", "handle", "pmid", "pmcid", "arxiv",
    "url", "ror", "isni", "funder", "identifier", "abstract", "pages", "citation", "role", "access", "version", "embargo",
    "peer-review",
)  # fmt: skip
"""Those of ``harvester.clean.KINDS``, known without loading it."""


@click.command(
    help="Clean values as a harvest would; one JSON line a value, null where there is none.\n\n"
    f"KIND is one of {', '.join(KINDS)}. Without VALUES, each line of standard input is one; after `--`, a value may begin"
    " with a dash."
)
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("values", nargs=-1, type=text)
def clean(kind: str, values: tuple[str, ...]) -> None:
    from harvester.clean import KINDS as CLEANERS

    clean_one = CLEANERS[kind]
    json_lines({"given": value, "value": clean_one(value)} for value in values or _lines())


def _lines() -> Iterator[str]:
    """The lines of standard input: one may hold any character but a line feed."""
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("give values as arguments, or one a line on standard input")
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")


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
