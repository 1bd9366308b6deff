"""Real records of DataCite and OpenAIRE, where the folder of real records is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from formats_oai.oai_pages import records
from golden.pairs import raw_record
from lxml import etree

from harvester.errors import RecordError
from harvester.formats import named
from harvester.formats.xml import local, parse
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

OURS = ("datacite", "oai_openaire")


def read(shared: Path) -> Iterator[tuple[str, Record]]:
    for path in sorted([*shared.glob("corpus/oai/records/*.xml"), *shared.glob("corpus/oai/responses/*.xml")]):
        try:
            page = parse(path.read_bytes())
        except RecordError:
            continue
        for record, _ in records(page):
            held = [child for part in record if local(part) == "metadata" for child in part]
            name = named("", etree.QName(held[0]).namespace or "") if held else ""
            if name in OURS:
                yield path.name, normalise(raw_record(record, name))


def test_every_record_is_read_and_nothing_stays_unmapped(shared: Path) -> None:
    found = list(read(shared))
    assert len(found) >= 7
    assert [(name, record.extra) for name, record in found if record.extra] == []
    assert all(record.title for _, record in found)


def test_zenodo_versions_are_told_from_the_concept(shared: Path) -> None:
    record = next(record for name, record in read(shared) if name == "mit_tm_zenodo_record.xml")
    assert {i.value: i.relation for i in record.identifiers if i.scheme == "doi"} == {
        "10.5281/zenodo.4291646": "self",
        "10.5281/zenodo.4291645": "version",
    }
    assert (record.type, record.edition, record.access, record.issued) == ("software", "1.0.0", "open", "2020-11-26")
    assert [c.kind for c in record.contributors] == ["person", "person", "person", "organisation"]


def test_lies_of_dspace_are_undone(shared: Path) -> None:
    folder = shared / "corpus" / "spiral-16-formats"
    datacite, openaire = (
        normalise(
            RawRecord(
                source="t",
                identifier="oai:s:10044/1/85584",
                format=name,
                payload=(folder / f"spiral.{name}.xml").read_bytes(),
            )
        )
        for name in OURS
    )
    for record in (datacite, openaire):
        assert [i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"] == [
            "10.1136/leader-2020-000228"
        ]
        assert not [d for d in record.dates if d.type == "accepted"]
        assert len(record.contributors) == 4
    assert (datacite.pages, datacite.extent) == ("128-134", ())
    assert [f.funder_name for f in openaire.funding if f.funder_name] != []
