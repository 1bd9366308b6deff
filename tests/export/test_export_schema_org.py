"""schema.org: objects that search engines know, which come back through a web page."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings

from export.generated import works
from export.works import ALL, ARTICLE, CHAPTER, RETRACTED, THESIS, work
from harvester.formats import schema_org, web_page
from harvester.record import Contributor, Date, Identifier, License, RawRecord, Record, Work


def items(*some: Work) -> list[dict[str, Any]]:
    document = json.loads("".join(schema_org.write(some)))
    assert document["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = document["@graph"]
    return found


def back(one: Work) -> Record:
    """As a page of a repository would carry it."""
    (item,) = items(one)
    body = json.dumps({"@context": "https://schema.org", **item}).replace("</", "<\\/")
    page = f'<html><head><script type="application/ld+json">{body}</script></head><body>A page.</body></html>'
    raw = RawRecord(source="t", identifier="https://repository.example.org/1", format="web_page", payload=page.encode())
    return web_page.read(raw, "", None)


def test_no_works_are_an_empty_graph() -> None:
    assert items() == []


def test_journal_stands_at_the_end_of_a_chain() -> None:
    (found,) = items(ARTICLE)
    issue = found["isPartOf"]
    assert (issue["@type"], issue["issueNumber"], issue["isPartOf"]["volumeNumber"]) == ("PublicationIssue", "3", "4")
    assert issue["isPartOf"]["isPartOf"] == {
        "@type": "Periodical",
        "name": "BMJ Leader",
        "alternateName": "BMJ Lead",
        "issn": "2398-631X",
    }
    assert (found["@type"], found["@id"]) == ("ScholarlyArticle", "https://doi.org/10.1136/leader-2020-000228")
    assert found["funding"] == {
        "@type": "Grant",
        "identifier": "RDB04",
        "funder": {"@type": "Organization", "name": "NIHR"},
    }


def test_what_is_known_of_other_kinds_is_said() -> None:
    chapter, thesis, retracted = items(CHAPTER, THESIS, RETRACTED)
    assert chapter["isPartOf"] == {"@type": "Book", "name": "A Handbook of Chairs", "isbn": "9780521877237"}
    assert (thesis["datePublished"], thesis["sourceOrganization"]["name"]) == ("2021", "University of Example")
    assert retracted["creativeWorkStatus"] == "Retracted"


def test_nothing_empty_is_written() -> None:
    for item in items(*ALL):
        assert all(value not in (None, "", [], {}) for value in item.values())
        assert {"@type", "@id"} <= set(item)


@settings(max_examples=40)
@given(one=works())
def test_what_a_page_can_carry_comes_back(one: Work) -> None:
    record = one.record
    assume(record.container is None or record.container.title != record.title)  # that is the book itself, to a page
    read = back(one)
    assert read.title == record.title
    assert [_name(c) for c in read.contributors if c.role == "author"] == [
        _name(c) for c in record.contributors if c.role == "author"
    ]
    assert (read.volume, read.issue, read.pages) == (record.volume, record.issue, record.pages or record.article_number)
    assert {i.value for i in read.identifiers if i.scheme == "doi" and i.relation == "self"} == {
        i.value for i in record.identifiers if i.scheme == "doi"
    }
    assert read.subjects == record.subjects
    assert read.publisher == record.publisher
    assert [one.spdx for one in read.licenses] == [one.spdx for one in record.licenses]
    if record.container is not None:  # a page without one has its site as such
        assert read.container is not None
        assert read.container.title == record.container.title


def _name(c: Contributor) -> tuple[Any, ...]:
    return c.name, c.kind, c.family, c.given, c.orcid, c.affiliations


def test_embargo_and_licence_without_address_are_said() -> None:
    record = Record(
        title="T",
        type="dataset",
        identifiers=(Identifier("doi", "10.5072/x"),),
        licenses=(License(spdx="CC-BY-4.0"),),
        access="embargoed",
        embargo_until="2027-01-01",
        dates=(Date("copyrighted", "2026"),),
    )
    (found,) = items(work(1, record))
    assert (found["license"], found["copyrightYear"]) == ("https://creativecommons.org/licenses/by/4.0/", "2026")
    assert found["conditionsOfAccess"] == "embargoed until 2027-01-01"


def test_who_may_be_a_group_is_no_person() -> None:
    (found,) = items(work(1, Record(title="A", contributors=(Contributor("Consortium X", kind="unknown"),))))
    assert found["author"] == {"@type": "Thing", "name": "Consortium X"}


def test_of_a_year_with_an_unknown_month_the_year_is_said() -> None:
    (found,) = items(work(1, Record(title="A", issued="2020-XX")))
    assert found["datePublished"] == "2020"
