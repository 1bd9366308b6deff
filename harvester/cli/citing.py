"""The command that turns reference lines into curated entries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester import errors
from harvester.cli import Context
from harvester.cli.files import whole
from harvester.cli.tables import json_lines, safe

if TYPE_CHECKING:
    from harvester.cite import Outcome, Reading, Reference
    from harvester.config import Config
    from harvester.http import Session


@click.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append the entries to this curated file; what it holds already stays as it is. Otherwise they are printed.",
)
@click.option("--offline", is_flag=True, help="Ask nobody: a DOI in a line stays unconfirmed, and is not written.")
@click.option("--section", default="", help="Section of the listing in which the entries are to stand.")
@click.option("--listing", default="", help="Listing that has this section; the one of the file where empty.")
@click.option("--type", "kind", default="", help="Type of what Crossref does not have: web-opinion, report ...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines for a script, one a reference.")
@click.pass_obj
def cite(
    context: Context,
    source: str,
    output: Path | None,
    offline: bool,
    section: str,
    listing: str,
    kind: str,
    as_json: bool,
) -> None:
    """Turn reference lines into curated entries.

    Reads a text file, an HTML file or a web page with lines such as `Author. Title. 29 January 2021. https://...`, in the
    usual styles, numbered or not. Each is looked up in Crossref, and a DOI is taken only where title, year and first author
    leave no doubt. What was found out about each line is said on stderr (with -o on stdout).
    """
    from harvester.cite import Shelf, append, entries, known, render

    if kind:
        _checked(kind)
    read = _reading(context, source)
    for debris in read.dropped:
        click.echo(f"dropped what a broken template left: {safe(debris)} ...", err=True)
    if not read.references:
        raise click.UsageError(f"{source}: holds no line that can be read as a reference")
    shelf = Shelf(listing=listing, section=section, type=kind)
    there = known(output) if output is not None else None
    outcomes = _outcomes(context, read.references, offline=offline)
    made = entries(outcomes, shelf, there)
    if as_json:
        json_lines(_row(outcome, entry) for outcome, entry in made)
    else:
        for number, (outcome, entry) in enumerate(made, 1):
            said = str(outcome) if entry is not None or output is None else f"{outcome}; it is in {output} already"
            click.echo(f"{number}  {safe(said)}\n   {safe(outcome.reference.raw)}", err=output is None)
        click.echo(_summary(outcomes, read), err=output is None)
    added = render(made)
    if output is not None and added:
        whole(output, [append(output, added)])
    elif output is None and not as_json:
        click.echo(added, nl=False)
    sys.exit(_code(outcomes))


def _checked(kind: str) -> None:
    from harvester.clean import types
    from harvester.wording import did_you_mean

    if types.resource_type(kind) is None:
        raise click.UsageError(f"--type: {kind!r} is not a type of work{did_you_mean(kind, types.IDS)}")


def _reading(context: Context, source: str) -> Reading:
    from harvester.cite import reading

    try:
        if source == "-":
            return reading(sys.stdin.buffer.read())
        if source.startswith(("https://", "http://")):
            return _page(context, source)
        return reading(Path(source).read_bytes())
    except OSError as error:
        raise click.UsageError(f"{source}: cannot be read: {error.strerror or error}") from error
    except errors.RecordError as error:
        raise click.UsageError(f"{source}: {error}") from error


def _page(context: Context, url: str) -> Reading:
    from harvester.cite import reading
    from harvester.http import said

    with _session(_config(context)) as session:
        answer = session.get(url, headers={"Accept": "text/html, text/plain"})
    if answer.status != 200:
        raise errors.ProtocolError(f"{url}: {said(answer.status)}", url=url, status=answer.status, excerpt=answer.body)
    charset = answer.headers.get("Content-Type", "").partition("charset=")[2].split(";")[0].strip(" \"'")
    return reading(answer.body, base=answer.url, charset=charset)


def _outcomes(context: Context, references: list[Reference], *, offline: bool) -> list[Outcome]:
    from harvester import cite as room

    if offline:
        return room.offline(references)
    from harvester.sources import crossref

    config = _config(context)
    settings = next((s for s in config.sources.values() if isinstance(s, crossref.Settings)), None) if config else None
    settings = settings or crossref.Settings(kind="crossref")
    with _session(config) as session:
        client = crossref.client_for("cite", settings, session)
        return [room.resolve(reference, client) for reference in references]


def _config(context: Context) -> Config | None:
    """The config where there is one: this command needs none."""
    return context.config if context.path.exists() else None


def _session(config: Config | None) -> Session:
    from harvester.http import Session

    if config is None:
        return Session()
    http = config.http
    return Session(
        config.harvester.contact,
        timeout=(http.connect_timeout, http.read_timeout),
        retries=http.retries,
        max_bytes=http.max_bytes,
    )


def _row(outcome: Outcome, entry: Any) -> dict[str, Any]:
    import msgspec

    sent = outcome.reference
    return {
        "line": sent.raw,
        "verdict": outcome.verdict,
        "doi": outcome.doi,
        "said": str(outcome),
        "update": outcome.update,
        "candidate": msgspec.to_builtins(outcome.best) if outcome.best else None,
        "authors": [a.name for a in sent.authors],
        "title": sent.title,
        "date": sent.date,
        "url": sent.url,
        "entry": msgspec.to_builtins(entry) if entry is not None else None,
    }


def _summary(outcomes: list[Outcome], read: Reading) -> str:
    words = {
        "matched": "matched",
        "unsure": "not certain",
        "none": "without candidate",
        "unasked": "not asked for",
        "failed": "could not be asked for",
    }
    counts = [f"{n} {words[v]}" for v in words if (n := sum(o.verdict == v for o in outcomes))]
    marked = sum(outcome.update is not None for outcome in outcomes)
    said = f"; {marked} of them retracted, corrected or otherwise updated" if marked else ""
    return f"{len(outcomes)} references: {', '.join(counts)}; {read.others} other lines{said}"


def _code(outcomes: list[Outcome]) -> int:
    """Uncertain is an answer; not having been able to ask is a loss."""
    failed = sum(outcome.verdict == "failed" for outcome in outcomes)
    if failed == len(outcomes):
        return errors.SOURCES_FAILED
    return errors.PARTIAL if failed else errors.COMPLETE


COMMANDS = (cite,)
