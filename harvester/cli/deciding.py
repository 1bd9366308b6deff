"""The commands of whoever decides about works: decide, and decisions, which lists, undoes and carries them elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from harvester.cli import Context
from harvester.cli.files import whole
from harvester.cli.keeping import by_whom, suppress
from harvester.cli.tables import counted, json_lines, safe
from harvester.cli.tables import text as typed
from harvester.cli.working import as_json
from harvester.errors import HarvesterError, StoreError

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.jobs.judging import Listed
    from harvester.store.judgements import Decision

because = click.option("--reason", default="", type=typed, help="Why. It is kept, and shown with the decision.")

# --- decide ----------------------------------------------------------------------------------------------------------


@click.group()
def decide() -> None:
    """Decide that works are the same or different, what a value is, or that a work is to be kept out. For good.

    Decisions are about records by the names that their sources give them: they survive every reindex and harvest. None is
    ever overwritten; a later one goes before it, and `harvester decisions --undo` ends it.
    """


works = click.argument("names", nargs=-1, required=True, type=typed, metavar="WORK WORK...")


@decide.command()
@works
@because
@by_whom
@click.pass_obj
def same(context: Context, names: tuple[str, ...], reason: str, by: str) -> None:
    """The works named are one, whatever their records say.

    WORK is a key, DOI, handle, URL or identifier of a work; or 'SOURCE IDENTIFIER', one record of it.
    """
    _decide_pair(context.config, "same", names, reason, by)


@decide.command()
@works
@because
@by_whom
@click.pass_obj
def different(context: Context, names: tuple[str, ...], reason: str, by: str) -> None:
    """The works named are different ones, whatever identifiers they share. Splits a work, too.

    WORK is a key, DOI, handle, URL or identifier of a work; or 'SOURCE IDENTIFIER', one record of it. To take a record out
    of its work: `harvester decide different WORK 'SOURCE IDENTIFIER'`.
    """
    _decide_pair(context.config, "different", names, reason, by)


def _decide_pair(
    config: Config, kind: Literal["same", "different"], names: tuple[str, ...], reason: str, by: str
) -> None:
    from harvester import query
    from harvester.jobs import judging

    if len(names) < 2:
        raise click.UsageError("name two works, or more")
    with query.open_index(config.index) as db, usage():
        found = judging.sides(db, kind, names)
    _keep(config, [judging.pairwise(kind, found, reason=reason, by=by)])


@decide.command()
@click.argument("name", metavar="WORK", type=typed)
@click.argument("values", nargs=-1, required=True, type=typed, metavar="ELEMENT=VALUE...")
@because
@by_whom
@click.pass_obj
def pin(context: Context, name: str, values: tuple[str, ...], reason: str, by: str) -> None:
    """The work has this value, whatever its records say: title=..., issued=2020-09, container.issn=2398-631X.

    An empty value (`update_status=`) says that it has none. A later pin of the same element goes before it.
    """
    from harvester import query
    from harvester.jobs import judging
    from harvester.store import Store

    config = context.config
    with Store.read_only(config.store) as store, query.open_index(config.index) as db, usage():
        decisions = judging.pin(store, db, name, values, reason=reason, by=by)
    _keep(config, decisions)


decide.add_command(suppress)


@contextmanager
def usage(more: str = "") -> Iterator[None]:
    """What cannot be decided is a mistake of who asked for it. ``more``: what else that person should know."""
    from harvester.jobs.judging import Unfit

    try:
        yield
    except Unfit as error:
        raise click.UsageError(safe(f"{error}{more}")) from error


def _keep(config: Config, decisions: list[Decision], about: Decision | None = None) -> None:
    """Note decisions, say them, let index and listings be what they say, and say how the works stand now.

    ``about``: the decision that is undone.
    """
    from harvester.jobs import judging

    noted, overruled = judging.decide(config, decisions)
    for decision in noted:
        click.echo(safe(f"{decision.id}  {_told(decision)}"))
        for number, side in enumerate(decision.sides):
            for source, identifier in side:
                click.echo(safe(f"  {number + 1 if decision.kind != 'pin' else ' '} {source} {identifier}"))
    for one in overruled:
        click.echo(safe(f"{one.state} by it: {one.decision.id}  {_told(one.decision)}"))
    bring_in(config, {record for d in (about, *decisions) if d for side in d.sides for record in side})


def bring_in(config: Config, about: Iterable[tuple[str, str]] = ()) -> None:
    """Let index and listings be what was decided; the works that these records are now part of are said."""
    from harvester.jobs import judging

    try:
        report = judging.apply(config)
    except HarvesterError:
        click.echo("that is decided and stays; the next `harvester index` brings it into index and listings", err=True)
        raise
    if report.index is None:
        click.echo(f"{config.index} is held and was left as it is; `harvester reindex` brings it in", err=True)
    else:
        click.echo(f"{counted(report.index.written, 'work')} written, {report.index.removed} removed")
        for key, records, title in judging.works(config, about):
            click.echo(safe(f"now: {key} ({counted(records, 'record')})  {title}"))
    if report.exit_code:
        sys.exit(report.exit_code)


def _told(decision: Decision) -> str:
    mark = {"same": " = ", "different": " ≠ "}.get(decision.kind, "; ")
    name = decision.name or mark.join(" ".join(record) for side in decision.sides for record in side[:1])
    if decision.kind == "pin":
        from harvester.pins.values import written

        return f"pin {name}: {decision.element} = {written(decision.element, decision.value) or '(none)'}"
    if decision.kind == "undo":
        return f"undo {decision.undoes} ({name})"
    value = f" ({decision.value})" if decision.kind == "suppress" else ""
    return f"{decision.kind}{value} {' '.join(name.split())}"


# --- decisions -------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--export", "target", metavar="FILE", type=typed, help="Write all as JSON lines; - is standard output.")
@click.option(
    "--import", "origin", metavar="FILE", type=typed, help="Take over those of an export; - is standard input."
)
@click.option("--undo", metavar="ID", type=typed, help="End a decision; what was decided before it holds again.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the newest so many.")
@because
@by_whom
@as_json
@click.pass_obj
def decisions(
    context: Context,
    target: str | None,
    origin: str | None,
    undo: str | None,
    limit: int | None,
    reason: str,
    by: str,
    as_json: bool,
) -> None:
    """What people decided, the newest first: by whom, when, why, and whether it still applies."""
    from harvester.jobs import carrying, judging
    from harvester.store import Store

    if sum(option is not None for option in (target, origin, undo)) > 1:
        raise click.UsageError("--export, --import and --undo are three different things: give one")
    config = context.config
    if origin is not None:
        _import(config, origin)
        return
    with Store.read_only(config.store) as store, usage():
        if undo is not None:
            ended, end = judging.undo(store, undo, reason=reason, by=by)
        elif target is not None:
            _export(target, carrying.exported(store))
            return
        else:
            found = judging.listed(store)[:limit]
    if undo is not None:
        _keep(config, [end], ended)
    elif as_json:
        json_lines(found)
    else:
        for one in found:
            click.echo(safe("\n".join(_listed(one))))
        if not found:
            click.echo("nothing was decided")


def _listed(one: Listed) -> Iterator[str]:
    decision = one.decision
    yield f"{decision.id}  {_told(decision)}"
    reason = f": {' '.join(decision.reason.split())}" if decision.reason else ""
    yield f"    {decision.decided[:19].replace('T', ' ')} by {' '.join(decision.by.split())}{reason}"
    if one.state != "holds":
        yield f"    {one.state}" + (f" ({one.because})" if one.because else "")


def _export(target: str, lines: Iterator[bytes]) -> None:
    if target == "-":
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
    else:
        whole(Path(target), lines)


def _import(config: Config, origin: str) -> None:
    from harvester.jobs import carrying

    with usage():
        if origin == "-":
            new, known = carrying.imported(config, sys.stdin.buffer, "standard input")
        else:
            try:
                with Path(origin).open("rb") as file:
                    new, known = carrying.imported(config, file, origin)
            except OSError as error:
                raise StoreError(f"{origin}: cannot be read: {error.strerror or error}") from error
    click.echo(f"{counted(new, 'decision')} new, {known} known already")
    if new:
        bring_in(config)


COMMANDS: Final[tuple[click.Command, ...]] = (decide, decisions)
