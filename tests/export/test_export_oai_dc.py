"""Works as oai_dc: well-formed whatever they hold, in the forms of OpenAIRE's guidelines, and read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import etree
from msgspec import structs

from export.generated import works
from export.works import ALL, ARTICLE, CHAPTER, RETRACTED, THESIS, work
from harvester.formats import exported, oai_dc, writer
from harvester.record import (
    Container,
    Date,
    Funding,
    Identifier,
    Institution,
    License,
    RawRecord,
    Record,
    Subject,
    Title,
    Work,
)

DC = "{http://purl.org/dc/elements/1.1/}"


def text(found: list[Work]) -> str:
    return "".join(writer("oai_dc")(found))


def said(one: Work, name: str) -> list[str]:
    return [e.text or "" for e in etree.fromstring(text([one]).encode())[0].iter(f"{DC}{name}")]


def read(one: Work) -> Record:
    (dc,) = etree.fromstring(text([one]).encode())
    return oai_dc.read(RawRecord(source="t", identifier="t", format="oai_dc", payload=etree.tostring(dc)), "")


def carried(record: Record) -> Record:
    """A record without what fifteen elements cannot say, and without what only one of the two sides says."""
    journal = record.container
    beside = record.issue or record.pages or record.article_number or exported.year(record)
    placed = journal is not None and record.volume is not None and " " not in record.volume and bool(beside)
    return Record(
        title=record.title,
        type=record.type,
        identifiers=tuple(
            sorted(
                [
                    structs.replace(i, raw=None)
                    for i in record.identifiers
                    if i.relation == "self" and i.scheme in ("doi", "handle", "isbn", "pmid", "pmcid")
                ],
                key=lambda i: (i.scheme, i.value),
            )
        ),
        contributors=tuple(
            sorted(
                [
                    structs.replace(c, orcid=None, affiliations=(), raw=None)
                    for c in record.contributors
                    if c.role != "sponsor"
                ],
                key=lambda c: c.role != "author",
            )
        ),
        descriptions=tuple([d for d in record.descriptions if d.type == "abstract" and len(d.text) >= 200]),
        language=record.language,
        subjects=record.subjects,
        container=structs.replace(journal, short_title=None, type=None, issn=None, eissn=None) if journal else None,
        volume=record.volume if placed else None,
        issue=record.issue if placed else None,
        publisher=record.publisher or exported.awarding(record),
        rights=record.rights,
        licenses=tuple([structs.replace(one, raw=None) for one in record.licenses]),
        access=record.access,
        funding=tuple([f for f in record.funding if f.award_number]),
        update_status=record.update_status,
        dates=tuple(
            sorted(
                [
                    structs.replace(d, raw=None)
                    for d in record.dates
                    if d.type in ("accepted", "submitted", "created", "available")
                ],
                key=lambda d: d.type,
            )
        ),
    )


@given(works())
def test_round_trip(one: Work) -> None:
    assert carried(read(one)) == carried(one.record)


def test_every_work_is_well_formed_and_named() -> None:
    root = etree.fromstring(text(ALL).encode())
    assert [dc.find(f"{DC}title") is not None for dc in root] == [bool(one.record.title) for one in ALL]
    assert {e.tag.partition("}")[2] for e in root.iter() if e.tag.startswith(DC)} <= {
        "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
        "source", "language", "relation", "coverage", "rights",
    }  # fmt: skip


def test_the_forms_of_openaire() -> None:
    record = structs.replace(
        ARTICLE.record,
        access="open",
        version="AM",
        peer_reviewed=True,
        embargo_until="2021-04-01",
        dates=(Date("issued", "2020-09-28"), Date("accepted", "2020-04-28"), Date("online", "2020-05-13")),
        funding=(Funding("European Commission", stream="H2020", award_number="688/110"), Funding("NIHR")),
        licenses=(License("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),),
        subjects=(Subject("610", "ddc"), Subject("leadership")),
    )
    one = work(7, record)
    assert said(one, "type")[0] == "info:eu-repo/semantics/article"
    assert {"info:eu-repo/semantics/acceptedVersion", "PeerReviewed"} <= set(said(one, "type"))
    assert said(one, "rights")[:2] == [
        "info:eu-repo/semantics/openAccess",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert said(one, "date") == [
        "2020-09-28",
        "info:eu-repo/date/accepted/2020-04-28",
        "info:eu-repo/date/embargoEnd/2021-04-01",
    ]
    assert "info:eu-repo/grantAgreement/EC/H2020/688%2F110" in said(one, "relation")
    assert "NIHR (sponsor)" in said(one, "contributor")
    assert said(one, "subject") == ["info:eu-repo/classification/ddc/610", "leadership"]
    back = read(one)
    assert back.funding == (record.funding[0],)
    assert (back.version, back.peer_reviewed, back.embargo_until) == ("AM", True, "2021-04-01")


def test_a_journal_that_would_be_misread_is_named_alone() -> None:
    record = structs.replace(ARTICLE.record, volume="Suppl 1", issue=None)
    back = read(work(7, record))
    assert back.container is not None
    assert record.container is not None
    assert back.container.title == record.container.title
    assert back.volume is None


def test_what_happened_to_a_work_is_told() -> None:
    assert read(RETRACTED).update_status == "retraction"
    assert any(line.startswith("Retracted") for line in said(RETRACTED, "description"))


def test_a_chapter_names_the_book_by_its_number() -> None:
    isbns = {i.value for i in CHAPTER.record.identifiers if i.scheme == "isbn"}
    assert {i.value for i in read(CHAPTER).identifiers if (i.scheme, i.relation) == ("isbn", "container")} == isbns


def test_an_advisor_keeps_the_role() -> None:
    roles = {c.name: c.role for c in THESIS.record.contributors}
    assert {c.name: c.role for c in read(THESIS).contributors} == roles


def test_identifiers_are_addresses_where_there_are_any() -> None:
    record = Record(title="T", identifiers=(Identifier("doi", "10.5555/a<b>"), Identifier("isbn", "9780521877237")))
    assert said(work(7, record), "identifier") == ["https://doi.org/10.5555/a%3Cb%3E", "urn:isbn:9780521877237"]


def test_a_thesis_has_its_university_as_publisher_and_no_title_stands_twice() -> None:
    record = Record(
        title="Wards: a study", titles=(Title("a study", "subtitle"),), type="doctoral-thesis",
        institutions=(Institution("University of Leeds", role="awarding"),),
    )  # fmt: skip
    assert said(work(1, record), "publisher") == ["University of Leeds"]
    assert said(work(1, record), "title") == ["Wards: a study"]


@pytest.mark.parametrize(
    ("journal", "place", "source", "found"),
    [
        ("Operators and Matrices", ("", "3", "417", "434"), "Operators and Matrices; No 3 (2008); 417-434", "417-434"),
        ("Head–Neck Surgery", ("138", "10", "956", ""), "Head–Neck Surgery; Vol 138, No 10 (2008); 956", "956"),
        ("Guides Newsletter", ("6", "4", "8", "11"), "Guides Newsletter; Vol 6, No 4 (2008); 8-11", "8-11"),
        ("Studies", ("56", "2", "E-13", ""), "Studies; Vol 56, No 2 (2008)", None),
        ("Journal of Cases", ("25", "", "", ""), "Journal of Cases; Vol 25 (2008)", None),
    ],
)
def test_as_much_of_the_place_is_written_as_is_read_back(
    journal: str, place: tuple[str, str, str, str], source: str, found: str | None
) -> None:
    volume, issue, start, end = (part or None for part in place)
    pages = "8-11, 12" if start == "8" else f"{start}-{end}" if end else start
    record = Record(
        title="On rounds", type="article", container=Container(journal), volume=volume, issue=issue, pages=pages,
        start_page=start, end_page=end, issued="2008",
    )  # fmt: skip
    one = work(1, record)
    assert said(one, "source") == [source]
    back = read(one)
    assert (back.volume, back.issue, back.pages) == (volume, issue, found)
