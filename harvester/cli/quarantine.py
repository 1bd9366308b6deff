"""The commands for what could not be read: quarantine lists it, retry tries it again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from harvester.cli import Context
from harvester.cli.looking import MOST, UnknownError
from harvester.cli.tables import json_lines, table
from harvester.cli.working import as_json, finish

if TYPE_CHECKING:
    from harvester.store import Quarantined, Store


@click.command()
@click.argument("source", required=False)
@click.option("--raw", type=click.IntRange(min=1), metavar="ID", help="Print the bytes of one quarantined record.")
@as_json
@click.pass_obj
def quarantine(context: Context, source: str | None, raw: int | None, as_json: bool) -> None:
    """Records that could not be read: source, identifier, place and reason. Their bytes are kept."""
    from harvester.store import Store

    config = context.config
    with Store.read_only(config.store) as store:
        if raw is not None:
            payload = store.quarantined_payload(raw) if raw <= MOST else None
            if payload is None:
                raise UnknownError(f"there is no quarantined record {raw}; `harvester quarantine` lists them")
            sys.stdout.buffer.write(payload)
            return
        entries = _quarantined(context, store, source)
    if as_json:
        json_lines(entries)
    elif not entries:
        click.echo("Nothing is in quarantine.")
    else:
        rows = [
            [q.id, q.source, q.identifier, q.format, q.stage, q.element, q.reason, q.first_seen, q.tries]
            for q in entries
        ]
        names = ["id", "source", "identifier", "format", "stage", "element", "reason", "since", "tries"]
        table(names, rows, right=["id", "tries"])
        stages = {q.stage for q in entries}
        click.echo()
        for stage, meaning in _STAGES.items():
            if stage in stages:
                click.echo(f"{stage}: {meaning}")
        click.echo(
            "`harvester quarantine --raw ID` shows what was sent, for its owner. `harvester retry` asks for each of them again,"
            " and reads it again, which may help after an upgrade."
        )


_STAGES: Final = {
    "harvest": "no page gave it in a form that can be parsed.",
    "read": "it is stored, but no reader understands it.",
}
"""What a stage means."""


def _quarantined(context: Context, store: Store, source: str | None) -> list[Quarantined]:
    config = context.config
    if source is not None and source not in {*config.sources, *(h.source for h in store.health())}:
        raise UnknownError(f"{source!r} is no source in {context.path}; there are {', '.join(config.sources)}")
    return store.quarantined(source)


@click.command()
@click.argument("source", required=False)
@click.option(
    "--id", "ids", type=click.IntRange(min=1), multiple=True, help="Only this one; may be said several times."
)
@as_json
@click.pass_obj
def retry(context: Context, source: str | None, ids: tuple[int, ...], as_json: bool) -> None:
    """Try again what is in quarantine, and only that. Exit 3 where something of it stays there."""
    from harvester import jobs
    from harvester.store import Store

    with Store.read_only(context.config.store) as store:
        entries = _quarantined(context, store, source)
    if unknown := set(ids) - {q.id for q in entries}:
        raise UnknownError(f"there is no quarantined record {min(unknown)}; `harvester quarantine` lists them")
    entries = [q for q in entries if not ids or q.id in ids]
    if not entries and not as_json:
        click.echo("Nothing is in quarantine.")
        return
    finish(jobs.retry(context.config, entries), as_json)


COMMANDS = (quarantine, retry)
