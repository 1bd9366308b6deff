"""One work, three records: works of Crossref and what two repositories say of them, linked. See README.md in this folder.

    PYTHONPATH=. python benchmarks/three_sources.py FOLDER [--say with|without|half|thin] [--show 20] [--keep FOLDER]

FOLDER holds works of the Crossref REST API (``*.json.gz``: an answer with ``items``, or one work a line). Each is also written
as an oai_dc and as an xoai record; all three are served over loopback, harvested as three sources and indexed by the real job.
A DOI is a work: a work of the index with two of them is a wrong merge, one of which records stand in several works is missed.
``without``: the repositories do not have the DOI, so that only what they say of a work can tell which one it is. ``half``: every
other record of each has it. ``thin``: without, and all that they have is title, authors, year and type.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import shutil
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from harvester import config, jobs
from harvester.formats import exported
from harvester.formats.oai_dc.write import dublin_core
from harvester.normalise import normalise
from harvester.record import RawRecord, Record, Work
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import App, Clock, Request, Response, Server

NOW: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)
PAGE: Final = 500
OAI: Final = "http://www.openarchives.org/OAI/2.0/"
XOAI: Final = "http://www.lyncode.com/xoai"
Said = Literal["with", "without", "half", "thin"]
"""What the repositories say."""


# --- what is served --------------------------------------------------------------------------------------------------


def items(folder: Path) -> list[dict[str, Any]]:
    """Each work once."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.json.gz")):
        content = gzip.decompress(path.read_bytes())
        if content.lstrip()[:1] == b"{" and b'"items"' in content[:20]:
            works = json.loads(content)["items"]
        else:
            works = [json.loads(line) for line in content.splitlines() if line.strip()]
        for work in works:
            found.setdefault(work["DOI"].lower(), work)
    return list(found.values())


def read(item: dict[str, Any]) -> Record:
    return normalise(
        RawRecord(source="crossref", identifier=item["DOI"], format="crossref", payload=msgspec.json.encode(item))
    )


def without_doi(record: Record) -> Record:
    """What a repository says that does not know the DOI: nothing that leads to it, and no numbers of the publisher's."""
    own = {i.value.lower() for i in record.identifiers if i.scheme == "doi" and i.relation == "self"}
    return replace(
        record,
        identifiers=tuple(
            i for i in record.identifiers if i.relation != "self" or i.scheme in ("isbn", "issn", "eissn")
        ),
        url=None,
        files=(),
        relations=tuple(r for r in record.relations if r.target.lower() not in own),
    )


def thin(record: Record) -> Record:
    return Record(
        title=record.title, type=record.type, contributors=record.contributors, issued=(record.issued or "")[:4] or None
    )


def told(record: Record, number: int, repository: int, say: Said) -> Record:
    """What one of the two repositories says of a work."""
    if say == "thin":
        return thin(record)
    unknown = say == "without" or (say == "half" and number % 2 == repository)
    return without_doi(record) if unknown else record


class Repository(Struct, frozen=True):
    """An application for ``sandbox.server`` that lists records of one format."""

    prefix: str
    records: Sequence[str]
    """The metadata of each; its number is its identifier."""

    def __call__(self, request: Request) -> Response:
        asked = {name: values[0] for name, values in request.query.items()}
        if asked.get("verb") == "Identify":
            return _answer(
                "<Identify><repositoryName>written</repositoryName><granularity>YYYY-MM-DD</granularity></Identify>"
            )
        if asked.get("verb") != "ListRecords":
            return _answer('<error code="badVerb">only ListRecords</error>')
        first = int(asked.get("resumptionToken", "0"))
        last = min(first + PAGE, len(self.records))
        listed = "".join(self._record(number) for number in range(first, last))
        token = str(last) if last < len(self.records) else ""
        size = len(self.records)
        return _answer(
            f'<ListRecords>{listed}<resumptionToken completeListSize="{size}">{token}</resumptionToken></ListRecords>'
        )

    def _record(self, number: int) -> str:
        header = f"<identifier>oai:{self.prefix}.example.org:{number}</identifier><datestamp>2026-01-01</datestamp>"
        return f"<record><header>{header}</header><metadata>{self.records[number]}</metadata></record>"


