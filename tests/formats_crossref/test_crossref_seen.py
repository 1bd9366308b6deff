"""What real items taught: values that were read wrong, or not at all, once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats_crossref.items import read


def item(**fields: Any) -> bytes:
    return json.dumps({"DOI": "10.5555/1", **fields}).encode()


@pytest.mark.parametrize(
    ("page", "sent", "number", "extra"),
    [
        ("ENEURO.0091-15.2015", None, "ENEURO.0091-15.2015", {}),
        ("ENEURO.0091-15.2015", "e17", "e17", {"page": ["ENEURO.0091-15.2015"]}),
        ("i", None, None, {"page": ["i"]}),
        ("see 2015 volume", None, None, {"page": ["see 2015 volume"]}),
    ],
)
def test_the_number_of_an_article_in_place_of_its_pages(
    page: str, sent: str | None, number: str | None, extra: dict[str, list[str]]
) -> None:
    """eNeuro."""
    record = read(item(page=page, **{"article-number": sent} if sent else {}))
    assert (record.article_number, record.pages, record.extra) == (number, None, extra)


def test_only_a_thesis_is_cited_by_its_approval() -> None:
    """Wellington, Santiago: no date of publication, as a thesis has none."""
    approved = {"approved": {"date-parts": [[2021, 3, 15]]}, "issued": {"date-parts": [[None]]}}
    assert read(item(type="dissertation", **approved)).issued == "2021-03-15"
    assert read(item(type="journal-article", **approved)).issued is None
    printed = {"published-print": {"date-parts": [[2022]]}}
    assert read(item(type="dissertation", **approved, **printed)).issued == "2022"


def test_what_has_no_element_is_kept() -> None:
    record = read(
        item(
            event={"name": "Conference", "theme": "Big things"},
            version={"version": "2", "description": "second"},
            **{"clinical-trial-number": [{"clinical-trial-number": "isrctn1", "type": "preResults"}]},
            project=[{"funding": [{"award-amount": {"amount": 5}}]}],
        )
    )
    assert record.extra == {
        "event.theme": ["Big things"],
        "version.description": ["second"],
        "clinical-trial-number[].type": ["preResults"],
        "project[].funding[].award-amount": ['{"amount": 5}'],
    }
    assert record.findings == ()


def test_texts_of_a_grant_in_their_languages() -> None:
    """https://www.crossref.org/documentation/schema-library/markup-guide-record-types/grants/"""
    titles = [{"title": "Sensing", "language": "en"}, {"title": "Détection", "language": "fr"}]
    about = [{"description": "About.", "language": "en"}, {"description": "Sur.", "language": "fr"}]
    record = read(item(type="grant", project=[{"project-title": titles, "project-description": about}]))
    assert [(t.title, t.language) for t in record.titles] == [("Détection", "fr")]
    assert [(d.text, d.language) for d in record.descriptions] == [("About.", "en"), ("Sur.", "fr")]


@pytest.mark.parametrize(
    ("family", "given", "name"),
    [
        ("Arndt", "K. A.", "Arndt, K. A."),  # keine Angabe
        ("MOZOL", "S.N.", "Mozol, S.N."),  # sine nomine
        ("Fan", "Na", "Fan, Na"),
        ("Wang", "Nan", "Wang, Nan"),
        ("Na", "Seonjin", "Na, Seonjin"),
        ("Null", "Anna", "Null, Anna"),
        ("Smith", "n/a", "Smith"),
        ("n/a", "Anna", "Anna"),
        ("N.N.", "Anna", "Anna"),
        ("Collaborative Group", "N.A.", "Collaborative Group"),
        ("Na", "n/a", None),
        ("N.A.", "N.A.", None),
    ],
)
def test_what_is_no_name_by_itself_may_be_one_beside_another(family: str, given: str, name: str | None) -> None:
    """Initials and short names of real authors, which alone would say that nobody is named."""
    people = read(item(author=[{"family": family, "given": given}])).contributors
    assert [person.name for person in people] == ([name] if name else [])


@pytest.mark.parametrize(
    ("sent", "number", "extra"),
    [
        ("ahead-of-print", None, {"volume": ["ahead-of-print"]}),
        ("Publish Ahead of Print", None, {"volume": ["Publish Ahead of Print"]}),
        ("n/a", None, {}),
        ("Vol. 04", "4", {}),
    ],
)
def test_a_volume_that_is_not_yet_is_none(sent: str, number: str | None, extra: dict[str, list[str]]) -> None:
    """Emerald, Wolters Kluwer."""
    record = read(item(volume=sent, **{"published-online": {"date-parts": [[2020]]}}))
    assert (record.volume, record.extra) == (number, extra)


