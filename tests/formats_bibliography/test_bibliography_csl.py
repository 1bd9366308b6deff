"""What CSL-JSON of services says beside the variables of CSL."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvester.formats import csl_json
from harvester.record import RawRecord, Record


def read(**fields: Any) -> Record:
    payload = json.dumps({"type": "article-journal", "DOI": "10.5555/own", **fields}).encode()
    return csl_json.read(RawRecord(source="t", identifier="x", format="csl_json", payload=payload), "")


NOTICE = {"DOI": "10.5555/notice", "type": "retraction", "source": "retraction-watch", "record-id": 7}


def test_retractions_that_doi_org_sends_are_read_as_those_of_crossref() -> None:
    """https://www.crossref.org/documentation/retrieve-metadata/content-negotiation/"""
    record = read(**{"updated-by": [NOTICE]})
    assert record.update_status == "retraction"
    (found,) = record.relations
    assert (found.type, found.target, found.asserted_by) == ("is-retracted-by", "10.5555/notice", "retraction-watch")
    assert record.extra == {}


def test_a_notice_is_told_from_the_work_that_it_is_about() -> None:
    record = read(**{"update-to": [{"DOI": "10.5555/work", "type": "retraction"}]})
    assert (record.type, record.update_status) == ("retraction-notice", None)
    assert [(r.type, r.target) for r in record.relations] == [("retracts", "10.5555/work")]


def test_relations_of_crossref_and_what_they_say_otherwise() -> None:
    relation = {"is-preprint-of": [{"id-type": "doi", "id": "10.5555/b", "asserted-by": "subject", "new": "x"}]}
    record = read(relation=relation)
    assert [(r.type, r.scheme, r.target) for r in record.relations] == [("is-preprint-of", "doi", "10.5555/b")]
    assert record.extra == {"relation.is-preprint-of[].new": ["x"]}


@pytest.mark.parametrize("odd", ["x", 1, [], {}, [None], [[]], [{"type": 1}], {"a": "b"}, {"a": [{"id": "\ud800"}]}])
def test_odd_updates_and_relations_break_nothing(odd: Any) -> None:
    for key in ("update-to", "updated-by", "relation", "crossref"):
        assert read(**{key: odd}).update_status is None


def test_a_publisher_may_be_an_object() -> None:
    assert read(publisher={"name": "DataCite"}).publisher == "DataCite"
    assert read(publisher="DataCite").publisher == "DataCite"


def test_doubt_about_a_range_is_kept() -> None:
    assert read(issued={"date-parts": [[2015], [2016]], "circa": True}).issued == "2015~/2016~"
    assert read(issued={"date-parts": [[2015], [2016]]}).issued == "2015/2016"


def test_what_is_no_part_of_a_date_is_kept_as_sent() -> None:
    for parts, value, raw in (
        ([2020, 2, 31], "2020-02", "2020-2-31"),
        ([2020, "Mar", 3], "2020", "2020-Mar-3"),
        ([2020, 2, 3], "2020-02-03", None),
        ([2020, 0, 0], "2020", None),
    ):
        (date,) = read(issued={"date-parts": [parts]}).dates
        assert (date.value, date.raw) == (value, raw)


@pytest.mark.parametrize("name", [{"family": "Doe, Jane"}, {"given": "Jane Doe"}, {"given": "Doe, Jane"}])
def test_a_whole_name_in_the_place_of_a_part(name: dict[str, str]) -> None:
    (person,) = read(author=[name]).contributors
    assert (person.name, person.family, person.given) == ("Doe, Jane", "Doe", "Jane")


def test_one_word_is_a_whole_name() -> None:
    assert [c.name for c in read(author=[{"given": "Plato"}, {"family": "García Márquez"}]).contributors] == [
        "Plato",
        "García Márquez",
    ]


def test_a_subtitle_is_joined_as_crossrefs_is() -> None:
    assert read(title="Leading", subtitle=["A study"]).title == "Leading: A study"


def test_what_crossref_knows_of_an_issue_and_of_files_is_read_too() -> None:
    record = read(
        **{
            "author": [{"family": "Roe", "affiliation": [{"name": "X", "id": [{"id": "https://ror.org/041kmwe10"}]}]}],
            "issued": {"date-parts": [[2020, 5, 13]]},
            "journal-issue": {"issue": "3", "published-print": {"date-parts": [[2020, 9]]}},
            "link": [
                {"URL": "https://example.org/a.pdf", "content-type": "application/pdf", "content-version": "vor"},
                {"URL": "https://example.org/b", "intended-application": "similarity-checking"},
            ],
        }
    )
    assert (record.issue, record.issued) == ("3", "2020-09")
    assert [(f.url, f.mime, f.version) for f in record.files] == [
        ("https://example.org/a.pdf", "application/pdf", "VoR")
    ]
    assert record.contributors[0].affiliations[0].ror == "https://ror.org/041kmwe10"
