"""Works as MODS: read back by our own reader, and held to the schema of the Library of Congress."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from export.generated import works
from export.works import ALL, ARTICLE, CHAPTER, CORRECTED, HOSTILE, RETRACTED, THESIS, UNTITLED, work
from harvester.formats import mods, writer
from harvester.record import Date, Record, Relation, Title, Work

MODS = "{http://www.loc.gov/mods/v3}"


def text(found: list[Work]) -> str:
    return "".join(writer("mods")(found))


def parsed(found: list[Work]) -> etree._Element:
    return etree.fromstring(text(found).encode())


def read(one: Work) -> Record:
    from harvester.record import RawRecord

    return mods.read(RawRecord(source="t", identifier="t", format="mods", payload=text([one]).encode()), "")


def carried(record: Record) -> Record:
    """A record without what MODS cannot say, and without what only one of the two sides says."""
    related = {r.target for r in record.relations}
    return structs.replace(
        record,
        type_raw=(),
        identifiers=tuple(
            sorted(
                [i for i in record.identifiers if i.value != "t" and i.scheme != "url" and i.value not in related],
                key=lambda i: (i.scheme, i.value),
            )
        ),
        url=None,
        contributors=tuple([structs.replace(c, raw=None) for c in record.contributors]),
        dates=tuple(sorted([d for d in record.dates if d.type != "issued"], key=lambda d: (d.type, d.value or ""))),
        descriptions=tuple(sorted(record.descriptions, key=lambda d: (d.type, d.text))),
        files=tuple([structs.replace(f, name=None, size=None) for f in record.files]),
        licenses=tuple([structs.replace(licence, raw=None) for licence in record.licenses]),
        relations=tuple(
            sorted([r for r in record.relations if not _is_its_series(record, r)], key=lambda r: (r.type, r.target))
        ),
        findings=(),
        extra={},
    )


def _is_its_series(record: Record, relation: Relation) -> bool:
    """The series is a relation as well, whose label has the number."""
    return record.container is not None and (relation.type, relation.target) == ("is-part-of", record.container.title)


@settings(max_examples=25)
@given(works())
def test_what_is_written_is_read_back(one: Work) -> None:
    found = read(one)
    assert carried(found) == carried(one.record)
    assert found.issued == one.record.issued
    assert not found.extra


@settings(max_examples=10)
@given(works())
def test_writing_again_what_was_read_gives_the_same(one: Work) -> None:
    once = read(one)
    again = read(work(1, once))
    assert carried(again) == carried(once)


@pytest.mark.parametrize("one", ALL, ids=lambda w: w.key)
def test_every_kind_of_work_is_read_back_with_its_title_and_date(one: Work) -> None:
    found = read(one)
    assert found.issued == one.record.issued
    assert found.update_status in (one.record.update_status, None)
    if one is not HOSTILE:
        assert found.title == one.record.title
        assert found.type == one.record.type


def test_article_has_its_place_in_the_journal() -> None:
    item = next(parsed([ARTICLE]).iter(f"{MODS}relatedItem"))
    assert item.get("type") == "host"
    numbers = [e.text for e in item.iter(f"{MODS}number", f"{MODS}start", f"{MODS}end")]
    assert numbers == ["4", "3", "128", "134"]
    assert [e.text for e in parsed([ARTICLE]).iter(f"{MODS}note") if e.get("type") == "funding"] == [
        "NIHR (grant RDB04)"
    ]


def test_retraction_is_a_note_and_names_its_notice() -> None:
    root = parsed([RETRACTED])
    (note,) = [e.text for e in root.iter(f"{MODS}note")]
    assert note == "Retracted 2010-02-06: https://doi.org/10.5555/notice"
    assert {e.get("otherType") for e in root.iter(f"{MODS}relatedItem")} == {None, "is-corrected-by", "is-retracted-by"}
    found = read(RETRACTED)
    assert found.update_status == "retraction"
    assert Relation("is-retracted-by", "doi", "10.5555/notice", date="2010-02-06") in found.relations
    assert read(CORRECTED).update_status == "correction"


def test_the_citation_date_is_the_key_date() -> None:
    record = Record(
        title="A", issued="2020-05-13", dates=(Date("online", "2020-05-13"), Date("accepted", None, "long ago"))
    )
    root = parsed([work(1, record)])
    assert [(e.text, e.get("keyDate")) for e in root.iter(f"{MODS}dateIssued")] == [("2020-05-13", "yes")]
    assert [(e.get("type"), e.text, e.get("encoding")) for e in root.iter(f"{MODS}dateOther")] == [
        ("online", "2020-05-13", "edtf"),
        ("accepted", "long ago", None),
    ]


def test_nothing_is_made_up_where_a_work_has_no_title() -> None:
    assert parsed([UNTITLED]).find(f".//{MODS}mods/{MODS}titleInfo") is None
    assert [e.text for e in parsed([UNTITLED]).iter(f"{MODS}title")] == ["Archives"]


@given(st.text(st.characters(), max_size=30))
def test_no_text_breaks_the_document(sent: str) -> None:
    hostile = structs.replace(HOSTILE.record, title=sent, titles=(Title(sent, "translated", "en"),), rights=(sent,))
    root = parsed([work(1, hostile, key=sent or "k")])
    assert len(root) == 1


def _schema() -> etree.XMLSchema:
    """MODS 3.4 as the package eulxml ships it, without network."""
    try:
        files = distribution("eulxml").files or []
    except PackageNotFoundError:
        pytest.skip("the package eulxml, which ships the schema of MODS 3.4, is not installed")
    folder = next(Path(str(f.locate())) for f in files if f.name == "mods-3-4.xsd").parent
    parser = etree.XMLParser()
    parser.resolvers.add(_Beside(folder))
    return etree.XMLSchema(etree.parse(str(folder / "mods-3-4.xsd"), parser))


class _Beside(etree.Resolver):
    """Schemas that one imports from the web, from the folder that it stands in."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, url: str, _id: str, context: object) -> object:  # type: ignore[override]
        name = url.rpartition("/")[2]
        if (self.folder / name).is_file():
            return self.resolve_filename(str(self.folder / name), context)  # type: ignore[attr-defined]
        return self.resolve_string(  # type: ignore[call-arg]
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">'
            '<xs:attribute name="lang" type="xs:language"/><xs:attribute name="space"/></xs:schema>',
            context,
        )


def test_all_is_valid_by_the_schema_but_for_what_came_after_it() -> None:
    """Newer than 3.4: identifiers of names (3.6) and relations of other types (3.6), which are taken out before."""
    schema = _schema()
    root = parsed([*ALL, THESIS, CHAPTER])
    for record in root:
        del record.attrib["version"]
        for item in record.iterfind(f"{MODS}relatedItem[@otherType]"):
            del item.attrib["otherType"]
        for name in list(record.iter(f"{MODS}nameIdentifier")):
            above = name.getparent()
            assert above is not None
            above.remove(name)
    schema.assertValid(root)
