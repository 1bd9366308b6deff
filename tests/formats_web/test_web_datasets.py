"""JSON-LD of repositories of data: DataCite's own, Dataverse, PANGAEA, and the example of schema.org."""

from __future__ import annotations

from typing import Any

from harvester.record import Record

from .pages import page


def dataset(**said: Any) -> Record:
    return page("", {"@type": "Dataset", "name": "Rain in Leeds", **said})


def test_a_larger_work_with_a_doi_is_no_journal() -> None:
    record = dataset(isPartOf={"@type": "CreativeWork", "@id": "https://doi.org/10.5555/all", "name": "Rain"})
    assert [(r.type, r.scheme, r.target, r.label) for r in record.relations] == [
        ("is-part-of", "doi", "10.5555/all", "Rain")
    ]
    assert record.container is None or record.container.title != "Rain"


def test_who_registers_dois_is_no_host_and_brackets_are_no_part_of_a_place() -> None:
    author = {"@type": "Person", "name": "Ban, Jonathan", "affiliation": "(Harvard University)"}
    record = dataset(provider={"@type": "Organization", "name": "datacite"}, author=author)
    assert record.institutions == ()
    assert [a.name for a in record.contributors[0].affiliations] == ["Harvard University"]


def test_an_issue_may_be_named_by_its_place_in_the_page() -> None:
    """https://schema.org/ScholarlyArticle"""
    periodical = {
        "@id": "#p",
        "@type": ["PublicationVolume", "Periodical"],
        "name": "Wards Quarterly",
        "volumeNumber": "50",
    }
    issue = {"@id": "#issue", "@type": "PublicationIssue", "issueNumber": "5", "isPartOf": periodical}
    article = {"@type": "ScholarlyArticle", "name": "Be careful", "isPartOf": "#issue"}
    record = page("", {"@graph": [issue, article]})
    assert record.container is not None
    assert (record.container.title, record.volume, record.issue) == ("Wards Quarterly", "50", "5")
    alone = page("", article)
    assert alone.container is None or alone.container.title != "#issue"
