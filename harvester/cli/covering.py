"""The command that says what is in repositories, and what is not."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from harvester import errors
from harvester.cli import Context
from harvester.cli.looking import UnknownError
from harvester.cli.tables import counted, cut, json_lines, safe, text
from harvester.cli.working import as_json
from harvester.wording import did_you_mean

if TYPE_CHECKING:
    from harvester.config import Config
    from harvester.coverage import Asked, Candidate, Covered, Item, Scope

_SHOWN: Final = 10
"""Entries of a list, on a terminal."""
_ENOUGH: Final = 3
"""So many failures in a row end the questions."""
_STATES: Final = {
    "missing": "in no repository",
    "open": "open",
    "embargo over": "under an embargo that is over",
    "embargoed": "under an embargo",
    "restricted": "not for everybody",
    "unknown": "a copy; who may read it is not said",
    "metadata-only": "described, without a copy",
    "no file named": "described; nothing is said of a copy",
}


@click.command()
@click.option(
    "--journal", metavar="ISSN|NAME", default="", type=text, help="Of this journal: an ISSN of it, or its name."
)
@click.option(
    "--institution",
    "institutions",
    metavar="NAME|ROR",
    multiple=True,
    type=text,
    help="Of this institution: as affiliations name it, or its ROR address. May be given several times.",
)
@click.option("--ask", is_flag=True, help="Ask Crossref about items without a DOI that nothing in the index is like.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Ask about so many items at most."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print all of it as CSV, one row a work and candidate.")
@as_json
@click.pass_obj
def coverage(
    context: Context, journal: str, institutions: tuple[str, ...], ask: bool, limit: int, as_csv: bool, as_json: bool
) -> None:
    """What of a journal or an institution is in repositories, in which version, and what is missing.

    Works that Crossref knows and no repository holds; accepted versions that are missing or under an embargo; items without a
    DOI that are like a work of Crossref. Such candidates are listed with their score and reasons, and nothing is made of them:
    put the DOI right in the repository, or decide. The same stands in the views `coverage` and `coverage_candidates`.
    """
    from harvester import coverage as room
    from harvester import query
    from harvester.clean import identifiers

    if as_csv and as_json:
        raise click.UsageError("--csv and --json: choose one")
    if re.fullmatch(r"[0-9]{4}-?[0-9]{3}[0-9Xx]", journal.strip()) and not identifiers.issn(journal):
        raise click.BadParameter(f"{journal!r} is no ISSN: its check digit is wrong", param_hint="--journal")
    scope = room.Scope(
        journal=journal.strip(), institutions=tuple(name for name in map(str.strip, institutions) if name)
    )
    answers: list[Asked] = []
    with query.open_index(context.config.index) as db:
        works = room.within(db, scope)
        if works is not None and not works and not ask:
            hint = (
                did_you_mean(journal, [name for (name,) in db.execute("select title from journals")]) if journal else ""
            )
            raise UnknownError(f"nothing in the index is of {safe(str(scope))}{hint}")
        found = room.candidates(db, works)
        if ask:
            alike = {candidate.work_id for candidate in found}
            due = [item for item in room.items(db, scope, works) if item.work_id not in alike]
            answers = _asked(context.config, due[:limit])
            found += [candidate for answer in answers for candidate in room.asked(answer, scope)]
            _say_asked(answers, len(due))
        if not db.execute("select 1 from records where format = 'crossref' limit 1").fetchone():
            click.echo(
                "no record of Crossref is in the index: a source of kind crossref tells what is missing", err=True
            )
        rows = room.covered(db, works if works is None else works.union(candidate.work_id for candidate in found))
        if as_csv:
            _print_csv(rows, found)
        elif as_json:
            json_lines(_rows(rows, found))
        else:
            _print(scope, rows, found)
    failed = sum(bool(answer.failure) for answer in answers)
    if failed:
        sys.exit(errors.SOURCES_FAILED if failed == len(answers) else errors.PARTIAL)


def _asked(config: Config, items: Sequence[Item]) -> list[Asked]:
    """The answers of Crossref; those to the last items are missing where it could not be asked several times in a row."""
    from harvester import coverage as room
    from harvester.jobs.sessions import session
    from harvester.sources import crossref

    settings = next((s for s in config.sources.values() if isinstance(s, crossref.Settings)), None)
    settings = settings or crossref.Settings(kind="crossref")
    answers: list[Asked] = []
    with session(config, settings) as opened:
        client = crossref.client_for("coverage", settings, opened)
        for item in items:
            answers.append(room.ask(client, item))
            if len(answers) >= _ENOUGH and all(answer.failure for answer in answers[-_ENOUGH:]):
                break  # nobody is there: asking hundreds of times would take hours
    return answers


def _say_asked(answers: Sequence[Asked], due: int) -> None:
    more = f", of {due}; --limit says how many" if due > len(answers) else ""
    click.echo(f"Crossref was asked about {counted(len(answers), 'item')}{more}", err=True)
    failures = [answer.failure for answer in answers if answer.failure]
    for failure in dict.fromkeys(failures):
        click.echo(f"could not be asked ({counted(failures.count(failure), 'time')}): {safe(failure)}", err=True)


# --- for people ------------------------------------------------------------------------------------------------------


class _List:
    """The first entries of a list, and how many there are: a million works need no memory."""

    def __init__(self, heading: str) -> None:
        self.heading, self.lines, self.number = heading, list[str](), 0

    def add(self, line: str) -> None:
        self.number += 1
        if self.number <= _SHOWN:
            self.lines.append(line)

    def show(self) -> None:
        if self.number:
            click.echo(f"\n{self.heading}: {self.number}")
        for line in self.lines:
            click.echo(safe(f"  {line}"))
        if self.number > _SHOWN:
            click.echo(f"  ... and {self.number - _SHOWN} more: --csv has them all")


def _print(scope: Scope, works: Iterable[Covered], found: Iterable[Candidate]) -> None:
    counts: Counter[tuple[object, ...]] = Counter()
    missing = _List("Crossref knows, no repository holds")
    other = _List("In a repository, but not as accepted")
    kept_back = _List("Under an embargo")
    over = _List("Under an embargo that is over: look whether they were opened")
    alike = _List("Without a DOI, and like a work that Crossref knows")
    for work in works:
        told = {"state": work.state, "version": work.accepted_version, "in time": work.deposited_in_time}
        counts.update([*told.items(), ("works", ""), ("known", bool(work.in_crossref), work.state == "missing")])
        if work.state == "missing":
            missing.add(_line(work))
        elif work.accepted_version == "missing":
            other.add(f"{_line(work)}  [{work.version or _STATES[work.state]}]")
        if work.state == "embargoed":
            end = f"until {work.embargo_until}" if work.embargo_until else "no end is given"
            kept_back.add(f"{_line(work)}  [{end}]")
        elif work.state == "embargo over":
            over.add(f"{_line(work)}  [since {work.embargo_until}]")
    for candidate in found:
        alike.add(_both(candidate))
    number = counted(counts["works", ""], "work")
    there = counts["known", True, False]
    known = there + counts["known", True, True]
    share = f"; {there} of these in a repository ({100 * there // known} %)" if known else ""
    click.echo(f"{safe(str(scope))}: {number}, {known} of them known to Crossref{share}")
    for state, words in _STATES.items():
        if counts["state", state]:
            click.echo(f"{counts['state', state]:>9}  {words}")
    held, lacking, unknown = (counts["version", name] for name in ("held", "missing", "unknown"))
    click.echo(f"accepted version, or a later one: {held} held, {lacking} missing, {unknown} unknown")
    if counts["in time", 1] or counts["in time", 0]:
        click.echo(
            f"within three months of acceptance: {counts['in time', 1]}; later, or not yet: {counts['in time', 0]}"
        )
    for one in (missing, other, kept_back, over, alike):
        one.show()


def _line(work: Covered) -> str:
    due = f"  [due {work.deposit_by}]" if work.state == "missing" and work.deposit_by else ""
    mark = f"  [{work.update_status}]" if work.update_status else ""
    return f"{work.key}  {_short(work.title)}{f' ({work.issued[:4]})' if work.issued else ''}{mark}{due}"


def _both(c: Candidate) -> str:
    asked = ", asked for" if c.found_in == "Crossref" else ""
    return (
        f"{c.repository} {c.identifier}  {_short(c.title)}\n"
        f"      doi:{c.candidate_doi}  {_short(c.candidate_title)}\n"
        f"      {c.answer}, score {c.score:g}{asked}: {c.evidence}"
    )


def _short(title: str | None) -> str:
    return cut(" ".join((title or "[no title]").split()), 80)


# --- for programs ----------------------------------------------------------------------------------------------------

_OF_CANDIDATE: Final = ("doi", "title", "issued", "published_in")
_OF_PAIR: Final = ("score", "answer", "evidence", "found_in")


def _rows(works: Iterable[Covered], found: Iterable[Candidate]) -> Iterator[dict[str, Any]]:
    """A work with each of its candidates; without them where it has none."""
    of: dict[int, list[Candidate | None]] = {}
    for candidate in found:
        of.setdefault(candidate.work_id, []).append(candidate)
    for work in works:
        for one in of.get(work.work_id, [None]):
            yield {**_row(work), **_candidate(one)}


def _row(work: Covered) -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(work)


def _candidate(c: Candidate | None) -> dict[str, Any]:
    said = {f"candidate_{name}": getattr(c, f"candidate_{name}", None) for name in _OF_CANDIDATE}
    return {**said, **{f"candidate_{name}": getattr(c, name, None) for name in _OF_PAIR}}


def _print_csv(works: Iterable[Covered], found: Iterable[Candidate]) -> None:
    """In UTF-8 whatever the locale says, with the line ends of RFC 4180; no cell is a formula."""
    from harvester.coverage import Covered as Columns
    from harvester.formats.csv import defused

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([*Columns.__struct_fields__, *_candidate(None)])
    for row in _rows(works, found):
        sys.stdout.buffer.write(buffer.getvalue().encode())
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([defused("" if v is None else str(v).replace("\x00", "")) for v in row.values()])
    sys.stdout.buffer.write(buffer.getvalue().encode())
    sys.stdout.buffer.flush()


COMMANDS = (coverage,)
