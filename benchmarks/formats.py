"""What reading and cleaning a record costs, by format, beside the floor in the same run. See README.md in this folder.

    python benchmarks/formats.py [--shared ../shared] [--records 2000] [FORMAT ...]

Floor: the same bytes parsed strictly, in the namespaces where they were cut, and walked once into a dictionary of lists (XML);
decoded into a Struct of the keys that are read (JSON; for Crossref also into ``Item``, which has all keys). Batches of floor
and of reading take turns, so that a busy machine disturbs both alike; the ratio is the median over these pairs. As in the
job, the garbage collector is off while a batch is alive.

*cold*: no value was seen before (the memories of the cleaners are emptied, the tables are loaded). *warm*: the same records
once more. Generated records have titles, abstracts, names and identifiers of their own; those of golden pairs are read again
and again, so they have no cold figure worth a line.
"""

from __future__ import annotations

import argparse
import functools
import gc
import gzip
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec
from lxml import etree
from msgspec import Struct

from harvester import formats
from harvester.errors import RecordError
from harvester.formats.crossref.decode import decode
from harvester.formats.xml import root_namespace, wrap
from harvester.normalise import normalise
from harvester.record import RawRecord
from harvester.sandbox import generate
from harvester.sources.oai_pmh import envelope

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from golden import pairs
from real import real_sources

BATCH = 25
"""Records: short enough that both halves of a pair meet the same machine."""
LEAST = 300
"""Fewer records are read several times, for a figure that stands still."""

Floor = Callable[[RawRecord], object]


class Batch(Struct):
    """Records of one format from one place."""

    format: str
    origin: str
    """generated, real, golden."""
    dialect: str
    raws: list[RawRecord]


# --- floors ----------------------------------------------------------------------------------------------------------


def parse_and_walk(raw: RawRecord) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for element in wrap(raw.payload, raw.context).iter():
        if element.text:
            fields.setdefault(element.tag, []).append(element.text)
    return fields


class Named(Struct):
    name: str | None = None


class Agent(Struct):
    given: str | None = None
    family: str | None = None
    name: str | None = None
    suffix: str | None = None
    sequence: str | None = None
    orcid: str | None = msgspec.field(default=None, name="ORCID")
    affiliation: list[Named] = []


class Dated(Struct, rename="kebab"):
    date_parts: list[list[int | None] | None] | None = None


class Id(Struct, rename="kebab"):
    id: str | None = None
    id_type: str | None = None
    asserted_by: str | None = None


class Funder(Struct):
    name: str | None = None
    doi: str | None = msgspec.field(default=None, name="DOI")
    award: list[str] = []


class Link(Struct, rename="kebab"):
    url: str | None = msgspec.field(default=None, name="URL")
    content_type: str | None = None
    content_version: str | None = None
    intended_application: str | None = None


class Licence(Struct, rename="kebab"):
    url: str | None = msgspec.field(default=None, name="URL")
    start: Dated | None = None
    content_version: str | None = None
    delay_in_days: int | None = None


class Update(Struct, rename="kebab"):
    doi: str | None = msgspec.field(default=None, name="DOI")
    type: str | None = None
    label: str | None = None
    source: str | None = None
    updated: Dated | None = None


class Assertion(Struct):
    name: str | None = None
    label: str | None = None
    value: str | None = None


class TypedNumber(Struct):
    value: str | None = None
    type: str | None = None


class Lean(Struct, rename="kebab"):
    """The keys that nearly every program reads, typed; whatever else there is, msgspec skips."""

    doi: str = msgspec.field(default="", name="DOI")
    type: str | None = None
    subtype: str | None = None
    title: list[str] = []
    subtitle: list[str] = []
    container_title: list[str] = []
    short_container_title: list[str] = []
    author: list[Agent] = []
    editor: list[Agent] = []
    publisher: str | None = None
    volume: str | None = None
    issue: str | None = None
    page: str | None = None
    article_number: str | None = None
    language: str | None = None
    abstract: str | None = None
    issn: list[str] = msgspec.field(default_factory=list, name="ISSN")
    issn_type: list[TypedNumber] = []
    isbn: list[str] = msgspec.field(default_factory=list, name="ISBN")
    alternative_id: list[str] = []
    issued: Dated | None = None
    published_print: Dated | None = None
    published_online: Dated | None = None
    posted: Dated | None = None
    accepted: Dated | None = None
    created: Dated | None = None
    deposited: Dated | None = None
    subject: list[str] = []
    funder: list[Funder] = []
    license: list[Licence] = []
    link: list[Link] = []
    relation: dict[str, list[Id]] = {}
    update_to: list[Update] = []
    updated_by: list[Update] = []
    assertion: list[Assertion] = []
    references_count: int | None = None
    is_referenced_by_count: int | None = None


_lean = msgspec.json.Decoder(Lean)
_any = msgspec.json.Decoder()


def typed(raw: RawRecord) -> object:
    return _lean.decode(raw.payload)


def whole_item(raw: RawRecord) -> object:
    return decode(raw.payload)


def untyped(raw: RawRecord) -> object:
    return _any.decode(raw.payload)


def lines(raw: RawRecord) -> list[str]:
    return raw.payload.decode(errors="replace").splitlines()


def floors(batch: Batch) -> dict[str, Floor]:
    first = batch.raws[0].payload.lstrip()[:1]
    if batch.format == "crossref":
        return {"typed decode": typed, "decode of Item": whole_item}
    if first == b"<":
        return {"parse and walk": parse_and_walk}
    return {"decode": untyped} if first in (b"{", b"[") else {"split into lines": lines}


