"""An index of generated works, for measuring what reads it: written by our own row writers, without a store.

Words, journals, subjects and names are drawn as they are in real catalogues, a few often and most hardly ever (Zipf), so that
there are words of each frequency. The same number gives the same index.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import Final

import msgspec

from harvester import schemas
from harvester.index import facet_sets, rows, search
from harvester.record import (
    Choice,
    Container,
    Contributor,
    Date,
    Description,
    Identifier,
    Member,
    Record,
    Subject,
    Work,
)

SOURCES: Final = {"crossref": 60, "spiral": 12, "ucl": 10, "kings": 8, "leeds": 5, "warwick": 3, "curated": 1}
TYPES: Final = {"article": 70, "conference-paper": 9, "thesis": 6, "review-article": 5, "book-chapter": 4, "report": 3,
                "preprint": 2, "editorial": 1, "book": 1, "dataset": 1}  # fmt: skip
LANGUAGES: Final = {"en": 88, "de": 3, "fr": 3, "es": 2, "pt": 2, "it": 1, "zh": 1, "ja": 1, "cy": 0.2, "nl": 0.3}
ACCESS: Final = {"open": 35, "": 40, "restricted": 15, "metadata-only": 6, "embargoed": 4}
YEARS: Final = {str(year): 1.06 ** (year - 1950) for year in range(1950, 2027)}
HALF: Final = "leadership"
"""A word that stands in every second work."""
BATCH: Final = 2000


class Zipf:
    """A few often, most hardly ever."""

    def __init__(self, values: Sequence[str], exponent: float, dice: random.Random) -> None:
        self._values = values
        self._weights = list(accumulate((n + 3.0) ** -exponent for n in range(len(values))))
        self._choices = dice.choices

    def some(self, count: int) -> list[str]:
        return self._choices(self._values, cum_weights=self._weights, k=count)


class Weighted(Zipf):
    def __init__(self, weights: dict[str, float], dice: random.Random) -> None:
        self._values = list(weights)
        self._weights = list(accumulate(weights.values()))
        self._choices = dice.choices


def words(count: int, dice: random.Random) -> list[str]:
    """Words that can be spoken, each its own; the longer ones are the rarer."""
    syllables = [c + v for c in "bcdfghjklmnprstvw" for v in ("a", "e", "i", "o", "u", "an", "er", "is")]
    found = dict.fromkeys(["the", "of", "and", "in", "to", "a", "for", "with", "on", "by", "as", "is", "from", "at"])
    while len(found) < count:
        found["".join(dice.choices(syllables, k=2 + (len(found) > 2000) + (len(found) > 60_000)))] = None
    return list(found)


def works(count: int, seed: int = 1) -> Iterator[Work]:
    dice = random.Random(seed)
    vocabulary = words(200_000, dice)
    text, name = Zipf(vocabulary, 1.05, dice), Zipf([w.capitalize() for w in vocabulary[5000:]], 0.7, dice)
    journals = [" ".join(dice.choices(vocabulary[20:4000], k=dice.randint(1, 5))).title() for _ in range(8000)]
    issns = {title: f"{n // 10_000 + 1000:04d}-{n % 10_000:04d}" for n, title in enumerate(journals)}
    journal = Zipf(journals, 0.9, dice)
    subject = Zipf(
        [" ".join(dice.choices(vocabulary[20:20_000], k=dice.randint(1, 3))) for _ in range(60_000)], 1.0, dice
    )
    source, type_, language = Weighted(SOURCES, dice), Weighted(TYPES, dice), Weighted(LANGUAGES, dice)
    access, year = Weighted(ACCESS, dice), Weighted(YEARS, dice)
    for id_ in range(1, count + 1):
        sources = list(dict.fromkeys(source.some(1 + (dice.random() < 0.3))))
        first = id_ * 2
        abstract = text.some(dice.randint(60, 160)) if dice.random() < 0.8 else []
        title = text.some(dice.randint(5, 16))
        if dice.random() < 0.5:
            place = title if dice.random() < 0.1 or not abstract else abstract
            place[dice.randrange(len(place))] = HALF
        container = journal.some(1)[0] if dice.random() < 0.85 else None
        issued = year.some(1)[0]
        if dice.random() < 0.7:
            issued += f"-{dice.randint(1, 12):02d}"
        doi = f"10.{1000 + id_ % 500}/w.{id_}"
        record = Record(
            title=" ".join(title).capitalize(),
            type=type_.some(1)[0],
            identifiers=(Identifier("doi", doi),),
            contributors=tuple(
                Contributor(f"{family}, {given[0]}", family=family, given=given)
                for family, given in zip(name.some(3), name.some(dice.randint(1, 3)), strict=False)
            ),
            descriptions=(Description(" ".join(abstract)),) if abstract else (),
            language=(language.some(1)[0],),
            subjects=tuple(map(Subject, dict.fromkeys(subject.some(dice.randint(0, 8))))),
            dates=(Date("issued", issued),),
            issued=issued if dice.random() < 0.98 else None,
            container=Container(title=container, type="journal", issn=issns[container]) if container else None,
            volume=str(id_ % 90),
            access=access.some(1)[0] or None,
        )
        lists = ("identifiers", "contributors", "descriptions", "subjects", "dates", "language")
        yield Work(
            id=id_,
            key=f"doi:{doi}",
            record=record,
            members=tuple(
                Member(first + n, s, f"{s}:{id_}", "oai_dc", 10, record, "2026-11-01T00:00:00Z")
                for n, s in enumerate(sources)
            ),
            choices={element: Choice(first, "only", 0) for element in ("title", "type", "issued")},
            origins={element: (first,) * len(getattr(record, element)) for element in lists},
        )


def index(folder: Path, count: int) -> Path:
    """An index of ``count`` works, which is made where there is none of the tables that there are now, and left there."""
    schema = "".join(file.read_text(encoding="utf-8") for file in schemas.sql_files("index"))
    path = folder / f"generated-{count}-{hashlib.blake2b(schema.encode(), digest_size=3).hexdigest()}.db"
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        make(part, count)
        part.rename(path)
    return path


def make(path: Path, count: int) -> None:
    """An index of ``count`` works, as ``index.build`` would leave it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("page_size = 8192", "journal_mode = off", "synchronous = off", "cache_size = -65536"):
            db.execute(f"pragma {pragma}")
        db.execute(f"pragma application_id = {schemas.INDEX_APPLICATION_ID}")
        db.execute(f"pragma user_version = {schemas.INDEX_VERSION}")
        db.executescript(schemas.sql("index", "01_tables"))
        db.execute("begin")
        db.executemany("insert into sources values (?, 'oai_pmh', ?, '', 10)", [(s, s.title()) for s in SOURCES])
        batch, records = rows.empty(), []
        for work in works(count):
            rows.add(batch, work)
            text = msgspec.json.encode(work.record).decode()
            records += [
                (m.id, work.id, m.source, m.identifier, m.format, "", m.id, work.record.title, "first", m.added, text)
                for m in work.members
            ]
            if work.id % BATCH == 0 or work.id == count:
                rows.write(db, batch)
                db.executemany("insert into records values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", records)
                batch, records = rows.empty(), []
        facet_sets.fill(db)
        db.execute("commit")
        search.fill(db)
        for name in ("02_indexes", "04_views"):
            db.executescript(schemas.sql("index", name))
        db.execute("analyze")
        db.execute("pragma journal_mode = wal")
