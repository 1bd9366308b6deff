"""The commands of whoever edits the listings: edit, pin, hide, section, order, note and clear, below list."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester.cli import Context
from harvester.cli.deciding import usage
from harvester.cli.files import whole
from harvester.cli.keeping import by_whom
from harvester.cli.listing import known, list_, listing, standing
from harvester.cli.tables import safe
from harvester.cli.tables import text as typed
from harvester.errors import ConfigError, HarvesterError
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.config import Config

_KEYS: Final = ("pin", "section", "order", "note", "hide")

work = click.argument("work", metavar="WORK", type=typed)
works = click.argument("works", metavar="WORK...", nargs=-1, required=True, type=typed)


@list_.command()
@listing
@by_whom
@click.pass_obj
def edit(context: Context, name: str, by: str) -> None:
    """Edit the file of a listing in $EDITOR, with all that is listed; it is checked, and comes into index and pages.

    Where the text has mistakes it can be edited again; what is not finished is kept, and the next call goes on with it.
    """
    from harvester.jobs import curating
    from harvester.jobs.curation import content

    config = context.config
    path = config.curation(known(context, name))
    if not (sys.stdin.isatty() or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise click.UsageError(
            "there is no terminal for an editor; `harvester list pin`, `hide`, `section`, `order` and `note` need none"
        )
    before = content(path)
    draft, others = curating.drafts(path, before)
    for other in others:
        click.echo(f"{other} was begun from an older text; take from it what you need, and remove it", err=True)
    if draft.exists():
        click.echo(f"going on with {draft}, which was not finished; remove it to begin anew", err=True)
    else:
        curating.folder(path)
        whole(draft, [curating.offered(config, name, _text(config, name, before)).encode()])
    text = _edited(config, name, draft)
    if text == before or (before is None and not curating.says(text)):
        click.echo("nothing was changed")
    else:
        _save(config, name, before, text, by, draft)
    draft.unlink(missing_ok=True)


def _edited(config: Config, name: str, draft: Path) -> str:
    """What comes out of the editor, when it has no mistakes."""
    from harvester.jobs.curation import content
    from harvester.listing import editing
    from harvester.listing.curation import read

    while True:
        try:
            click.edit(filename=str(draft))
        except click.ClickException as error:
            cure = f"set EDITOR to one that can be started; what you wrote is in {draft}"
            raise click.UsageError(f"{error.message}; {cure}") from error
        try:
            text = (content(draft) or "").replace("\r\n", "\n")
            read(text, draft, [section.title for section in config.listings[name].sections])
            return editing.kept(text)
        except ConfigError as error:
            click.echo(safe(str(error)), err=True)
            if not sys.stdin.isatty() or not click.confirm("Edit it again?", default=True, err=True):
                message = f"nothing was changed; what you wrote is in {draft}, and `harvester list edit {name}` goes on with it"
                raise click.UsageError(message) from error


@list_.command()
@listing
@works
@click.option(
    "--at", type=click.IntRange(1, 1_000_000), help="Of the first one; 1 is at the top [default: behind all others]."
)
@by_whom
@click.pass_obj
def pin(context: Context, name: str, works: tuple[str, ...], at: int | None, by: str) -> None:
    """Put works at the top of their sections, in this order."""
    if at is None:
        found = standing(context.config, known(context, name))
        at = max((one.said.pin or 0 for one in found if one.said), default=0) + 1
    _change(context, name, {work: {"pin": at + number} for number, work in enumerate(works)}, by)


@list_.command()
@listing
@works
@click.option("--reason", required=True, type=typed, help="Why: it is kept, and not shown to readers.")
@by_whom
@click.pass_obj
def hide(context: Context, name: str, works: tuple[str, ...], reason: str, by: str) -> None:
    """Take works out of a listing: its page, fragment, feeds and files. They stay in index and search."""
    if not reason.strip():
        raise click.BadParameter("is empty; say why", param_hint="--reason")
    _change(context, name, {work: {"hide": reason.strip()} for work in works}, by)


@list_.command()
@listing
@click.argument("title", type=typed)
@works
@by_whom
@click.pass_obj
def section(context: Context, name: str, title: str, works: tuple[str, ...], by: str) -> None:
    """Let works stand in the section TITLE, whatever the rules say, also where none takes them."""
    titles = {s.title.strip().casefold(): s.title for s in context.config.listings[known(context, name)].sections}
    if title.strip().casefold() not in titles:
        raise click.BadParameter(
            f"{title!r} is no section of {name}{did_you_mean(title, titles.values())}", param_hint="TITLE"
        )
    _change(context, name, {work: {"section": titles[title.strip().casefold()]} for work in works}, by)


@list_.command()
@listing
@work
@click.argument("place", type=click.IntRange(1, 1_000_000))
@by_whom
@click.pass_obj
def order(context: Context, name: str, work: str, place: int, by: str) -> None:
    """Let a work stand in this PLACE of its section, below what is pinned; 1 is the first."""
    _change(context, name, {work: {"order": place}}, by)


@list_.command()
@listing
@work
@click.argument("text", type=typed)
@by_whom
@click.pass_obj
def note(context: Context, name: str, work: str, text: str, by: str) -> None:
    """Print TEXT with a work; web addresses in it become links."""
    if not text.strip():
        raise click.BadParameter("is empty; `harvester list clear` takes a note back", param_hint="TEXT")
    _change(context, name, {work: {"note": text.strip()}}, by)


@list_.command()
@listing
@work
@click.argument("keys", metavar="[pin|section|order|note|hide]...", nargs=-1, type=click.Choice(_KEYS))
@by_whom
@click.pass_obj
def clear(context: Context, name: str, work: str, keys: tuple[str, ...], by: str) -> None:
    """Take back what is said of a work: all of it, or what is named."""
    _change(context, name, {work: dict.fromkeys(keys or _KEYS)}, by)


def _change(context: Context, name: str, wanted: dict[str, dict[str, str | int | None]], by: str) -> None:
    from harvester import query
    from harvester.jobs import curating
    from harvester.jobs.curation import choices, content

    config = context.config
    path = config.curation(known(context, name))
    before = content(path)
    choices(config, name)  # nothing is added to a file with mistakes
    text = _text(config, name, before)
    with usage(), query.open_index(config.index) as db:
        for work_, values in wanted.items():
            text = curating.changed(config, db, name, text, work_, values)
    if text == (before or ""):
        click.echo(f"{path} says so already")
    else:
        _save(config, name, before, text, by)


def _text(config: Config, name: str, before: str | None) -> str:
    """What the file of a listing says; where it is not there, what it said last."""
    from harvester.jobs import curating

    return curating.remembered(config, name) if before is None else before


def _save(config: Config, name: str, before: str | None, text: str, by: str, draft: Path | None = None) -> None:
    """Write the file, and let index and pages follow. ``draft``: what it came from, which goes when it is written."""
    from harvester.jobs import curating

    with usage(f"; what you wrote is in {draft}" if draft else ""), curating.writing(config, name, before) as path:
        whole(path, [text.encode()])
        if draft:
            draft.unlink()
    click.echo(f"wrote {path}")
    try:
        report = curating.apply(config, by)
    except HarvesterError:
        click.echo("that is written and stays; the next `harvester index` brings it into index and pages", err=True)
        raise
    if report.index is None:
        click.echo(f"{config.index} is held and was left as it is; `harvester reindex` brings it in", err=True)
        return
    for one in standing(config, name):
        if one.unmet and one.said:
            click.echo(safe(f"note: {one.said.work}: {one.unmet}"), err=True)
    for page in report.site:
        click.echo(f"wrote {page}")
    if report.error:
        click.echo(safe(report.error), err=True)
    if report.exit_code:
        sys.exit(report.exit_code)


COMMANDS: Final = (list_,)
