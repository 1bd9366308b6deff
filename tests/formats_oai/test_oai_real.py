"""Real records of real repositories: all of them are read, and what is quarantined is broken in fact."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from golden.pairs import raw_record

from harvester.errors import RecordError
from harvester.formats.xml import parse
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

from .oai_pages import ROOTS, records

SPIRAL = "oai:spiral.imperial.ac.uk:10044/1/85584"


def read_spiral(shared: Path, name: str) -> Record:
    payload = (shared / "corpus" / "spiral-16-formats" / f"spiral.{name}.xml").read_bytes()
    sets = ("com_10044_1_1", "col_10044_1_35", "col_10044_1_4219")
    return normalise(RawRecord(source="spiral", identifier=SPIRAL, format=name, payload=payload, sets=sets))


def test_fetched_is_read_deleted_or_quarantined(shared: Path) -> None:
    seen: Counter[str] = Counter()
    broken: list[str] = []
    for path in sorted((shared / "corpus" / "oai").glob("re*/*.xml")):
        try:
            root = parse(path.read_bytes())
        except RecordError:
            seen["page not well-formed"] += 1
            continue
        for element, held in records(root):
            if held and held not in ROOTS:
                continue
            raw = raw_record(element, ROOTS.get(held, "oai_dc"))
            seen["fetched"] += 1
            if raw.deleted:
                seen["deleted"] += 1
                continue
            try:
                record = normalise(raw)
            except RecordError as error:
                seen["quarantined"] += 1
                broken.append(f"{path.name}: {error}")
                assert not held
            else:
                seen["read"] += 1
                assert record.identifiers
                assert record.title or any(f.code == "no-title" for f in record.findings)
    assert seen["fetched"] == seen["read"] + seen["deleted"] + seen["quarantined"]
    assert seen["read"] > 280, broken


@pytest.mark.parametrize("name", ["xoai", "dim", "oai_dc"])
def test_what_every_format_says_of_the_item(shared: Path, name: str) -> None:
    record = read_spiral(shared, name)
    assert record.title is not None
    assert record.title.startswith("Sharing leadership: current attitudes, barriers and needs")
    assert [c.name for c in record.contributors] == ["Aufegger, L", "Alabi, M", "Darzi, A", "Bicknell, C"]
    assert (record.type, record.type_raw) == ("article", ("Journal Article",))
    own = {(i.scheme, i.value) for i in record.identifiers if i.relation == "self"}
    assert {("doi", "10.1136/leader-2020-000228"), ("handle", "10044/1/85584"), ("oai", SPIRAL)} <= own
    assert record.url == "http://hdl.handle.net/10044/1/85584"
    assert record.container is not None
    assert (record.container.title, record.container.issn) == ("BMJ Leader", "2398-631X")
    assert (record.volume, record.issue, record.start_page, record.end_page) == ("4", "3", "128", "134")
    assert record.publisher == "BMJ Publishing Group"
    assert record.issued == "2020-09-28"
    assert len([f for f in record.funding if f.funder_name]) == 3
    assert record.rights[0].startswith("© Author(s) (or their employer(s)) 2020.")
    assert {(d.type, d.value) for d in record.dates} >= {("deposited", "2020-12-21"), ("available", "2020-12-21")}
    assert len(record.collections) == 3


@pytest.mark.parametrize("name", ["xoai", "dim"])
def test_what_only_the_rich_formats_say(shared: Path, name: str) -> None:
    record = read_spiral(shared, name)
    dates = {d.type: d.value for d in record.dates}
    assert (dates["accepted"], dates["online"], dates["issued"]) == ("2020-04-28", "2020-05-13", "2020-09-28")
    assert [f.award_number for f in record.funding if f.award_number] == ["RDB04"]
    assert all((f.funder_name is None) != (f.award_number is None) for f in record.funding)
    assert "award-placeholder" in {f.code for f in record.findings}
    assert record.publication_status == "published"
    assert [d.type for d in record.descriptions] == ["abstract"]
    assert not record.extra


def test_the_file_row(shared: Path) -> None:
    (file,) = read_spiral(shared, "xoai").files
    assert file.name == "SL in ICS_revisions01_ Symplectic.docx"
    assert (file.description, file.version) == ("Accepted version", "AM")
    assert (file.size, file.size_label) == (95130, "92.9 kB")
    assert (file.format_label, file.primary) == ("Microsoft Word", True)
    assert read_spiral(shared, "xoai").access == "open"


EXPECTED = tomllib.loads((Path(__file__).parent / "real_expected.toml").read_text(encoding="utf-8"))


def facts(record: Record) -> dict[str, Any]:
    """A record's elements in the form of ``real_expected.toml``."""
    own = {i.scheme: i.value for i in reversed(record.identifiers) if i.relation == "self"}
    container = record.container
    return {
        **{name: getattr(record, name) for name in record.__struct_fields__},
        "authors": [c.name for c in record.contributors if c.role == "author"],
        "doi": own.get("doi"),
        "handle": own.get("handle"),
        "journal": container.title if container else None,
        "issn": container.issn if container else None,
        "dates": sorted(f"{d.type} {d.value}" for d in record.dates),
        "files": [f.url for f in record.files],
        "licenses": [found.spdx for found in record.licenses],
        "subjects": [s.term for s in record.subjects],
        "language": list(record.language),
        "coverage": list(record.coverage),
    }


@pytest.mark.parametrize("identifier", list(EXPECTED))
def test_what_a_person_read_in_the_raw_record(shared: Path, identifier: str) -> None:
    expected = dict(EXPECTED[identifier])
    root = parse((shared / "corpus" / "oai" / expected.pop("file")).read_bytes())
    raws = (raw_record(element, ROOTS[held]) for element, held in records(root) if held)
    found = facts(normalise(next(raw for raw in raws if raw.identifier == identifier)))
    assert {name: found[name] for name in expected} == expected
