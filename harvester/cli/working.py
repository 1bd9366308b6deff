"""The commands that change something: harvest, index, reindex, run, publish, export."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from harvester import log
from harvester.cli import Context, stop_writing
from harvester.cli.files import whole
from harvester.cli.tables import counted, cut, json_lines, table, text
from harvester.clock import iso
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.jobs import Plan, RunReport
    from harvester.store import Tally

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON lines for a script.")


def _harvest_options(command: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.argument("names", nargs=-1, metavar="[SOURCE]..."),
        click.option("--due", is_flag=True, help="Only what is due (`every` of each source), for timers."),
        click.option(
            "--shard",
            metavar="I/N",
            callback=_shard,
            help="Only the I-th of N parts of the sources, for several hosts.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1, 64),
            default=1,
            show_default=True,
            help="So many sources side by side; those of one host come one after the other.",
        ),
        click.option(
            "--max-seconds",
            type=click.FloatRange(0, 10**9, min_open=True),
            callback=_a_number,
            help="Begin no page after so many seconds; the next run goes on from there.",
        ),
        click.option("--full", is_flag=True, help="From the start of each list, whatever was seen before."),
        click.option("--since", metavar="DATE", help="Only records changed since (2026-01-31); no cursor moves."),
        click.option("--until", metavar="DATE", help="Only records changed until; no cursor moves."),
        click.option("--limit", type=click.IntRange(min=1), help="At most so many records of each source."),
        click.option("--force", is_flag=True, help="Remove what whole lists no longer name, however much it is."),
        click.option("--dry-run", is_flag=True, help="Fetch and compare, but keep nothing."),
        as_json,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _shard(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", value)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise click.BadParameter(f"{value!r} is no part of a whole; write 1/3, 2/3 and 3/3 for three hosts")
    return int(found[1]), int(found[2])


def _a_number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # which is in every range
        raise click.BadParameter("'nan' is no number of seconds")
    return value


def _plan(
    context: Context, names: tuple[str, ...], full: bool, since: str | None, until: str | None, **asked: Any
) -> Plan:
    from harvester.jobs import Plan
    from harvester.sources import Window

    _known(context, names)
    for option, value in (("--since", since), ("--until", until)):
        if value is not None and not _is_date(value):
            raise click.BadParameter(
                f"{value!r} is no date; write it as 2026-01-31 or 2026-01-31T12:00:00Z", param_hint=option
            )
    if since and until and since[: len(until)] > until:  # a day as --until lasts until its end
        raise click.UsageError(f"--since {since} is after --until {until}")
    if since and since[:10] > iso(datetime.now(UTC) + timedelta(days=1))[:10]:
        raise click.UsageError(f"--since {since} lies in the future: nothing can have changed since then")
    if full and (since or until):
        raise click.UsageError("--full and --since/--until exclude each other")
    if asked["due"] and (since or until):
        raise click.UsageError("--due and --since/--until exclude each other: a window has no time at which it is due")
    return Plan(sources=names, window=Window(full=full, since=since, until=until), **asked)


def _known(context: Context, names: Iterable[str]) -> None:
    """A usage error, exit 2, for a source that is not in the config file."""
    known = context.config.sources
    for name in names:
        if name not in known:
            raise click.UsageError(f"{name!r} is no source in {context.path}; there are {', '.join(known) or 'none'}")


def _is_date(text: str) -> bool:
    """A day, or a second in UTC: the two granularities of OAI-PMH (2.0, section 3.3)."""
    form = "%Y-%m-%d" if len(text) == 10 else "%Y-%m-%dT%H:%M:%SZ"
    try:
        return datetime.strptime(text, form).strftime(form) == text  # noqa: DTZ007  compared as text
    except ValueError:
        return False


@click.command()
@_harvest_options
@click.pass_obj
def harvest(context: Context, /, as_json: bool, **asked: Any) -> None:
    """Fetch what changed in the sources (all that are enabled, or those named) into the store.

    An interrupted harvest goes on at the same place when it is started again. A dry run says what would be kept.
    """
    from harvester import jobs

    plan = _plan(context, **asked)
    with _progress() as listen:
        report = jobs.harvest(context.config, plan, listen)
    finish(report, as_json)


@click.command()
@_harvest_options
@click.pass_obj
def run(context: Context, /, as_json: bool, **asked: Any) -> None:
    """Harvest, index and publish: the whole job, as a timer would start it."""
    from harvester import jobs

    plan = _plan(context, **asked)
    with _progress() as listen:
        report = jobs.run(context.config, plan, listen)
    finish(report, as_json)


_anyway = click.option("--force", is_flag=True, help="Also where what a source's `expect` says is not so.")


@click.group(invoke_without_command=True)
@_anyway
@as_json
@click.pass_context
def index(context: click.Context, force: bool, as_json: bool) -> None:
    """Bring the index up to what the store holds. Readers go on reading; they see the old or the new index."""
    if context.invoked_subcommand is None:
        from harvester import jobs

        finish(jobs.update(context.obj.config, force=force), as_json)


@index.command()
@click.pass_obj
def rollback(context: Context) -> None:
    """Go back to the index of the generation before, and hold it there until the next reindex."""
    from harvester import jobs

    generation = jobs.rollback(context.config)
    click.echo(
        f"{context.config.index} is generation {generation} again, and stays so: `harvester run` leaves it alone until "
        "`harvester reindex` makes it anew."
    )


@click.command()
@click.option("--source", metavar="SOURCE", help="Read only this source's records again, in place.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes [default: as in the config file].")
@click.option("--diff", is_flag=True, help="Only say which works would change, and why.")
@_anyway
@as_json
@click.pass_obj
def reindex(context: Context, source: str | None, workers: int | None, diff: bool, force: bool, as_json: bool) -> None:
    """Make the index anew from the store: build beside the old one, verify, switch. Needs no network."""
    from harvester import jobs

    config = context.config
    _known(context, [source] if source is not None else [])
    if not diff:
        finish(jobs.reindex(config, workers=workers, source=source, force=force), as_json)
    if source is not None:
        raise click.UsageError("--diff compares the whole index; leave --source out")
    count = 0
    for change in jobs.difference(config, workers=workers):
        count += 1
        if as_json:
            json_lines([change])
        else:
            click.echo(f"{change.kind:8} {change.key}  {change.label}")
            for element in change.elements:
                click.echo(f"           {element.element}: {_short(element.old)} -> {_short(element.new)}")
            click.echo(f"           why: {change.why}")
    if not as_json:
        click.echo(f"{counted(count, 'work')} would change." if count else "No work would change.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.pass_obj
def publish(context: Context, folder: Path | None) -> None:
    """Write the listings as a static site into FOLDER (default: `site` of the config file)."""
    from harvester import jobs

    for path in jobs.publish(context.config, folder):
        click.echo(path)


@click.command()
@click.option(
    "--format",
    "format_",
    required=True,
    metavar="FORMAT",
    help="What to write; `--format list` says what there is.",
)
@click.option("--query", type=text, metavar="QUERY", help="Only works that this search finds, best first.")
@click.option("--source", metavar="SOURCE", help="Only works that this source knows.")
@click.option(
    "--raw", is_flag=True, help="csv: no apostrophe before what a spreadsheet would execute; for programs only."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="A file, written whole or not at all [default: standard output].",
)
@click.pass_obj
def export(
    context: Context, format_: str, query: str | None, source: str | None, raw: bool, output: Path | None
) -> None:
    """Write works in a format for reference managers, spreadsheets or programs."""
    from harvester import formats, jobs

    if format_ == "list":
        table(["format", "what it is"], [[name, said] for name, said in formats.written()])
        return
    known = [name.replace("_", "-") for name in (*formats.WRITERS, *formats.BINARY_WRITERS)]
    if format_.replace("_", "-") not in known:
        raise click.BadParameter(
            f"{format_!r} is no format that is written{did_you_mean(format_, known)}", param_hint="--format"
        )
    config = context.config
    _known(context, [source] if source is not None else [])
    chunks = jobs.export(config, format_, text=query, source=source, raw=raw)
    if output is None or str(output) == "-":
        sys.stdout.buffer.writelines(chunks)
    else:
        whole(output, chunks)
        click.echo(output, err=True)


@contextmanager
def _progress() -> Iterator[Callable[[str, Tally], None] | None]:
    """A counter per source, on a terminal only."""
    if not sys.stderr.isatty() or log.for_programs():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, int] = {}

        def listen(source: str, tally: Tally) -> None:
            if source not in tasks:
                tasks[source] = progress.add_task(source, total=None)
            text = f"{source}: {tally.fetched} fetched, {tally.new} new, {tally.changed} changed"
            progress.update(tasks[source], description=text)  # type: ignore[arg-type]

        yield listen


def finish(report: RunReport, as_json: bool) -> NoReturn:
    """Print how a run ended, and end with its exit code, also where nobody reads what is printed."""
    try:
        if as_json:
            json_lines([report])
        else:
            _print(report)
    except BrokenPipeError:
        stop_writing()
    if report.error is not None:
        with log.about(run=report.run_id or None):
            log.last_word(report.error)
    sys.exit(report.exit_code)


def _print(report: RunReport) -> None:
    if report.sources:
        numbers = ["fetched", "new", "changed", "unchanged", "deleted", "quarantined"]
        rows = [[s.source, *(getattr(s.tally, n) for n in numbers), s.verdict] for s in report.sources]
        table(["source", *numbers, "verdict"], rows, right=numbers)
    elif report.command in ("harvest", "run") and report.error is None:
        click.echo("no source is due, or of this shard; `harvester status` says when they are")
    if report.index:
        i = report.index
        how = "made anew" if i.full else "updated"
        click.echo(
            f"index {how}: {i.works} works from {i.records} records; {i.written} works written, {i.removed} removed"
            f" (generation {i.generation})" + (f"; {i.reason}" if i.reason else "")
        )
    written = sum(s.tally.new + s.tally.changed + s.tally.deleted for s in report.sources)
    written += report.index.written + report.index.removed if report.index else 0
    if report.sources and report.index and not written and report.exit_code == 0:
        click.echo("nothing changed: 0 rows written")
    for path in report.site:
        click.echo(f"wrote {path}")


def _short(value: object) -> str:
    return cut("nothing" if value is None else str(value), 70)


COMMANDS = (harvest, run, index, reindex, publish, export)
