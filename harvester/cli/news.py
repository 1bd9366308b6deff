"""The command that says what is new: fit to be read at a terminal, and to be sent by mail."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from harvester.cli import Context
from harvester.cli.tables import json_lines, safe, text
from harvester.cli.working import as_json
from harvester.clock import duration, iso
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.news import Item
    from harvester.store import Store

_FORMS = "a day (2026-11-20), a time (2026-11-20T05:30:00Z), how long ago ('7 days', 36h), or the number of a run"


@click.command()
@click.option(
    "--since", metavar="DATE|RUN", type=text, help=f"From then on: {_FORMS}. Without: the last run that brought news."
)
@click.option(
    "--listing", "listings", multiple=True, type=text, help="Only what stands in this listing; may be repeated."
)
@click.option("--mail", is_flag=True, help="As a message for `sendmail -t`, listing by listing.")
@click.option(
    "--to",
    multiple=True,
    metavar="ADDRESS",
    type=text,
    help="Whom the mail goes to; may be repeated [default: the contact].",
)
@click.option("--empty", is_flag=True, help="A mail also where there is nothing new.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Of each kind, as text, so many."
)
@as_json
@click.pass_obj
def news(
    context: Context,
    since: str | None,
    listings: tuple[str, ...],
    mail: bool,
    to: tuple[str, ...],
    empty: bool,
    limit: int,
    as_json: bool,
) -> None:
    """What is new: works, corrections and retractions (also what was taken back), copies that may be read now.

    Where there is no news nothing is written to standard output, so that cron sends no mail.
    """
    from harvester import news as told
    from harvester import query
    from harvester.listing.page import moment as in_words
    from harvester.news import letter
    from harvester.store import Store

    config = context.config
    for name in listings:
        if name not in config.listings:
            raise click.UsageError(f"{name!r} is no listing in {context.path}{did_you_mean(name, config.listings)}")
    if (to or empty) and not mail:
        raise click.UsageError("--to and --empty are about a mail: say --mail")
    if mail and as_json:
        raise click.UsageError("--mail and --json exclude each other")
    whom = _addresses(config, to) if mail else ()
    with Store.read_only(config.store) as store, query.open_index(config.index) as db:
        run_id, moment = _start(store, since)
        items = told.since(store, db, run_id, moment)
    chosen = listings or (tuple(config.listings) if mail else ())
    if chosen:  # what is hidden from them is nobody's news
        items = [i for i in items if any(letter.of_listing([i], name) for name in chosen)]
    if as_json:
        json_lines(items)
    elif mail and (items or empty):
        _mail(config, items, chosen, since=in_words(moment), sender=config.harvester.contact, to=whom, limit=limit)
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
    from harvester.news import letter

    click.echo(f"Since {moment}: {letter.counts(items)}")
    for heading, group in letter.parts(items):
        click.echo(f"\n{heading}")
        for item in group[:limit]:
            first, *rest = letter.lines(item)
            click.echo(f"  {safe(first)}")
            for line in rest:
                click.echo(f"      {safe(line)}")
        if len(group) > limit:
            click.echo(f"  ... and {len(group) - limit} more; --limit or --json shows them")


def _mail(config: Config, items: list[Item], names: tuple[str, ...], **how: Any) -> None:
    """Write a message, listing by listing; of all works where there are no listings."""
    from harvester import pages
    from harvester.news import letter

    site = pages.site(config.web, config.listings)
    chosen = {name: listing for name, listing in config.listings.items() if not names or name in names}
    groups = [(listing.title, letter.of_listing(items, name)) for name, listing in chosen.items()]
    date = datetime.now(UTC).replace(microsecond=0)
    mail = letter.message(groups or [(site.title, items)], title=site.title, home=site.base_url, date=date, **how)
    sys.stdout.buffer.write(mail)
    sys.stdout.buffer.flush()


def _addresses(config: Config, to: tuple[str, ...]) -> tuple[str, ...]:
    """Whom a mail goes to; where nobody is named, the contact, who also sends it."""
    from harvester.config.checks import EMAIL

    sender = config.harvester.contact
    if not sender:
        raise click.UsageError("the mail is from nobody: `contact` of [harvester] in the config file is empty")
    for address in (sender, *to):
        if not (EMAIL.fullmatch(address) and address.isascii()):
            raise click.BadParameter(f"{address!r} is no e-mail address such as library@example.org", param_hint="--to")
    return to or (sender,)


COMMANDS = (news,)