# --- records ---------------------------------------------------------------------------------------------------------


def generated(count: int) -> Iterator[Batch]:
    for kind in generate.FORMATS:
        name = "oai_dc" if kind == "eprints" else kind
        dialect = kind if kind == "eprints" else "dspace" if kind != "crossref" else ""
        yield Batch(
            name,
            f"generated {kind}" if kind != name else "generated",
            dialect,
            list(generate.records(count, format=kind)),
        )


def real(shared: Path) -> Iterator[Batch]:
    found: dict[str, list[RawRecord]] = defaultdict(list)
    for repository in real_sources.repositories(shared):
        asked = envelope.Asked("ListRecords", repository.name, repository.prefix)
        for page in repository.pages:
            for raw in envelope.read(page, asked).records:
                if not raw.deleted and (name := formats.named(raw.format, root_namespace(raw))):
                    found[name].append(raw)
    samples = sorted((shared / "corpus" / "crossref" / "samples").glob("*.gz"))
    for item in (item for path in samples for item in _items(gzip.decompress(path.read_bytes()))):
        found["crossref"].append(RawRecord(source="crossref", identifier="x", format="crossref", payload=bytes(item)))
    for name, raws in sorted(found.items()):
        yield Batch(name, "real", "", raws)


def _items(content: bytes) -> list[msgspec.Raw]:
    if b'"items"' in content[:20]:
        return msgspec.json.decode(content, type=dict[str, list[msgspec.Raw]])["items"]
    return msgspec.json.decode(b"[" + b",".join(content.split(b"\n")).strip(b",") + b"]", type=list[msgspec.Raw])


def golden() -> Iterator[Batch]:
    found: dict[str, list[RawRecord]] = defaultdict(list)
    for path in pairs.cases():
        found[path.parent.name].append(pairs.raw_case(path))
    for name, raws in found.items():
        yield Batch(name, "golden", "", raws)


def readable(batch: Batch) -> Batch:
    """Without what goes to quarantine, or is so odd that the floor refuses it: a refusal costs little, and would flatter."""
    return msgspec.structs.replace(batch, raws=[raw for raw in batch.raws if _is_read(raw, batch)])


def _is_read(raw: RawRecord, batch: Batch) -> bool:
    try:
        normalise(raw, batch.dialect)
        for floor in floors(batch).values():
            floor(raw)
    except (RecordError, msgspec.DecodeError):
        return False
    return True


# --- measuring -------------------------------------------------------------------------------------------------------


def forget() -> None:
    """Empty what the cleaners remember of values; tables stay, they are read once in a program's life."""
    kind = type(functools.lru_cache()(lambda: None))
    for name, module in list(sys.modules.items()):
        if name.startswith("harvester"):
            for remembered in vars(module).values():
                if isinstance(remembered, kind) and remembered.cache_parameters()["maxsize"] is not None:
                    remembered.cache_clear()


def seconds(function: Callable[[RawRecord], object], raws: Sequence[RawRecord]) -> float:
    started = time.process_time_ns()
    for raw in raws:
        function(raw)
    return (time.process_time_ns() - started) / 1e9


def paired(floor: Floor, read: Callable[[RawRecord], object], raws: Sequence[RawRecord]) -> list[tuple[float, float]]:
    """CPU seconds of (floor, reading) of one batch after another; first one of the two, then the other."""
    found = []
    for number, start in enumerate(range(0, len(raws), BATCH)):
        part = raws[start : start + BATCH]
        if number % 2:
            slow = seconds(read, part)
            found.append((seconds(floor, part), slow))
        else:
            found.append((seconds(floor, part), seconds(read, part)))
    return found


def measure(batch: Batch, *, cold: bool) -> None:
    raws = batch.raws

    def read(raw: RawRecord) -> object:
        return normalise(raw, batch.dialect)

    for name, floor in floors(batch).items():
        seconds(floor, raws)
        pairs_: list[tuple[float, float]] = []
        for _ in range(max(1, LEAST // len(raws)) if not cold else 3):
            if cold:
                forget()
            pairs_ += paired(floor, read, raws)
        base = sum(f for f, _ in pairs_) / len(pairs_)
        cost = sum(r for _, r in pairs_) / len(pairs_)
        size = min(BATCH, len(raws))
        ratio = median(r / f for f, r in pairs_) if len(raws) >= BATCH else cost / base
        temperature = "cold" if cold else "warm"
        print(
            f"  {batch.format:14}{batch.origin:20}{temperature:6}{len(raws):6} records"
            f"{cost / size * 1e6:9.0f} us{size / cost:9.0f} a CPU second"
            f"{ratio:7.2f} x {name} ({base / size * 1e6:.0f} us)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("formats", nargs="*", metavar="FORMAT")
    parser.add_argument("--shared", type=Path, help="folder of recorded answers of real repositories")
    parser.add_argument("--records", type=int, default=1000, help="generated records of each format")
    arguments = parser.parse_args()
    print(
        f"Python {sys.version.split()[0]}, lxml {'.'.join(map(str, etree.LXML_VERSION))}, msgspec {msgspec.__version__}"
    )
    batches = [*generated(arguments.records), *(real(arguments.shared) if arguments.shared else ()), *golden()]
    for batch in sorted(batches, key=lambda b: (b.format, b.origin)):
        if arguments.formats and batch.format not in arguments.formats:
            continue
        batch = readable(batch)
        if not batch.raws:
            continue
        gc.collect()
        gc.disable()
        if batch.origin != "golden":
            measure(batch, cold=True)
        measure(batch, cold=False)
        gc.enable()


if __name__ == "__main__":
    main()
