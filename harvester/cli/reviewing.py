"""The command of whoever decides which records are one work: review, with both side by side."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal

import click

from harvester.cli import Context
from harvester.cli.deciding import because, bring_in
from harvester.cli.keeping import by_whom
from harvester.cli.tables import counted, json_lines, safe
from harvester.cli.working import as_json

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.jobs.reviewing import Pair


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
        decide_each(config, found, total, reason=reason, by=by, key=_pressed)
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


def _pressed() -> str:
    """The key that was pressed; q where nobody is there any more. In raw mode Ctrl-C is a key, and no signal."""
    try:
        return click.getchar(echo=False) or "q"
    except EOFError:
        return "q"
    except KeyboardInterrupt as error:
        raise click.Abort from error


def decide_each(config: Config, found: list[Pair], total: int, *, reason: str, by: str, key: Callable[[], str]) -> None:
    """Ask about each pair; then let the index be what was decided. What is decided is kept at once."""
    from harvester import link

    decided: list[link.Judgement] = []
    try:
        for number, pair in enumerate(found, 1):
            works = (("work", pair.one.work), ("work", pair.other.work))
            known = link.Decided(reversed(decided))
            if known.same(*works) or known.parted(works[:1], works[1:]):
                continue  # it follows from what was decided a moment ago
            click.echo("\n".join(shown(pair, f"{number} of {total}", shutil.get_terminal_size().columns)))
            answer = _answer(key)
            if answer == "q":
                break
            if answer in {"s", "d"} and _decided(config, pair, "same" if answer == "s" else "different", reason, by):
                decided.append(link.Judgement("", answer == "s", (works[:1], works[1:]), ""))
    except BaseException:
        later = "; the next `harvester index` brings them in" if decided else ""
        click.echo(f"\n{counted(len(decided), 'decision')} kept{later}")
        raise
    click.echo(f"{counted(len(decided), 'decision')} kept")
    if decided:
        bring_in(config)


def _answer(key: Callable[[], str]) -> str:
    while True:
        click.echo("[s]ame  [d]ifferent  s[k]ip  [q]uit  [?]: ", nl=False)
        pressed = key().casefold()
        click.echo(pressed if pressed.isprintable() else "")
        if pressed in {"s", "d", "k", "q"}:
            return pressed
        click.echo(_HELP, nl=False)


def _decided(config: Config, pair: Pair, kind: Literal["same", "different"], reason: str, by: str) -> bool:
    from harvester import query
    from harvester.jobs import judging, reviewing

    try:
        with query.open_index(config.index) as db:
            found = reviewing.subjects(db, pair)
    except judging.Unfit as error:  # somebody else harvested or decided while this was on the screen
        click.echo(safe(f"left as it is: {error}"))
        return False
    judging.decide(config, [judging.pairwise(kind, found, reason=reason, by=by)])
    return True


_MARKS: Final = {"agrees": "=", "differs": "≠", "only one": " "}


def shown(pair: Pair, number: str, width: int) -> Iterator[str]:
    """A pair as lines of a terminal, its records side by side."""
    room = max(24, (min(width, 200) - 18) // 2)
    yield safe(f"{number}: {pair.why}, score {pair.score:g} ({', '.join(pair.evidence)})")
    rows = [("record", f"{pair.one.source} {pair.one.identifier}", " ", f"{pair.other.source} {pair.other.identifier}")]
    rows.append(("work", _work(pair.one.work, pair.one.records), " ", _work(pair.other.work, pair.other.records)))
    rows += [(line.element, line.one, _MARKS[line.verdict], line.other) for line in pair.lines]
    if pair.one.link or pair.other.link:
        rows.append(("link", pair.one.link, " ", pair.other.link))
    for name, one, mark, other in rows:
        left, right = (textwrap.wrap(safe(text[:400]), room) or [""] for text in (one, other))
        for n in range(max(len(left), len(right))):
            cells = (left[n] if n < len(left) else "", right[n] if n < len(right) else "")
            yield f"{name if n == 0 else '':<13}{cells[0]:<{room}} {mark if n == 0 else ' '} {cells[1]}".rstrip()


def _work(key: str, records: int) -> str:
    return key if records == 1 else f"{key} ({records} records)"


COMMANDS: Final[tuple[click.Command, ...]] = (review,)