def _answer(content: str) -> Response:
    body = f'<OAI-PMH xmlns="{OAI}"><responseDate>{NOW:%Y-%m-%dT%H:%M:%SZ}</responseDate>{content}</OAI-PMH>'
    return Response(200, {"Content-Type": "text/xml; charset=utf-8"}, body.encode())


def oai_dc(record: Record, number: int) -> str:
    work = Work(id=number + 1, key=f"local:{number}", record=record, members=(), choices={}, origins={})
    return etree.tostring(dublin_core(work), encoding="unicode")


def xoai(record: Record) -> str:
    """As DSpace's ``xoai`` context lists an item: each part of a field's name is an element, and a language below them."""
    root = etree.Element(f"{{{XOAI}}}metadata", nsmap={None: XOAI})  # type: ignore[dict-item]  # the default namespace, which the stubs do not know
    for field, values in _dspace(record):
        told = [text for value in values if value and (text := exported.xml_text(value).strip())]
        if told:
            element = root
            for name in (*field.split("."), "none"):
                below = (e for e in element if e.get("name") == name)
                found = next(below, None)
                element = etree.SubElement(element, f"{{{XOAI}}}element", name=name) if found is None else found
            for text in told:
                etree.SubElement(element, f"{{{XOAI}}}field", name="value").text = text
    return etree.tostring(root, encoding="unicode")


