"""DataCite there and back, as XML and as JSON; and what other people's software makes of it."""

from __future__ import annotations

import json

import pytest
from datacite import schema45
from hypothesis import given, settings
from lxml import etree
from msgspec import structs

from export.generated import works
from export.works import ALL, HOSTILE, work
from harvester.clean import roles
from harvester.formats import Reader, Writer, datacite, datacite_json
from harvester.record import (
    Container,
    Contributor,
    Date,
    Description,
    Funding,
    Identifier,
    License,
    RawRecord,
    Record,
    Title,
    Work,
)

KERNEL = "{http://datacite.org/schema/kernel-4}"


def payloads(name: str, *some: Work) -> list[bytes]:
    if name == "datacite":
        root = etree.fromstring("".join(datacite.write(some)).encode())
        return [etree.tostring(each) for each in root]
    return [json.dumps(item).encode() for item in json.loads("".join(datacite_json.write(some)))]


FORMATS: dict[str, tuple[Reader, Writer]] = {
    "datacite": (datacite.read, datacite.write),
    "datacite_json": (datacite_json.read, datacite_json.write),
}
both = pytest.mark.parametrize("name", FORMATS)


def back(name: str, one: Work) -> Record:
    (payload,) = payloads(name, one)
    return FORMATS[name][0](RawRecord(source="t", identifier=one.key, format=name, payload=payload), "", None)


def carried(record: Record) -> Record:
    """What the schema has no place for is put out of sight: events, places of publication, parts of files, short titles."""
    container = record.container
    main = ("abstract", "summary")
    return Record(
        title=record.title,
        titles=tuple(
            [
                Title(t.title, t.type if t.type == "translated" else "alternative", t.language)
                for t in record.titles
                if t.title != record.title
            ]
        ),
        type=record.type,
        identifiers=tuple(
            sorted(
                {Identifier(i.scheme, i.value, i.relation) for i in record.identifiers if _is_told(record, i)}, key=str
            )
        ),
        contributors=tuple([_agent(c) for c in sorted(record.contributors, key=lambda c: c.role != "author")]),
        descriptions=tuple(
            [Description(d.text, "abstract" if d.type in main else _other(d), d.language) for d in record.descriptions]
        ),
        language=record.language[:1],
        subjects=record.subjects,
        dates=tuple(sorted({Date(d.type, d.value) for d in record.dates if d.value and d.type != "issued"}, key=str)),
        issued=record.issued,
        container=Container(container.title, issn=container.issn, eissn=container.eissn, isbn=container.isbn)
        if container and container.title
        else None,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        article_number=record.article_number,
        edition=record.edition,
        publisher=record.publisher,
        rights=record.rights,
        licenses=tuple([License(one.url, one.spdx) for one in record.licenses]),
        access=record.access,
        funding=record.funding,
        relations=tuple(sorted(set(record.relations), key=str)),
        update_status=record.update_status,
    )


def _is_told(record: Record, identifier: Identifier) -> bool:
    """Those of the work and of its container; a version's DOI stands in a relation, a page among the identifiers."""
    local = identifier.scheme == "local"
    return (
        identifier.relation in ("self", "container")
        and not local
        and not (identifier.scheme == "url" and identifier.value == record.url)
    )


def _agent(c: Contributor) -> Contributor:
    role = (
        c.role
        if roles.named("datacite", roles.name_in("datacite", c.role) or "") == c.role or c.role == "author"
        else "other"
    )
    return structs.replace(c, role=role, raw=None, orcid_authenticated=None, corresponding=None)


def _other(description: Description) -> str:
    return description.type if description.type in ("methods", "toc") else "other"


@both
@settings(max_examples=30)
@given(one=works())
def test_what_the_schema_can_carry_comes_back(name: str, one: Work) -> None:
    read = back(name, one)
    expected = carried(one.record)
    if expected.publisher is None:  # that of a thesis is its university
        read = structs.replace(read, publisher=None)
    assert carried(read) == expected


@settings(max_examples=30)
@given(one=works())
def test_xml_and_json_say_the_same(one: Work) -> None:
    xml, other = (
        structs.replace(read, identifiers=tuple(sorted(read.identifiers, key=str)))
        for read in map(back, FORMATS, [one, one])
    )
    assert xml == other


def test_other_software_accepts_our_json() -> None:
    """By the JSON schema of the Python package of DataCite's clients, which is of version 4.5: two kinds of terms are newer."""
    for one in ALL:
        item = json.loads(payloads("datacite_json", one)[0])
        item["relatedIdentifiers"] = [r for r in item.get("relatedIdentifiers", []) if r["relationType"] != "Other"]
        item["relatedItems"] = [r for r in item.get("relatedItems", []) if r["relationType"] != "Other"]
        schema45.validator.validate(item)


def test_xml_that_other_software_makes_of_our_json_reads_as_ours_does() -> None:
    for one in ALL:
        item = json.loads(payloads("datacite_json", one)[0])
        if "doi" not in item or one is HOSTILE:  # they stumble over a NUL
            continue
        foreign = schema45.tostring(item).encode()
        theirs = datacite.read(RawRecord(source="t", identifier=one.key, format="datacite", payload=foreign), "", None)
        ours = back("datacite", one)
        assert (theirs.title, theirs.contributors, theirs.dates) == (ours.title, ours.contributors, ours.dates)
        assert (theirs.container, theirs.volume, theirs.pages) == (ours.container, ours.volume, ours.pages)
        assert (theirs.licenses, theirs.funding, theirs.subjects) == (ours.licenses, ours.funding, ours.subjects)


def test_what_the_schema_asks_for_is_always_there() -> None:
    for one in ALL:
        for name in ("datacite", "datacite_json"):
            assert back(name, one).extra == {}
        root = etree.fromstring(payloads("datacite", one)[0])
        for needed in ("identifier", "creators", "titles", "publisher", "publicationYear", "resourceType"):
            assert root.find(f"{KERNEL}{needed}") is not None


def test_embargo_comes_back() -> None:
    one = work(
        1,
        Record(
            title="T",
            type="dataset",
            access="embargoed",
            embargo_until="2027-01-01",
            dates=(Date("embargo-end", "2027-01-01"),),
        ),
    )
    assert (back("datacite", one).access, back("datacite", one).embargo_until) == ("embargoed", "2027-01-01")


def test_places_subtitles_and_awards_without_funder_come_back() -> None:
    record = Record(
        title="T: sub",
        titles=(Title("sub", "subtitle"),),
        coverage=(
            "England",
            "north=52.45; east=-1.93",
            "southlimit=1.5; westlimit=2.5; northlimit=3.5; eastlimit=4.5",
            "north=a; east=b",
        ),
        funding=(Funding(award_number="RDB04"),),
        period="2018/2019",
    )
    for name in FORMATS:
        read = back(name, work(1, record))
        assert (read.title, read.titles, read.coverage, read.funding, read.period) == (
            record.title,
            record.titles,
            record.coverage,
            record.funding,
            record.period,
        )
