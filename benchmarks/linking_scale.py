"""What linking costs as an index grows: generated records, in batch and one by one. See README.md in this folder.

    python benchmarks/linking_scale.py 10000 100000 1000000 [--linking] [--folder /var/tmp]

Seven records in ten are first copies, from a registry; two are of a repository and one of a database of abstracts, which write
the same works otherwise: half of them without the DOI, names in full or initials, other years, no pages, abbreviated journals.
Words, names and journals follow Zipf's law, and one record in a hundred is called *Editorial* or the like.

``--linking``: records are read without any cleaning, and the build ends when it is known what is one work.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from harvester import index, link
from harvester.index import assigning, likeness
from harvester.record import Container, Contributor, Identifier, Page, RawRecord, Record
from harvester.sources.files.columns import crosswalk
from harvester.store import Store

COLUMNS = crosswalk({
    "title": "title", "author": "contributors", "year": "issued", "journal": "container", "volume": "volume",
    "number": "issue", "pages": "pages", "doi": "identifiers", "type": "type",
})  # fmt: skip
RECURRING = ("Editorial", "Book Reviews", "Introduction", "Letter to the editor", "Reply", "Correspondence", "Index")
SMALL = "of the and in a for with on to by from an at between as among during after".split()  # noqa: SIM905
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xa ye zo bra cle dri flo ner tor sim".split()  # noqa: SIM905
UPDATES = 20
"""Single records of which each is an update of its own."""
MORE = 500
"""Records in one update."""


# --- records ---------------------------------------------------------------------------------------------------------


class Pool(Struct):
    """Values, the first ones far more often than the last."""

    values: list[str]
    weights: list[float]

    def some(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.values, cum_weights=self.weights, k=count)


@cache
def pool(what: str, size: int, power: float, least: int, most: int) -> Pool:
    chance = random.Random(what)
    values = sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(least, most))) for _ in range(size)})
    chance.shuffle(values)
    values = [*SMALL, *values] if what == "words" else [value.capitalize() for value in values]
    return Pool(values, list(accumulate(1 / (rank + 3) ** power for rank in range(len(values)))))


class Work(Struct):
    title: str
    people: list[tuple[str, str]]
    journal: list[str]
    year: int
    volume: int
    issue: int
    page: int
    end: int
    doi: str


def work(number: int) -> Work:
    """Always the same one for the same number."""
    chance = random.Random(number)
    words = pool("words", 40_000, 1.0, 2, 4).some(chance, chance.randint(6, 15))
    title = " ".join(words).capitalize() if chance.random() > 0.01 else chance.choice(RECURRING)
    families = pool("families", 30_000, 0.7, 2, 3).some(chance, chance.choice((1, 2, 2, 3, 3, 4, 5, 7)))
    givens = pool("givens", 1_000, 0.9, 1, 3).some(chance, len(families))
    journal = pool("journals", 3_000, 0.8, 2, 4).some(chance, 1)[0]
    founded = 1900 + sum(map(ord, journal)) % 90
    year = 2024 - int(34 * chance.random() ** 2)
    page = chance.randint(1, 1800)
    return Work(
        title,
        list(zip(families, givens, strict=True)),
        ["Journal", "of", journal],
        year,
        year - founded,
        chance.randint(1, 12),
        page,
        page + chance.randint(1, 18),
        f"10.{1000 + len(journal)}/{number}",
    )


def registered(number: int) -> RawRecord:
    """As a registry of DOIs has a work."""
    w = work(number)
    return _record("registry", number, {
        "title": w.title, "author": " and ".join(f"{f}, {g}" for f, g in w.people), "year": f"{w.year}", "type": "article",
        "journal": " ".join(w.journal), "volume": f"{w.volume}", "number": f"{w.issue}", "pages": f"{w.page}-{w.end}",
        "doi": w.doi,
    })  # fmt: skip


def deposited(number: int) -> RawRecord:
    """As a repository has it: half of them without a DOI, often of the year before, and without pages."""
    w, chance = work(number), random.Random(f"repository {number}")
    return _record("repository", number, {
        "title": w.title.title() if chance.random() < 0.3 else w.title,
        "author": " and ".join(f"{f}, {g} {g[0]}" for f, g in w.people),
        "year": f"{w.year - (chance.random() < 0.2)}", "journal": " ".join(w.journal),
        "volume": f"{w.volume}" if chance.random() < 0.7 else "",
        "pages": f"{w.page}-{w.end}" if chance.random() < 0.5 else "",
        "doi": w.doi if chance.random() < 0.5 else "",
    })  # fmt: skip


def abstracted(number: int) -> RawRecord:
    """As a database of abstracts has it: initials, an abbreviated journal, short page numbers, a stop after the title."""
    w, chance = work(number), random.Random(f"database {number}")
    return _record("database", number, {
        "title": f"{w.title}.", "author": " and ".join(f"{f} {g[0]}" for f, g in w.people), "year": f"{w.year}",
        "journal": f"J. {w.journal[-1][:5]}.", "volume": f"{w.volume}", "number": f"{w.issue}",
        "pages": f"{w.page}-{w.end % 10}", "doi": w.doi if chance.random() < 0.4 else "", "type": "Journal Article",
    })  # fmt: skip


def _record(source: str, number: int, said: dict[str, str]) -> RawRecord:
    payload = msgspec.json.encode({"columns": COLUMNS, "row": {name: [value] for name, value in said.items() if value}})
    return RawRecord(source=source, identifier=f"{number}", format="csv", payload=payload, digest=payload)


def records(size: int) -> Iterator[RawRecord]:
    """So many of them, source by source."""
    first = size * 7 // 10
    yield from map(registered, range(first))
    chance = random.Random(size)
    copied = chance.sample(range(first), size * 2 // 10)
    yield from map(deposited, copied)
    yield from map(abstracted, chance.sample(copied, len(copied) // 4))
    yield from map(abstracted, chance.sample(sorted(set(range(first)) - set(copied)), size // 10 - len(copied) // 4))


def fresh(size: int) -> Iterator[RawRecord]:
    """What comes later: new works, and new copies, by turns."""
    for number in range(size * 7 // 10):
        yield registered(size + number)
        yield abstracted(size + number)
        yield deposited(number)


_row = msgspec.json.Decoder(dict[str, Any]).decode


def plain(raw: RawRecord, _: str) -> Record:
    """A generated record as it was meant, without cleaning and checks."""
    said = {name: values[0] for name, values in _row(raw.payload)["row"].items()}
    people = [name.rpartition(" ") for name in said["author"].replace(",", "").split(" and ")]
    first, _, last = said.get("pages", "").partition("-")
    return Record(
        title=said["title"],
        type="article",
        contributors=tuple(Contributor(f"{f}, {g}", family=f, given=g) for f, _, g in people),
        identifiers=(Identifier("doi", said["doi"]),) if "doi" in said else (),
        issued=said["year"],
        container=Container(said["journal"]),
        volume=said.get("volume"),
        issue=said.get("number"),
        pages=said.get("pages"),
        start_page=first or None,
        end_page=last or None,
    )


# --- what it costs ---------------------------------------------------------------------------------------------------


class Spent(Struct):
    """CPU seconds in some functions."""

    seconds: dict[str, float] = {}

    def watch(self, module: Any, function: str) -> None:
        watched: Callable[..., Any] = getattr(module, function)

        def timed(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return watched(*given, **named)
            finally:
                self.seconds[function] = self.seconds.get(function, 0.0) + time.process_time() - begun

        setattr(module, function, timed)

    def take(self) -> float:
        spent = sum(self.seconds.values())
        self.seconds.clear()
        return spent


class Cost(Struct):
    """Microseconds of CPU a record, milliseconds an update, MiB."""

    size: int
    works: int = 0
    whole: float = 0
    linking: float = 0
    peak: float = 0
    single: float = 0
    single_linking: float = 0
    many: float = 0
    many_linking: float = 0
    index_size: float = 0


class Generated:
    """A store of generated records, and what is spent on linking them."""

    def __init__(self, store: Store, size: int) -> None:
        self.store = store
        self.size = size
        self.linking = Spent()
        for module, function in (
            (link, "match_keys"),
            (link, "features"),
            (likeness, "describe"),
            (likeness, "compare_all"),
            (likeness, "compare_changed"),
            (assigning, "link_staged"),
        ):
            self.linking.watch(module, function)
        self.path = store.path.with_name("index.db")
        names = ("registry", "repository", "database")
        self.settings = index.Settings(sources={source: index.SourceInfo(source, "files") for source in names})
        self.run = store.begin_run("benchmark")
        for source in names:
            store.begin_source(self.run, source)
        rows = records(size)
        for _ in range(-(-size // 500)):
            self.save(rows, 500)

    def save(self, found: Iterator[RawRecord], count: int) -> None:
        by_source: dict[str, list[RawRecord]] = {}
        for record in islice(found, count):
            by_source.setdefault(record.source, []).append(record)
        for source, page in by_source.items():
            self.store.save(self.run, source, "list", Page(records=page))

    def update(self) -> tuple[float, float, index.Report]:
        """Seconds of CPU, those of them for linking, and what was done."""
        begun = time.process_time()
        report = index.update(self.store, self.path, self.settings)
        return time.process_time() - begun, self.linking.take(), report

    def link(self) -> float:
        """Seconds of CPU for linking alone."""

        def until_linked(stage: str, *_: int) -> None:
            if stage == "write":
                raise Linked

        with suppress(Linked):
            index.build(self.store.path, self.path, self.settings, reader=plain, progress=until_linked)
        return self.linking.take()


class Linked(Exception):
    """It is known what is one work."""


def measure(size: int, folder: Path, *, linking: bool) -> Cost:
    with tempfile.TemporaryDirectory(dir=folder) as name, Store.open(Path(name) / "store.db") as store:
        made = Generated(store, size)
        if linking:
            spent = made.link()
            return Cost(size, linking=spent / size * 1e6, peak=_peak())
        whole, of_it, report = made.update()
        peak = _peak()
        later = fresh(size)
        singles = []
        for _ in range(UPDATES):
            made.save(later, 1)
            singles.append(made.update()[:2])
        made.save(later, MORE)
        many, many_linking, _ = made.update()
        single = sorted(singles)[UPDATES // 2]
        return Cost(
            size, report.works, whole / size * 1e6, of_it / size * 1e6, peak, single[0] * 1e3, single[1] * 1e3,
            many / MORE * 1e3, many_linking / MORE * 1e3, made.path.resolve().stat().st_size / 2**20,
        )  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--linking", action="store_true", help="nothing but linking, in batch")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="for store and index")
    parser.add_argument("--json", action="store_true", help="one size, as JSON")
    given = parser.parse_args()
    if given.json:
        print(msgspec.json.encode(measure(given.sizes[0], given.folder, linking=given.linking)).decode())
        return
    print(
        "  records      works | batch, us a record |  peak |  index | update by one, ms | by 500, ms each | times the first\n"
        "                     |   linking    whole |   MiB |    MiB | linking     whole | linking   whole | linking   one"
    )
    first = None
    for size in given.sizes:  # each in a process of its own, so that its peak of memory is its own
        command = [sys.executable, __file__, str(size), "--json", "--folder", str(given.folder)]
        command += ["--linking"] if given.linking else []
        c = msgspec.json.decode(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout, type=Cost)
        first = first or c
        print(
            f"{size:>9,}  {c.works:>9,} | {c.linking:>9.0f} {c.whole:>8.0f} | {c.peak:>5.0f} | {c.index_size:>6.0f} |"
            f" {c.single_linking:>7.2f} {c.single:>9.1f} | {c.many_linking:>7.2f} {c.many:>7.2f} |"
            f" {c.linking / first.linking:>7.2f} {c.single / (first.single or 1):>5.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
