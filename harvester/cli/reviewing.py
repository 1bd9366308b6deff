"""The commands of whoever decides which records are one work: review, decide, decisions."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
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
    from harvester.jobs.reviewing import Pair
    from harvester.store.judgements import Decision

because = click.option("--reason", default="", type=typed, help="Why. It is kept, and shown with the decision.")

# --- review ----------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many pairs.")
@because
@by_whom
@as_json
@click.pass_obj
def review(context: Context, limit: int, reason: str, by: str, as_json: bool) -> None:
    """Pairs that may be one work, for you to decide: both side by side, and one key for each.

    s: the same work; d: different works; k: skip; q: quit; ?: help. What is decided is decided for good, about the works
    with all their records, and is undone with `harvester decisions --undo`. Where no person is at the keyboard, the pairs
    are printed.
    """
    from harvester import query
    from harvester.jobs import reviewing

    config = context.config
    with query.open_index(config.index) as db:
        total = reviewing.count(db)
        found = list(reviewing.pairs(db, limit))
    if as_json:
        json_lines(found)
    elif not found:
        click.echo("nothing is in doubt")
    elif sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        decide_each(config, found, total, reason=reason, by=by, key=lambda: click.getchar(echo=False))
    else:
        for number, pair in enumerate(found, 1):
            click.echo("\n".join(shown(pair, f"{number} of {total}", 100)) + "\n")
        click.echo("`harvester decide same` or `different`, with the two works, decides about a pair", err=True)


_HELP: Final = (
    "s  the same work: they are united, whatever anything else says\n"
    "d  different works: they are never united, and no longer asked about\n"
    "k  skip: ask again another time\n"
    "q  quit: what was decided so far stays, and comes into the index now\n"
)


def decide_each(config: Config, found: list[Pair], total: int, *, reason: str, by: str, key: Callable[[], str]) -> None:
    """Ask about each pair; then let the index be what was decided. What is decided is kept at once."""
    decided = 0
    try:
        for number, pair in enumerate(found, 1):
            click.echo("\n".join(shown(pair, f"{number} of {total}", shutil.get_terminal_size().columns)))
            answer = _answer(key)
            if answer == "q":
                break
            if answer in {"s", "d"}:
                decided += _decided(config, pair, "same" if answer == "s" else "different", reason, by)
    finally:
        click.echo(f"{counted(decided, 'decision')} kept")
    if decided:
        _apply(config)


def _answer(key: Callable[[], str]) -> str:
    while True:
        click.echo("[s]ame  [d]ifferent  s[k]ip  [q]uit  [?]: ", nl=False)
        pressed = key().casefold()
        if pressed in {"\x03", "\x04"}:
            raise click.Abort
        click.echo(pressed if pressed.isprintable() else "")
        if pressed in {"s", "d", "k", "q"}:
            return pressed
        click.echo(_HELP, nl=False)


def _decided(config: Config, pair: Pair, kind: Literal["same", "different"], reason: str, by: str) -> int:
    from harvester import query
    from harvester.jobs import judging, reviewing

    with query.open_index(config.index) as db:
        found = reviewing.subjects(db, pair)
    decision = judging.pairwise(kind, found, reason=reason, by=by)
    return len(judging.decide(config, [decision]))


_MARKS: Final = {"agrees": "=", "differs": "≠", "only one": " "}


def shown(pair: Pair, number: str, width: int) -> Iterator[str]:
    """A pair as lines of a terminal, its records side by side."""
    room = max(24, (min(width, 200) - 18) // 2)
    yield safe(f"{number}: {pair.why}, score {pair.score:g} ({', '.join(pair.evidence)})")
    rows = [("record", f"{pair.one.source} {pair.one.identifier}", " ", f"{pair.other.source} {pair.other.identifier}")]
    rows.append(("work", _work(pair.one.work, pair.one.records), " ", _work(pair.other.work, pair.other.records)))
    rows += [(line.element, line.one, _MARKS[line.verdict], line.other) for line in pair.lines]
    rows.append(("link", pair.one.link, " ", pair.other.link))
    for name, one, mark, other in rows:
        left, right = (textwrap.wrap(safe(text[:400]), room) or [""] for text in (one, other))
        for n in range(max(len(left), len(right))):
            cells = (left[n] if n < len(left) else "", right[n] if n < len(right) else "")
            yield f"{name if n == 0 else '':<13}{cells[0]:<{room}} {mark if n == 0 else ' '} {cells[1]}".rstrip()


def _work(key: str, records: int) -> str:
    return key if records == 1 else f"{key} ({records} records)"


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
    with query.open_index(config.index) as db, _usage():
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
    with Store.read_only(config.store) as store, query.open_index(config.index) as db, _usage():
        decisions = judging.pin(store, db, name, values, reason=reason, by=by)
    _keep(config, decisions)


decide.add_command(suppress)


@contextmanager
def _usage() -> Iterator[None]:
    """What cannot be decided is a mistake of who asked for it."""
    from harvester.jobs.judging import Unfit

    try:
        yield
    except Unfit as error:
        raise click.UsageError(safe(str(error))) from error


def _keep(config: Config, decisions: list[Decision]) -> None:
    """Note decisions, say them, and let index and listings be what they say."""
    from harvester.jobs import judging

    for decision in judging.decide(config, decisions):
        click.echo(safe(f"{decision.id}  {_told(decision)}"))
        for number, side in enumerate(decision.sides):
            for source, identifier in side:
                click.echo(safe(f"  {number + 1 if decision.kind != 'pin' else ' '} {source} {identifier}"))
    _apply(config)


def _apply(config: Config) -> None:
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
    if report.exit_code:
        sys.exit(report.exit_code)


def _told(decision: Decision) -> str:
    if decision.kind == "pin":
        from harvester.pins import written

        return f"pin {decision.name}: {decision.element} = {written(decision.element, decision.value) or '(none)'}"
    if decision.kind == "undo":
        return f"undo {decision.undoes} ({decision.name})"
    value = f" ({decision.value})" if decision.kind == "suppress" else ""
    return f"{decision.kind}{value} {decision.name}"


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
    from harvester.jobs import judging
    from harvester.store import Store

    if sum(option is not None for option in (target, origin, undo)) > 1:
        raise click.UsageError("--export, --import and --undo are three different things: give one")
    config = context.config
    if origin is not None:
        _import(config, origin)
        return
    with Store.read_only(config.store) as store, _usage():
        if undo is not None:
            ended = judging.undo(store, undo, reason=reason, by=by)[1]
        elif target is not None:
            _export(target, judging.exported(store))
            return
        else:
            found = judging.listed(store)[:limit]
    if undo is not None:
        _keep(config, [ended])
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
    reason = f": {decision.reason}" if decision.reason else ""
    yield f"    {decision.decided[:19].replace('T', ' ')} by {decision.by}{reason}"
    if one.state != "holds":
        yield f"    {one.state}" + (f" ({one.because})" if one.because else "")


def _export(target: str, lines: Iterator[bytes]) -> None:
    if target == "-":
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
    else:
        whole(Path(target), lines)


def _import(config: Config, origin: str) -> None:
    from harvester.jobs import judging

    with _usage():
        if origin == "-":
            new, known = judging.imported(config, sys.stdin.buffer, "standard input")
        else:
            try:
                with Path(origin).open("rb") as file:
                    new, known = judging.imported(config, file, origin)
            except OSError as error:
                raise StoreError(f"{origin}: cannot be read: {error.strerror or error}") from error
    click.echo(f"{counted(new, 'decision')} new, {known} known already")
    if new:
        _apply(config)


COMMANDS: Final[tuple[click.Command, ...]] = (review, decide, decisions)
