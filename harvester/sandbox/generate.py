"""Any number of realistic works, always the same ones for the same seed: for benchmarks and for tests at scale.

A work is a pure function of (number, seed), so two sources that are given overlapping ranges of numbers describe the same
works, each in its own way: ``records(1000)`` and ``records(1000, format="eprints", start=800)`` share 200.

Sizes are those of real repositories: an oai_dc record of the DSpace kind has about 3 kB, a Crossref item about 4.6 kB.
Words follow Zipf's law over some 20,000 words, so that a full-text index of them grows and answers as a real one does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from harvester.provider.protocol import CONTEXT
from harvester.record import RawRecord
from harvester.sandbox import crossref_items, dspace, eprints, oai
from harvester.sandbox.facts import CrossrefView, DSpaceView, EPrintsView, Facts, File, Kind

FORMATS: Final = ("oai_dc", "xoai", "dim", "eprints", "crossref", "curated")
"""oai_dc, xoai and dim as DSpace writes them; eprints is the oai_dc of EPrints."""

_EPOCH = datetime(2012, 1, 1, tzinfo=UTC)
_SPAN = int(timedelta(days=5000).total_seconds())
"""Datestamps lie between 2012-01-01 and 2025-09-09."""

_KINDS: Final[dict[Kind, int]] = {
    "article": 74,
    "thesis": 8,
    "conference-paper": 7,
    "report": 4,
    "chapter": 4,
    "working-paper": 2,
    "dataset": 1,
}
_FREQUENT = """
the of and in to a for with was were that by on as is from at an be this are which or between not have had than leadership
clinical care health patients medical study results methods staff hospital management team quality data training service
doctors analysis research professional practice improvement participants interviews outcomes safety
"""
_SYLLABLES = """
ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xa ye zo bra cle dri flo gru pla ste tri sto cha phe tho ner lin mon
dal rek sim vor tes pan cul men tor
"""


class _Pools(Struct, frozen=True):
    """What works are put together from."""

    sentences: list[str]
    titles: list[str]
    families: list[str]
    givens: list[str]
    journals: list[tuple[str, str, str]]
    """(title, ISSN, publisher)"""
    subjects: list[str]


@cache
def _pools(seed: int) -> _Pools:
    chance = random.Random(f"pools {seed}")  # noqa: S311 (reproducible, not secret)

    syllables = _SYLLABLES.split()

    def word(least: int, most: int) -> str:
        return "".join(chance.choices(syllables, k=chance.randint(least, most)))

    rare = sorted({word(2, 4) for _ in range(24_000)})
    chance.shuffle(rare)
    words = [*_FREQUENT.split(), *rare]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))

    def phrase(least: int, most: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(least, most))).capitalize()

    journals = [
        (phrase(2, 5).title(), f"{9000 + i}-{_check_digit(9000 + i)}", phrase(1, 3).title()) for i in range(300)
    ]
    return _Pools(
        sentences=[phrase(12, 30) + "." for _ in range(6000)],
        titles=[phrase(3, 8) for _ in range(6000)],
        families=[
            *sorted({word(2, 3).title() for _ in range(3000)}),
            "van der Berg",
            "O'Neill",
            "Núñez-Ali",
            "de Souza",
        ],
        givens=sorted({word(1, 2).title() for _ in range(800)}),
        journals=journals,
        subjects=[phrase(1, 3) for _ in range(500)] + list(eprints.SUBJECTS),
    )


def _check_digit(first: int) -> str:
    """The second half of an ISSN that begins with four digits and goes on with 999."""
    digits = f"{first:04d}999"
    rest = -sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits, strict=True)) % 11
    return "999" + ("X" if rest == 10 else str(rest))


def facts(number: int, seed: int = 1) -> Facts:
    """Work ``number``; one in four has no DOI in its repositories, as deposits go."""
    pools = _pools(seed)
    chance = random.Random(number * 1_000_003 + seed)  # noqa: S311 (reproducible, not secret)
    pick = chance.choice
    kind = chance.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
    stamp = datestamp(number, seed)
    issued = stamp - timedelta(days=chance.randint(10, 900))
    precision = chance.choice((10, 10, 10, 7, 4))
    journal, issn, publisher = pick(pools.journals)
    article = kind == "article"
    thesis = kind == "thesis"
    first = chance.randint(1, 900)
    creators = tuple(
        dict.fromkeys(f"{pick(pools.families)}, {pick(pools.givens)}" for _ in range(_authors(chance, kind)))
    )
    written = stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    doi = "" if thesis or kind == "report" else f"10.5555/gen.{seed}.{number}"
    without = ("dc.identifier.doi",) if chance.random() < 0.25 else ()
    return Facts(
        title=f"{pick(pools.titles)} {pick(pools.titles).lower()}",
        kind=kind,
        creators=creators,
        advisors=(f"{pick(pools.families)}, {pick(pools.givens)}",) if thesis else (),
        abstract=tuple(
            f"{heading}: {' '.join(chance.choices(pools.sentences, k=3))}"
            for heading in ("Background", "Methods", "Results", "Conclusion")[: chance.randint(2, 4)]
        ),
        subjects=tuple(chance.choices(pools.subjects, k=chance.randint(1, 6))),
        language=chance.choices(("en", "de", "fr", "es"), weights=(88, 4, 4, 4))[0],
        publisher=publisher if not thesis else "",
        institution="University of Nowhere" if thesis else "",
        degree="PhD" if thesis else "",
        container=journal if article else "",
        issn=issn if article else "",
        volume=str(chance.randint(1, 120)) if article else "",
        issue=str(chance.randint(1, 12)) if article else "",
        pages=f"{first}-{first + chance.randint(3, 18)}" if article else "",
        event=f"{pick(pools.titles)}, {issued.year}" if kind == "conference-paper" else "",
        accepted=(issued - timedelta(days=60)).strftime("%Y-%m-%d") if article else "",
        online=(issued - timedelta(days=20)).strftime("%Y-%m-%d") if article else "",
        issued=issued.strftime("%Y-%m-%d")[:precision],
        doi=doi,
        affiliation="Department of Invention, University of Nowhere, Nowhere, UK",
        report_number=f"GEN-{number}" if kind == "report" else "",
        license=chance.choice(("https://creativecommons.org/licenses/by/4.0/", "")),
        rights=f"© {issued.year} The Authors",
        peer_reviewed=article,
        status="Published",
        references=tuple(f"10.5555/gen.{seed}.{chance.randrange(10**6)}" for _ in range(chance.randint(0, 16)))
        if doi
        else (),
        files=(File(name=f"{number}.pdf", description="Accepted version", size=chance.randint(90_000, 9_000_000)),),
        dspace=DSpaceView(
            handle=f"123456789/{seed}{number:08d}",
            collections=("com_123456789_1", pick(("col_123456789_4", "col_123456789_5", "col_123456789_6"))),
            accessioned=written,
            without=without,
        ),
        eprints=EPrintsView(number=number + 1, modified=written, official_url=not without),
        crossref=CrossrefView(created=written, cited_by=chance.randint(0, 90)) if doi else None,
    )


def datestamp(number: int, seed: int = 1) -> datetime:
    """Of work ``number`` in every source; in an order that has nothing to do with the numbers."""
    return _EPOCH + timedelta(seconds=(number + 1) * 2_654_435_761 * (seed + 17) % _SPAN)


def _authors(chance: random.Random, kind: Kind) -> int:
    return 1 if kind == "thesis" else min(60, 1 + int(chance.expovariate(0.3)))


def records(
    n: int, seed: int = 1, format: str = "oai_dc", *, start: int = 0, source: str = "generated"
) -> Iterator[RawRecord]:
    """``n`` raw records as a harvest would keep them, of the works from number ``start``. Digests are left empty.

    In format ``crossref`` works without a DOI are passed over, so that there are fewer.
    """
    for number in range(start, start + n):
        work = facts(number, seed)
        if format == "crossref":
            if work.crossref is not None:
                yield _crossref(work, source)
        elif format == "curated":
            yield _curated(work, source)
        else:
            eprint = format == "eprints"
            yield _oai((eprints if eprint else dspace).item(work), source, "oai_dc" if eprint else format)


def item(number: int, seed: int = 1, format: str = "oai_dc") -> oai.Item:
    """Work ``number`` for a ``Provider``; its metadata are made anew each time they are asked for, to save memory."""
    make, render = (eprints.item, eprints.metadata) if format == "eprints" else (dspace.item, dspace.metadata)
    made: oai.Item = replace(make(facts(number, seed)), metadata=_Metadata(render, number, seed))
    return made


class _Metadata(Struct, frozen=True):
    render: Callable[[Facts], Callable[[str], str]]
    number: int
    seed: int

    def __call__(self, prefix: str) -> str:
        return self.render(facts(self.number, self.seed))(prefix)


def _oai(item: oai.Item, source: str, prefix: str) -> RawRecord:
    stamp = item.datestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    return RawRecord(
        source=source,
        identifier=item.identifier,
        format=prefix,
        payload=oai.record(item, prefix, stamp).encode(),
        context=CONTEXT,
        datestamp=stamp,
        sets=item.sets,
    )


def _crossref(work: Facts, source: str) -> RawRecord:
    stated = crossref_items.item(work)
    return RawRecord(
        source=source,
        identifier=work.doi,
        format="crossref",
        payload=msgspec.json.encode(stated),
        datestamp=stated["indexed"]["date-time"],
    )


def _curated(work: Facts, source: str) -> RawRecord:
    entry: dict[str, Any] = {
        "id": work.doi or f"entry-{work.report_number or work.title.lower().replace(' ', '-')}",
        "title": work.title,
        "type": work.kind,
        "authors": work.creators,
        "date": work.issued,
        "doi": work.doi,
        "description": work.abstract[0],
        "published_in": work.container,
    }
    entry = {name: value for name, value in entry.items() if value}
    return RawRecord(source=source, identifier=entry["id"], format="curated", payload=msgspec.json.encode(entry))