def test_who_says_that_there_is_no_affiliation_has_none() -> None:
    sent = [{"name": "n/a"}, {"name": "-"}, {"name": "Unknown", "place": ["Leeds"]}, {"name": "University of Leeds"}]
    (person,) = read(item(author=[{"family": "Roe", "given": "Jo", "affiliation": sent}])).contributors
    assert [a.name for a in person.affiliations] == ["University of Leeds"]


@pytest.mark.parametrize(("start", "access"), [([2020, 1, 1], "open"), ([9999, 1, 1], None), ([None], "open")])
def test_a_licence_that_starts_nobody_knows_when_opens_nothing(start: list[int | None], access: str | None) -> None:
    licence = {"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "vor"}
    record = read(item(license=[{**licence, "start": {"date-parts": [start]}}]))
    assert record.access == access
    assert record.extra == ({} if access else {"license[].start": ["9999-1-1"]})


def test_what_says_that_there_is_nothing_is_no_name() -> None:
    record = read(
        item(
            funder=[{"name": "n/a"}, {"name": "None", "award": ["N/A"]}, {"name": "Wellcome"}],
            institution=[{"name": "University of Leeds", "department": ["n/a"], "place": ["-"]}],
            **{"standards-body": {"name": "n/a", "acronym": "ISO"}},
        )
    )
    assert [f.funder_name for f in record.funding] == ["Wellcome"]
    assert [(i.name, i.department, i.place) for i in record.institutions] == [
        ("University of Leeds", None, None),
        ("ISO", None, None),
    ]


def test_what_assertions_say_of_days_is_used_or_kept() -> None:
    """Royal Society of Chemistry: ``history``."""
    record = read(
        item(
            accepted={"date-parts": [[2020, 2]]},
            assertion=[
                {"name": "received", "value": "n/a"},
                {
                    "name": "history",
                    "value": "Received 1st January 2020; Accepted 2 March 2020; Version of Record published",
                },
                {"name": "received", "value": "1 January 2020"},
            ],
        )
    )
    assert [(d.type, d.value) for d in record.dates] == [("accepted", "2020-02"), ("received", "2020-01-01")]
    assert record.extra == {
        "assertion.accepted": ["2 March 2020"],
        "assertion.history": ["Version of Record published"],
    }


def test_what_cannot_be_a_day_or_an_address_is_kept() -> None:
    ages = {"date-parts": [[9999, 1]]}
    record = read(item(event={"name": "A", "start": ages, "end": ages}, link=[{"URL": "see page"}, {"URL": "n/a"}]))
    assert record.extra == {"event.start": ["9999-1"], "event.end": ["9999-1"], "link[].URL": ["see page"]}


def test_the_day_from_which_a_work_is_free_is_none_of_publication() -> None:
    record = read(item(**{"free-to-read": {"start-date": {"date-parts": [[2020, 5, 1]]}}}))
    assert (record.issued, record.access, [d.type for d in record.dates]) == (None, "open", ["available"])


def test_a_season_is_no_month() -> None:
    record = read(item(**{"published-print": {"date-parts": [[2020, 22]]}}))
    assert [(d.type, d.value, d.raw) for d in record.dates] == [("print", "2020-22", None)]
    assert record.issued == "2020-22"


def test_a_grant_does_not_end_before_it_starts() -> None:
    project = {"award-start": [{"date-parts": [[2020, 1]]}], "award-end": [{"date-parts": [[2019, 1]]}]}
    record = read(item(type="grant", project=[project]))
    assert (record.period, record.extra) == ("2020-01/..", {"project[].award-end": ["2019-01"]})


def test_one_update_said_twice_is_one_relation() -> None:
    """Retraction Watch's entries came under two spellings of their type."""
    said = {"DOI": "10.5555/notice", "updated": {"date-parts": [[2020, 5, 1]]}, "source": "publisher"}
    found = read(
        item(**{"updated-by": [{"type": "retraction", **said}, {"type": "Retraction", "label": "Retraction", **said}]})
    )
    assert [(r.type, r.target, r.update_type) for r in found.relations] == [
        ("is-retracted-by", "10.5555/notice", "retraction")
    ]


def test_links_for_programs_say_so_and_come_last() -> None:
    """Elsevier's API asks for a key, HighWire's syndication for a contract."""

    def link(url: str, application: str) -> dict[str, str]:
        return {"URL": url, "content-version": "vor", "content-type": "text/plain", "intended-application": application}

    found = read(
        item(
            link=[
                link("https://api.example.org/1?httpAccept=text/plain", "text-mining"),
                link("https://example.org/similarity", "similarity-checking"),
                link("https://example.org/1.pdf", "text-mining"),
                link("https://example.org/feed", "syndication"),
                link("https://example.org/1.pdf", "unspecified"),
            ]
        )
    )
    assert [(file.url, file.description) for file in found.files] == [
        ("https://example.org/1.pdf", None),
        ("https://api.example.org/1?httpAccept=text/plain", "text mining"),
        ("https://example.org/feed", "syndication"),
    ]