def _dspace(record: Record) -> Iterator[tuple[str, Sequence[str | None]]]:
    """(field of DSpace's registry, its values)."""
    container, people = record.container, record.contributors
    yield "dc.title", [record.title]
    yield (
        "dc.title.alternative",
        [t.title for t in record.titles if t.type in ("alternative", "translated", "original")],
    )
    for role in ("author", "editor", "translator"):
        yield f"dc.contributor.{role}", [exported.in_full(c) for c in people if c.role == role]
    yield "dc.date.issued", [record.issued]
    yield "dc.date.accessioned", ["2026-01-01T00:00:00Z"]
    yield "dc.description.abstract", [d.text for d in record.descriptions if d.type == "abstract"]
    yield "dc.identifier.doi", [i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"]
    yield "dc.identifier.issn", exported.numbers(record, "issn")
    yield "dc.identifier.eissn", exported.numbers(record, "eissn")
    yield "dc.identifier.isbn", exported.numbers(record, "isbn")
    yield "dc.identifier.articlenumber", [record.article_number]
    yield "dc.publisher", [record.publisher]
    yield "dc.relation.ispartof", [container.title if container else None]
    yield "dc.description.edition", [record.edition]
    yield "dc.language.iso", record.language
    yield "dc.subject", [s.term for s in record.subjects]
    yield "dc.type", [exported.names("coar").get(record.type) or record.type]
    yield "oaire.citation.volume", [record.volume]
    yield "oaire.citation.issue", [record.issue]
    yield "oaire.citation.startPage", [record.start_page]
    yield "oaire.citation.endPage", [record.end_page]


# --- what comes of it ------------------------------------------------------------------------------------------------


def harvested(works: list[dict[str, Any]], say: Said, folder: Path) -> tuple[config.Config, float, float]:
    """Harvest the three sources and index them; the CPU seconds of each."""
    said = [read(item) for item in works]
    mounts: dict[str, App] = {
        "/crossref": CrossrefApp(works, Clock(NOW), limits=dict.fromkeys(("public-array", "polite-array"), 10_000)),
        "/oai_dc": Repository("oai_dc", [oai_dc(told(r, n, 0, say), n) for n, r in enumerate(said)]),
        "/xoai": Repository("xoai", [xoai(told(r, n, 1, say)) for n, r in enumerate(said)]),
    }
    with Server(mounts, Clock(NOW)) as server:
        lines = [
            '[harvester]\ncontact = "librarian@example.org"',
            f'[source.crossref]\nkind = "crossref"\nurl = "{server.url}/crossref"',
            'filter = {from-created-date = "1900-01-01"}',
        ]
        lines += [
            f'[source.{prefix}]\nkind = "oai_pmh"\nurl = "{server.url}/{prefix}"\nmetadata_prefix = "{prefix}"'
            for prefix in ("oai_dc", "xoai")
        ]
        path = folder / "config.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        settings = config.load(path)
        begun = time.process_time()
        done = jobs.harvest(settings, jobs.Plan())
        fetched = time.process_time() - begun
        for source in done.sources:
            if source.verdict != "complete":
                raise SystemExit(f"{source.source}: {source.verdict}")
    begun = time.process_time()
    jobs.reindex(settings, workers=1)
    return settings, fetched, time.process_time() - begun


class Outcome(Struct):
    """Which records stand in which work, by the DOI that they describe."""

    records: int
    works: int
    true_works: int
    merged: dict[int, list[str]]
    """Work -> its DOIs, where there are several."""
    missed: dict[str, list[tuple[str, int]]]
    """DOI -> (source, work), where there are several works."""


def outcome(db: sqlite3.Connection, works: Sequence[dict[str, Any]]) -> Outcome:
    by_work: dict[int, set[str]] = defaultdict(set)
    by_doi: dict[str, list[tuple[str, int]]] = defaultdict(list)
    count = 0
    for source, identifier, work_id in db.execute("select source, identifier, work_id from records order by id"):
        doi = identifier if source == "crossref" else works[int(identifier.rpartition(":")[2])]["DOI"]
        by_work[work_id].add(doi.lower())
        by_doi[doi.lower()].append((source, work_id))
        count += 1
    return Outcome(
        count,
        len(by_work),
        len(by_doi),
        {work_id: sorted(dois) for work_id, dois in by_work.items() if len(dois) > 1},
        {doi: sorted(held) for doi, held in by_doi.items() if len({work for _, work in held}) > 1},
    )


def report(db: sqlite3.Connection, found: Outcome, say: Said, show: int) -> Iterator[str]:
    apart = sum(len({work for _, work in held}) - 1 for held in found.missed.values())
    (review,) = db.execute("select count(*) from review").fetchone()
    yield (
        f"{say}: {found.records} records of {found.true_works} works: {found.works} works came out;"
        f" wrong merges: {len(found.merged)} works with {sum(map(len, found.merged.values()))} DOIs; missed:"
        f" {len(found.missed)} works in {apart} pieces too many; for a person to decide: {review} pairs"
    )
    alone = Counter(
        " + ".join(sorted(source for source, work in held if work == piece))
        for held in found.missed.values()
        for piece in {work for _, work in held}
    )
    for sources, number in alone.most_common():
        yield f"  missed: {number:5} pieces of {sources}"
    for work_id, dois in list(found.merged.items())[:show]:
        yield f"  united: work {work_id}: {' '.join(dois)}"
        for row in db.execute(
            "select r.source, r.identifier, r.title, w.type, w.container_title, w.volume, w.pages, w.issued, r.joined_by,"
            " y.evidence from records r join works w on w.id = r.work_id left join reasons y on y.record_id = r.id"
            " where r.work_id = ? order by r.id",
            (work_id,),
        ):
            yield "      " + " | ".join(str(value or "")[:90] for value in row)
    step = max(1, len(found.missed) // show) if show else 1
    for name, held in list(found.missed.items())[::step][:show]:
        yield f"  apart: {name}"
        for source, work_id in held:
            for row in db.execute(
                "select title, type, authors, container_title, volume, issue, pages, issued from works where id = ?",
                (work_id,),
            ):
                yield f"      {source:8} {work_id} " + " | ".join(str(value or "")[:60] for value in row)
        for row in db.execute(
            "select answer, score, evidence, source, other_source from compared where work_id in (?, ?, ?)"
            " and other_work_id in (?, ?, ?)",
            [*_three([w for _, w in held]), *_three([w for _, w in held])],
        ):
            yield f"      compared: {row}"


def _three(works: list[int]) -> list[int]:
    return (works * 3)[:3]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--say", choices=["with", "without", "half", "thin"], action="append")
    parser.add_argument("--most", type=int, default=None, help="only so many works")
    parser.add_argument("--show", type=int, default=0, help="show so many wrong merges, and so many missed works")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave store.db and index.db in this folder, made anew"
    )
    given = parser.parse_args()
    works = items(given.folder)[: given.most]
    for say in given.say or ("with", "without", "half", "thin"):
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.keep or Path(temporary)) / say
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True)
            settings, fetched, spent = harvested(works, say, folder)
            with contextlib.closing(sqlite3.connect(settings.index)) as db:
                found = outcome(db, works)
                for line in report(db, found, say, given.show):
                    print(line)
            each = spent / found.records * 1e6
            print(f"  CPU: harvest {fetched:.1f} s (with the server), index {spent:.1f} s, {each:.0f} us a record")


if __name__ == "__main__":
    main()
