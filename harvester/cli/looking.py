"""The commands that only look: status, runs, search, show, explain."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from harvester import errors
from harvester.cli import Context
from harvester.cli.tables import counted, cut, json_lines, safe, size, table, text
from harvester.cli.working import as_json
from harvester.clock import duration

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.jobs.standing import Standing
    from harvester.query.state import Sort
    from harvester.store.sizes import Sizes


@click.command()
@click.option(
    "--stale",
    metavar="[36h]",
    is_flag=False,
    flag_value="",
    help="Exit 7 when a source was last complete longer ago than this (36h, 2 days); without, than twice its `every`.",
)
@as_json
@click.pass_obj
def status(context: Context, stale: str | None, as_json: bool) -> None:
    """How each source and the index are doing, and when sources are due."""
    from harvester.jobs import standing
    from harvester.store import Store

    config = context.config
    longest = _age(stale) if stale else None
    with Store.read_only(config.store) as store:
        rows = standing.standing(config, store)
        hold, sizes = store.note("index_hold"), store.sizes()
    if as_json:
        json_lines(rows)
    else:
        _print_status(config, rows, hold, sizes)
    if stale is not None:
        now = datetime.now(UTC)
        late = [row.source for row in rows if row.enabled and standing.stale(config, row, longest, now)]
        if late:
            click.echo(f"stale: {', '.join(late)}", err=True)
            sys.exit(errors.STALE)


def _print_status(config: Config, rows: list[Standing], hold: str | None, sizes: Sizes) -> None:
    from harvester import query
    from harvester.jobs import reviewing

    numbers = ["records", "deleted", "quarantined"]
    lines = [
        [s.source, s.records, s.deleted, s.quarantined, s.last_complete or "never", _due(s), _last(s)] for s in rows
    ]
    table(["source", *numbers, "last complete", "due", "last harvest"], lines, right=numbers)
    for row in rows:
        if row.vanished:
            click.echo(f"{row.source}: {row.vanished} records stay that it no longer has")
        if row.source not in config.sources:
            click.echo(
                f"{row.source}: is not in the config file; its works stay in the index, believed last, until"
                f" `harvester source remove {row.source}`"
            )
    click.echo(
        f"\n{config.store}: {size(sizes.file + sizes.log)}; {sizes.records} records, {sizes.versions} superseded versions"
    )
    if config.index.exists():
        with query.open_index(config.index) as db:
            meta = dict(db.execute("select name, value from meta"))
            (works,) = db.execute("select count(*) from works").fetchone()
            waiting = reviewing.count(db)
        room = size(config.index.stat().st_size)
        click.echo(f"{config.index}: {room}; {works} works, generation {meta['generation']}, built {meta['built']}")
        if waiting:
            click.echo(f"{waiting} {'pair waits' if waiting == 1 else 'pairs wait'} for `harvester review`")
    else:
        click.echo(f"{config.index}: not made yet; `harvester index` makes it")
    if hold:
        click.echo(f"the index is held: {hold}; `harvester reindex` releases it")


def _due(row: Standing) -> str:
    return "now" if row.due else row.due_from or "-"


def _last(row: Standing) -> str:
    failures = f" ({row.failures} times in a row not complete)" if row.failures > 1 else ""
    return f"{row.verdict or 'never harvested'}{failures}"


def _age(text: str) -> timedelta:
    age = timedelta(0) if re.fullmatch(r"0+ *[a-z]+", text) else duration(text)
    if age is None:
        raise click.BadParameter(f"{text!r} is no length of time; write 36h, or '2 days'", param_hint="--stale")
    return age


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="The newest so many.")
@as_json
@click.pass_obj
def runs(context: Context, limit: int, as_json: bool) -> None:
    """The last runs: when, how they ended, and what each source gave."""
    import sqlite_utils

    from harvester.jobs.standing import running
    from harvester.store import Store

    with Store.read_only(context.config.store) as store:
        database = sqlite_utils.Database(store.connection)
        rows = list(
            database.query(
                "select r.id as run, r.command, r.started, r.ended, r.exit_code, s.source, s.fetched, s.new, s.changed,"
                " s.unchanged, s.deleted, s.quarantined, s.requests, s.verdict, r.host, r.pid from runs r"
                " left join run_sources s on s.run_id = r.id where r.id > (select max(id) from runs) - ?"
                " order by r.id desc, s.rowid",
                [min(limit, MOST)],
            )
        )
    for row in rows:
        host, pid = row.pop("host"), row.pop("pid")
        row["state"] = "ended" if row["ended"] else "running" if running(host, pid, row["started"]) else "killed"
        if row["verdict"] == "running":
            row["verdict"] = row["state"] if row["state"] != "ended" else "interrupted"
    if as_json:
        json_lines(rows)
        return
    shown = None
    for row in rows:
        if row["run"] != shown:
            shown = row["run"]
            ended = f"ended {row['ended']}, exit {row['exit_code']}" if row["ended"] else row["state"]
            click.echo(f"run {row['run']}  {row['command']}  started {row['started']}, {ended}")
        if row["source"]:
            click.echo(
                f"    {row['source']}: {row['fetched']} fetched, {row['new']} new, {row['changed']} changed,"
                f" {row['unchanged']} unchanged, {row['deleted']} deleted, {row['quarantined']} quarantined,"
                f" {counted(row['requests'], 'request')}; {safe(row['verdict'])}"
            )


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
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest", "title"]),
    default="relevance",
    show_default=True,
    help="In this order.",
)
@as_json
@click.pass_obj
def search(context: Context, words: tuple[str, ...], limit: int, sort: Sort, as_json: bool) -> None:
    """Search the index: words, "a phrase", prefix*, -word, author:, journal:, year:2019-2022, or a DOI."""
    from harvester import query

    with query.open_index(context.config.index) as db:
        hits = query.search(db, " ".join(words), limit=limit, sort=sort)
    if as_json:
        json_lines(hits.hits)
        return
    for hit in hits.hits:
        click.echo(safe(hit.citation))
        click.echo(f"    {safe(hit.key)}" + (f"  [{hit.update_status}]" if hit.update_status else ""))
    first = "best" if sort == "relevance" else "first"
    shown = f", the {first} {len(hits.hits)} are shown" if hits.total > len(hits.hits) else ""
    click.echo(f"{counted(hits.total, 'work')}{shown}", err=True)
    if hits.suggestion:
        click.echo(f"did you mean: {safe(hits.suggestion)}", err=True)
    if hits.ignored:
        click.echo(f"{counted(hits.ignored, 'term')} beyond the limit of a query were not looked at", err=True)


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
                click.echo(f"--- {stored.raw.source} {safe(stored.raw.identifier)} ({stored.raw.format})", err=True)
                out.write(stored.raw.payload + b"\n")
                out.flush()
    elif as_json:
        json_lines([work])
    else:
        click.echo(safe(works.text(work)))


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
        click.echo(safe(works.explanation(explained)))


MOST: Final = 2**63 - 1  # SQLite's integers end here


class UnknownError(click.ClickException):
    """What was asked for by its name is not there."""

    exit_code = errors.USAGE


def _not_indexed(name: str) -> UnknownError:
    return UnknownError(f"{cut(name, 100)!r} is not in the index; `harvester search` finds works by their words")


COMMANDS = (status, runs, search, show, explain)
