"""The command that says what is new: fit to be read at a terminal, and to be sent by mail."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

import click

from harvester.cli import Context
from harvester.cli.tables import json_lines, safe, text
from harvester.cli.working import as_json
from harvester.clock import duration, iso

if TYPE_CHECKING:
    from harvester.news import Item
    from harvester.store import Store

_FORMS = "a day (2026-11-20), a time (2026-11-20T05:30:00Z), how long ago ('7 days', 36h), or the number of a run"


@click.command()
@click.option(
    "--since", metavar="DATE|RUN", type=text, help=f"From then on: {_FORMS}. Without: the last run that brought news."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Of each kind, as text, so many."
)
@as_json
@click.pass_obj
def news(context: Context, since: str | None, limit: int, as_json: bool) -> None:
    """What is new: works, corrections and retractions (also what was taken back), copies that may be read now.

    Where there is no news nothing is written to standard output, so that cron sends no mail.
    """
    from harvester import news as told
    from harvester import query
    from harvester.store import Store

    config = context.config
    with Store.read_only(config.store) as store, query.open_index(config.index) as db:
        run_id, moment = _start(store, since)
        items = told.since(store, db, run_id, moment)
    if as_json:
        json_lines(items)
    elif items:
        _print(items, moment, limit)
    else:
        click.echo(f"nothing new since {moment}", err=True)


def _start(store: Store, since: str | None) -> tuple[int, str]:
    """(run, the moment when it began) from which on things are news."""
    if since is None:
        return store.news.last_run() or (0, iso(datetime.now(UTC)))
    given = since.strip()
    if given.isascii() and given.isdigit() and len(given) < 19 and not (len(given) == 8 and _moment(given)):
        moment = store.news.began(int(given))
        if moment is None:
            raise click.BadParameter(f"there is no run {given}; `harvester runs` lists them", param_hint="--since")
        return int(given), moment
    found = _moment(given)
    if found is None:
        raise click.BadParameter(f"{since!r} is no time; give {_FORMS}", param_hint="--since")
    return store.news.first_run(found), found


def _moment(given: str) -> str | None:
    """A time in UTC, to the second; a day is its beginning."""
    if (ago := duration(given)) is not None:
        try:
            return iso(datetime.now(UTC) - ago)
        except OverflowError:
            return None
    try:
        time = datetime.fromisoformat(given)
        return iso(time if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _print(items: list[Item], moment: str, limit: int) -> None:
    parts = [(heading, list(group)) for heading, group in groupby(items, key=lambda item: item.heading)]
    click.echo(f"Since {moment}: {', '.join(f'{heading.lower()} {len(group)}' for heading, group in parts)}")
    for heading, group in parts:
        click.echo(f"\n{heading}")
        for item in group[:limit]:
            _print_item(item)
        if len(group) > limit:
            click.echo(f"  ... and {len(group) - limit} more; --limit or --json shows them")


def _print_item(item: Item) -> None:
    mark = f"  [{item.after}]" if item.what == "new" and item.after else ""
    name = item.title or item.key
    gone = "  (no longer in the index)" if not item.present else "" if item.holds else "  (no longer so)"
    click.echo(f"  {safe(name)}{mark}{gone}")
    click.echo(f"      {safe(item.url or item.key)}")
    if item.what == "copy":
        click.echo(f"      {item.after or 'a file'}, open; before: {item.before or 'none'}")
        return
    if item.what == "status" and item.before:
        click.echo(f"      before: {item.before}" + (f", now: {item.after}" if item.after else ""))
    if item.what == "update" and item.before:
        click.echo(f"      still: {item.before}")
    who = f"by {' and '.join(item.sources)}" if item.what != "new" and item.basis else ""
    if item.basis == "title":
        who += ", in the title alone" if who else "in the title alone"
    if said := ", ".join(v for v in (item.date, item.notice, who) if v):
        click.echo(f"      {safe(said)}")
    if item.notice_title:
        click.echo(f"      notice: {safe(item.notice_title)}")


COMMANDS = (news,)
