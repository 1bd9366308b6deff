"""The command that shows the listings: list, and below it show and log; ``curating`` has those that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from harvester.cli import Context
from harvester.cli.tables import json_lines, safe, table
from harvester.cli.tables import text as typed
from harvester.cli.working import as_json
from harvester.errors import ConfigError
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.jobs.curating import Standing

listing = click.argument("name", metavar="LISTING", type=typed)


@click.group("list", invoke_without_command=True)
@as_json
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """The listings; and what people say of the works in them: pinned, hidden, moved, annotated.

    That stands in a plain file for each listing, which names works by their keys, DOIs or links: it holds whatever becomes of
    the index. WORK is a key, DOI, handle, URL or identifier of a work.
    """
    if context.invoked_subcommand is None:
        _overview(context.obj.config, as_json)


@list_.command()
@listing
@as_json
@click.pass_obj
def show(context: Context, name: str, as_json: bool) -> None:
    """What stands in a listing, in its order; then what is hidden, and what names no work."""
    found = standing(context.config, known(context, name))
    if as_json:
        json_lines(found)
        return
    section = None
    for one in found:
        if one.section != section and one.section:
            click.echo(safe(f"{chr(10) if section else ''}{one.section}"))
        elif not one.section and section != "":
            click.echo("\nNot in it")
        section = one.section
        place = f"{one.position:4}  " if one.section else "      "
        mark = f"[{one.status}] " if one.status else ""
        click.echo(safe(f"{place}{mark}{one.citation or one.key}"))
        said = f"  [{_said(one)}]" if one.said else ""
        click.echo(safe(f"      {one.key}{said}"))
        if one.unmet:
            click.echo(safe(f"      no effect: {one.unmet}"))


@list_.command("log")
@listing
@as_json
@click.pass_obj
def log_(context: Context, name: str, as_json: bool) -> None:
    """What was said of works in a listing, by whom and when, the newest first; also what was taken back."""
    from harvester.listing.curation import decoded, told
    from harvester.store import Store

    with Store.read_only(context.config.store) as store:
        found = store.curation.history(known(context, name))
    if as_json:
        json_lines(found)
        return
    for one in found:
        said = told(decoded(one.said)) if one.said else "taken back"
        click.echo(safe(f"{one.at}  {one.by or 'in the file, by hand'}  {one.work}: {said}"))
    if not found:
        click.echo("nothing was said of any work")


def known(context: Context, name: str) -> str:
    """A usage error, exit 2, for a listing that is not in the config file."""
    listings = context.config.listings
    if name not in listings:
        raise click.UsageError(f"{name!r} is no listing in {context.path}{did_you_mean(name, listings)}")
    return name


def _overview(config: Config, as_json: bool) -> None:
    from harvester.jobs.curation import choices

    rows = []
    unmet: list[Standing] = []
    for name, listing_ in config.listings.items():
        found = standing(config, name)
        unmet += [one for one in found if one.unmet]
        rows.append(
            {
                "listing": name,
                "title": listing_.title,
                "works": sum(bool(one.section) for one in found),
                "curated": sum(one.said is not None for one in found),
                "hidden": sum(bool(one.said and one.said.hide) for one in found),
                "file": str(config.curation(name)),
            }
        )
    if as_json:
        json_lines(rows)
        return
    table(["listing", "works", "curated", "hidden", "file"], [[r[k] for k in r if k != "title"] for r in rows])
    for one in unmet:
        click.echo(safe(f"{one.listing}: {one.said.work if one.said else one.key}: {one.unmet}"), err=True)
    for name in config.listings:
        try:
            choices(config, name, strict=True)
        except ConfigError as error:
            click.echo(safe(f"{error}\n{name}: what its file said last holds"), err=True)


def standing(config: Config, name: str) -> list[Standing]:
    """What stands in a listing, what is hidden from it, and what is said of what."""
    from harvester import query
    from harvester.jobs import curating
    from harvester.store import Store

    with Store.read_only(config.store) as store, query.open_index(config.index) as db:
        return curating.standing(config, store, db, name)


def _said(one: Standing) -> str:
    from harvester.listing.curation import told

    assert one.said is not None
    who = f"by {one.by}, " if one.by else ""
    return f"{told(one.said)}; {who}{one.at[:10]}"
