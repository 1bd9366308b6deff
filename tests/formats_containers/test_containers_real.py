"""Real records of METS, MODS, DIDL, ORE, EAD and UNTL: what they say, and nothing that they do not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from harvester.formats.xml import local
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

NAMES = ["Aufegger, L", "Alabi, M", "Darzi, A", "Bicknell, C"]


def read(path: Path, name: str) -> Record:
    """The first record of a file, which may be a whole answer or the bare metadata."""
    root = etree.parse(path).getroot()
    record = next((e for e in root.iter() if isinstance(e.tag, str) and local(e) == "record"), root)
    return normalise(
        RawRecord(source="t", identifier="t", format=name, payload=etree.tostring(record, with_tail=False))
    )


@pytest.mark.parametrize("name", ["mods", "mets", "didl", "ore"])
def test_an_item_of_dspace_says_the_same_in_each_of_its_formats(shared: Path, name: str) -> None:
    found = read(shared / "corpus" / "spiral-16-formats" / f"spiral.{name}.xml", name)
    assert found.title is not None
    assert found.title.startswith("Sharing leadership: current attitudes")
    assert [c.name for c in found.contributors] == NAMES
    assert {c.role for c in found.contributors} == {"author"}
    assert found.url == "http://hdl.handle.net/10044/1/85584"
    assert found.extra == {}
    if name == "ore":
        assert found.dates == ()
        return
    assert found.issued == "2020-09-28"
    assert found.container is not None
    assert (found.container.title, found.container.issn) == ("BMJ Leader", "2398-631X")
    assert (found.volume, found.issue, found.pages) == ("4", "3", "128-134")
    assert {i.value for i in found.identifiers if i.scheme == "doi"} == {"10.1136/leader-2020-000228"}
    assert not [d for d in found.dates if d.type in ("accepted", "online", "created")]


@pytest.mark.parametrize("name", ["mods", "mets"])
def test_grants_of_dspace_lose_their_placeholders(shared: Path, name: str) -> None:
    found = read(shared / "corpus" / "spiral-16-formats" / f"spiral.{name}.xml", name)
    assert [f.award_number for f in found.funding if f.award_number] == ["RDB04"]


@pytest.mark.parametrize("name", ["mets", "didl", "ore"])
def test_the_file_of_a_dspace_item(shared: Path, name: str) -> None:
    (file,) = read(shared / "corpus" / "spiral-16-formats" / f"spiral.{name}.xml", name).files
    assert (file.url, file.format_label) == ("https://spiral.example/bitstreams/uuid/download", "Microsoft Word")
    if name != "didl":
        assert (file.name, file.size, file.size_label) == ("SL in ICS_revisions01_ Symplectic.docx", 95130, "92.9 kB")


def test_mets_of_mit_in_two_decades(shared: Path) -> None:
    records = shared / "corpus" / "oai" / "records"
    old = read(records / "httpoai_mets.xml", "mets")
    assert (old.title, old.type, old.issued) == ("Geometry of cone-beam reconstruction", "thesis", "2002")
    assert [f.size for f in old.files] == [5942218, 5941980]
    assert old.extent == ("91 p.",)
    new = read(records / "mit_tm_dspace_mets_record_all_fields.xml", "mets")
    assert [(c.name, c.role) for c in new.contributors][:2] == [
        ("Checkelsky, Joseph", "advisor"),
        ("Tatsumi, Yuki", "author"),
    ]
    assert [i.department for i in new.institutions] == ["Massachusetts Institute of Technology. Department of Physics"]
    assert len(new.files) == 1


def test_a_volume_of_a_library_of_biodiversity(shared: Path) -> None:
    found = read(shared / "corpus" / "oai" / "records" / "dpla_bhl.xml", "mods")
    assert (found.issued, found.publisher, found.place) == ("1900/1902", "E.J. Brill", "Leiden")
    assert found.url == "https://www.biodiversitylibrary.org/item/7"
    assert [c.name for c in found.contributors if c.role == "author"] == ["Fleischer, Max", "Peaches, Winnie"]
    assert found.language == ("nl",)


def test_an_archive_and_a_portal_leave_nothing_unread(shared: Path) -> None:
    records = shared / "corpus" / "oai" / "records"
    archive = read(records / "mit_tm_ead_record_all_fields.xml", "ead")
    assert archive.title == "Charles J. Connick Stained Glass Foundation Collection"
    assert set(archive.extra) <= {"archdesc/did/origination/persname"}  # "Name 5"
    assert (archive.language, archive.issued) == (("en", "fr"), "1905/2012")
    portal = read(records / "dpla_tx.xml", "untl")
    assert (portal.title, portal.type) == ("Texas and the Massachusetts Resolutions", "book")
    assert set(portal.extra) == {"contributor/name", "contributor/info", "contributor/type"}  # a placeholder for a name
