"""The commands around the config file: init, config check and show, sources."""

from __future__ import annotations

from pathlib import Path

import click

from harvester import schemas
from harvester.cli import Context
from harvester.cli.files import whole
from harvester.cli.tables import counted, json_lines, safe, table
from harvester.cli.working import as_json
from harvester.errors import StoreError
from harvester.masking import masked


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
def init(folder: Path) -> None:
    """Write a commented config.toml, and the curated entries it names, into FOLDER. What is there is left alone."""
    if (folder / "config.toml").exists():
        raise click.UsageError(f"{folder / 'config.toml'} is there already; it was left alone")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {error.strerror}") from error
    for name in ("curated.toml", "config.toml"):  # the config last: where it is, all is
        path = folder / name
        if path.exists():
            click.echo(f"{path} is there already; it was left alone")
        else:
            whole(path, [(schemas.data_folder() / name).read_bytes()])
            click.echo(f"wrote {path}")
    click.echo(
        "next: put your e-mail address into it as `contact`; then `harvester config check`, `harvester doctor`,"
        " `harvester run`"
    )


@click.group()
def config() -> None:
    """Look at the config file."""


@config.command()
@click.pass_obj
def check(context: Context) -> None:
    """Say every mistake in the config file, each with its line and a cure; then what may not be meant.

    Looks at the tables of schemas/ too, which librarians correct, and at what is said of works in the listings.
    """
    from harvester.config import notes, usable
    from harvester.formats.crosswalk import check_tables
    from harvester.jobs import curating

    loaded = context.config
    enabled = [name for name, source in loaded.sources.items() if source.enabled]
    usable(loaded, enabled or loaded.sources)
    check_tables()
    curated = curating.notes(loaded)
    click.echo(
        f"{context.path}: no mistakes; {counted(len(loaded.sources), 'source')} ({len(enabled)} enabled),"
        f" {counted(len(loaded.listings), 'listing')}"
    )
    for note in (*notes(loaded), *curated):
        click.echo(f"note: {note}", err=True)


@config.command()
@as_json
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    """Print the settings as they are in effect, with every default; secrets are masked."""
    from harvester.config import effective
    from harvester.config.writing import tables

    settings = effective(context.config)
    if as_json:
        json_lines([settings])
    else:
        for line in tables(settings):
            click.echo(safe(line))


@click.command()
@as_json
@click.pass_obj
def sources(context: Context, as_json: bool) -> None:
    """The sources of the config file, in their order of precedence."""
    loaded = context.config.sources
    rows = [
        {
            "source": name,
            "kind": s.kind,
            "rank": s.rank,
            "enabled": s.enabled,
            "title": s.title or name,
            "where": masked(getattr(s, "url", "") or "") or getattr(s, "path", ""),
        }
        for name, s in sorted(loaded.items(), key=lambda item: item[1].rank)
    ]
    if as_json:
        json_lines(rows)
    else:
        shown = [
            [*list(row.values())[:3], "yes" if row["enabled"] else "no", row["title"], row["where"]] for row in rows
        ]
        table(["source", "kind", "rank", "enabled", "title", "where"], shown, right=["rank"])


COMMANDS = (init, config, sources)
