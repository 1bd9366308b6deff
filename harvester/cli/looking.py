"""The commands that only look: status, runs, quarantine, search, show, explain."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from harvester import errors
from harvester.cli import Context
from harvester.cli.tables import json_lines, safe, table, text
from harvester.cli.working import as_json


@click.command()
@click.option("--stale", metavar="36h", help="Exit 7 when a source was last complete longer ago than this (36h, 2d).")
@as_json
@click.pass_obj
def status(context: Context, stale: str | None, as_json: bool) -> None:
    """How each source and the index are doing."""
    from harvester import query
    from harvester.store import Health, Store

    config = context.config
    limit = None if stale is None else _age(stale)
    enabled = [name for name, s in config.sources.items() if s.enabled]
    with Store.read_only(config.store) as store:
        health = {name: Health(name, None, None, None, 0, 0, 0, None) for name in enabled}
        health |= {h.source: h for h in store.health()}
        hold = store.note("index_hold")
    if as_json:
        json_lines(health.values())
    else:
        rows = [
            [h.source, h.records, h.deleted, h.quarantined, h.last_complete or "never", h.verdict or "never harvested"]
            for h in health.values()
        ]
        numbers = ["records", "deleted", "quarantined"]
        table(["source", *numbers, "last complete", "last run"], rows, right=numbers)
        if config.index.exists():
            with query.open_index(config.index) as db:
                meta = dict(db.execute("select name, value from meta"))
                (works,) = db.execute("select count(*) from works").fetchone()
            click.echo(f"\n{config.index}: {works} works, generation {meta['generation']}, built {meta['built']}")
        else:
            click.echo(f"\n{config.index}: not made yet; `harvester index` makes it")
        if hold:
            click.echo(f"the index is held: {hold}; `harvester reindex` releases it")
    if limit is not None:
        oldest = (datetime.now(UTC) - limit).strftime("%Y-%m-%dT%H:%M:%SZ")
        late = [name for name in enabled if (health[name].last_complete or "") < oldest]
        if late:
            click.echo(f"stale: {', '.join(late)}", err=True)
            sys.exit(errors.STALE)


def _age(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})\s*([hd])", text)
    if not found:
        raise click.BadParameter(f"{text!r} is no age; write 36h or 2d", param_hint="--stale")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(days=int(found[1]))


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="The newest so many.")
@as_json
@click.pass_obj
def runs(context: Context, limit: int, as_json: bool) -> None:
    """The last runs: when, how they ended, and what each source gave."""
    import sqlite_utils

    from harvester.store import Store

    with Store.read_only(context.config.store) as store:
        database = sqlite_utils.Database(store.connection)
        rows = list(
            database.query(
                "select r.id as run, r.command, r.started, r.ended, r.exit_code, s.source, s.fetched, s.new, s.changed,"
                " s.unchanged, s.deleted, s.quarantined, s.requests, s.verdict from runs r left join run_sources s"
                " on s.run_id = r.id where r.id > (select max(id) from runs) - ? order by r.id desc, s.rowid",
                [min(limit, _MOST)],
            )
        )
    if as_json:
        json_lines(rows)
        return
    shown = None
    for row in rows:
        if row["run"] != shown:
            shown = row["run"]
            ended = f"ended {row['ended']}, exit {row['exit_code']}" if row["ended"] else "running, or killed"
            click.echo(f"run {row['run']}  {row['command']}  started {row['started']}, {ended}")
        if row["source"]:
            click.echo(
                f"    {row['source']}: {row['fetched']} fetched, {row['new']} new, {row['changed']} changed,"
                f" {row['unchanged']} unchanged, {row['deleted']} deleted, {row['quarantined']} quarantined,"
                f" {row['requests']} requests; {safe(row['verdict'])}"
            )


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
            payload = store.quarantined_payload(raw) if raw <= _MOST else None
            if payload is None:
                raise UnknownError(f"there is no quarantined record {raw}; `harvester quarantine` lists them")
            sys.stdout.buffer.write(payload)
            return
        if source is not None and source not in {*config.sources, *(h.source for h in store.health())}:
            raise UnknownError(f"{source!r} is no source in {context.path}; there are {', '.join(config.sources)}")
        entries = store.quarantined(source)
    if as_json:
        json_lines(entries)
    elif not entries:
        click.echo("Nothing is in quarantine.")
    else:
        rows = [[q.id, q.source, q.identifier, q.format, q.stage, q.element, q.reason, q.first_seen] for q in entries]
        table(["id", "source", "identifier", "format", "stage", "element", "reason", "since"], rows, right=["id"])


class _Search(click.Command):
    """`-word` leaves works out, as the help says: it is no bundle of one-letter options. `--word` is one, or a mistake."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" not in args:
            words = [arg for arg in args if re.match(r"-[^-].", arg)]
            args = [arg for arg in args if arg not in words]
            args += ["--", *words] if words else []
        return super().parse_args(ctx, args)


@click.command(cls=_Search)
@click.argument("words", nargs=-1, required=True, metavar="QUERY...", type=text)
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="At most so many.")
@as_json
@click.pass_obj
def search(context: Context, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Search the index: words, "a phrase", prefix*, -word, author:, journal:, year:2019-2022, or a DOI."""
    from harvester import query

    with query.open_index(context.config.index) as db:
        hits = query.search(db, " ".join(words), limit=limit)
    if as_json:
        json_lines(hits.hits)
        return
    for hit in hits.hits:
        click.echo(safe(hit.citation))
        click.echo(f"    {hit.key}" + (f"  [{hit.update_status}]" if hit.update_status else ""))
    shown = f", the best {len(hits.hits)} are shown" if hits.total > len(hits.hits) else ""
    click.echo(f"{hits.total} works{shown}", err=True)


@click.command()
@click.argument("name", metavar="ID", type=text)
@click.option("--raw", is_flag=True, help="Print its records as the sources sent them.")
@as_json
@click.pass_obj
def show(context: Context, name: str, raw: bool, as_json: bool) -> None:
    """Everything that is known of a work. ID: a key, DOI, handle, URL, OAI identifier, or the number in the index."""
    from harvester import query
    from harvester.cli import works
    from harvester.store import Store

    config = context.config
    with query.open_index(config.index) as db:
        work_id = query.get(db, name)
        if work_id is None:
            raise _not_indexed(name)
        work = query.work(db, work_id)
    if raw:
        with Store.read_only(config.store) as store:
            out = sys.stdout.buffer
            for stored in store.records([m.id for m in work.members]):
                click.echo(f"--- {stored.raw.source} {stored.raw.identifier} ({stored.raw.format})", err=True)
                out.write(stored.raw.payload + b"\n")
                out.flush()
    elif as_json:
        json_lines([work])
    else:
        click.echo(works.text(work))


@click.command()
@click.argument("name", metavar="ID", type=text)
@as_json
@click.pass_obj
def explain(context: Context, name: str, as_json: bool) -> None:
    """Where each value of a work came from: raw, mapped, cleaned, merged; each with its source and rule."""
    from harvester import jobs
    from harvester.cli import works

    explained = jobs.explain(context.config, name)
    if explained is None:
        raise _not_indexed(name)
    if as_json:
        json_lines([explained])
    else:
        click.echo(works.explanation(explained))


_MOST: Final = 2**63 - 1  # SQLite's integers end here


class UnknownError(click.ClickException):
    """What was asked for by its name is not there."""

    exit_code = errors.USAGE


def _not_indexed(name: str) -> UnknownError:
    shown = name if len(name) <= 100 else f"{name[:97]}..."
    return UnknownError(f"{shown!r} is not in the index; `harvester search` finds works by their words")


COMMANDS = (status, runs, quarantine, search, show, explain)
