"""What pages say in their markup rather than in tags: JSON-LD in odd shapes, microdata, links, and where that stands."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.record import Record

from .pages import metas, page, read

ITEM: dict[str, Any] = {"@type": "Article", "headline": "A piece"}


def people(record: Record) -> list[str]:
    return [c.name for c in record.contributors]


def block(text: str) -> Record:
    return read(f'<title>A</title><script type="application/ld+json">{text}</script>'.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "WebSite", "name": "FMLM"}\n{"@type": "Article", "headline": "A piece"}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;A piece&quot;}",
        '{"@type": "Article", "headline": "A\tpiece"};',
    ],
)
def test_block_of_several_roots_or_entities_is_read(text: str) -> None:
    record = block(text)
    assert (record.title, record.extra) == ("A piece", {})


def test_block_that_is_no_json_is_counted_and_an_empty_one_is_not() -> None:
    assert block('{"@type": "Article",,}').extra == {"json-ld": ["1 block(s) that are no JSON"]}
    assert block("\n").extra == {}


@pytest.mark.parametrize(
    "author",
    [
        [[{"@type": "Person", "name": "Ann Roe"}], {"@type": "Person", "name": "Bob Doe"}],
        {"@type": "Person", "name": ["Ann Roe", "Bob Doe"]},
        ["Ann Roe, Senior Fellow, The King's Fund", "Bob Doe"],
    ],
)
def test_authors_in_lists_of_any_depth_are_all_there(author: object) -> None:
    assert people(page("", {**ITEM, "author": author})) == ["Roe, Ann", "Doe, Bob"]


def test_person_who_publishes_is_no_site() -> None:
    record = page("", {**ITEM, "author": {"name": "Ann Roe"}, "publisher": {"@type": "Person", "name": "Ann Roe"}})
    assert (people(record), record.container) == (["Roe, Ann"], None)


def test_author_of_a_comment_is_not_that_of_the_page() -> None:
    for inside in (
        '<li class="comment byuser"><a rel="author">Bob Troll</a></li>',
        '<div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author">Bob Troll</span>'
        '<time itemprop="datePublished" datetime="2021-05-13">13 May</time></div>',
        '<aside><a rel="author">Bob Troll</a></aside>',
    ):
        record = read(f"<title>A piece</title><body>{inside}</body>".encode())
        assert (people(record), record.dates) == ([], ())


def test_licence_is_that_to_which_the_page_links_as_its_own() -> None:
    link = '<a rel="license" href="https://creativecommons.org/licenses/{}/4.0/">CC</a>'
    one = read(f"<title>A</title><body>{link.format('by')}{link.format('by')}</body>".encode())
    assert [licence.spdx for licence in one.licenses] == ["CC-BY-4.0"]
    foot = read(f"<title>A</title><body><footer>{link.format('by')}</footer></body>".encode())
    assert foot.licenses == ()  # the ACL Anthology has one below papers of any year
    assert read(f"<title>A</title><body>{link.format('by')}{link.format('by-nc')}</body>".encode()).licenses == ()


@pytest.mark.parametrize(
    "sent", ["1969-12-31T19:00:00-05:00", "1900-01-01T00:00:00", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00"]
)
def test_moment_at_which_a_computer_begins_to_count_is_no_date(sent: str) -> None:
    assert page("", {**ITEM, "datePublished": sent}).issued is None
    assert page(metas(article__published_time=sent), title="A").issued is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("2019", "2019-05-01", "2019-05-01"), ("2019", "2019-01-01", "2019"), ("2019-05", "2019-05-01", "2019-05")],
)
def test_of_a_year_and_a_day_the_day_counts_unless_it_fills_the_year_up(first: str, second: str, expected: str) -> None:
    assert page(metas(citation_title="A", citation_year=first, citation_publication_date=second)).issued == expected


def test_authors_who_are_contributors_too_are_authors() -> None:
    head = '<meta name="dc.title" content="A"><meta name="dc.contributor" content="Ann Roe">'
    assert [c.role for c in page(head, {**ITEM, "author": "Ann Roe"}).contributors] == ["author"]
    assert [c.role for c in page(head + '<meta name="dc.identifier" content="doi:10.7554/eLife.13">').contributors] == [
        "author"
    ]
    assert [c.role for c in page(head).contributors] == ["other"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("ACMPUB27New York, NY, USA", "ACM"),
        ("SAGE PublicationsSage UK: London, England", "SAGE Publications"),
        ("BioMed Central", "BioMed Central"),
    ],
)
def test_place_that_atypon_runs_into_the_publisher_is_left_out(sent: str, expected: str) -> None:
    assert page(f'<meta name="dc.Title" content="A"><meta name="dc.Publisher" content="{sent}">').publisher == expected


def test_site_s_other_names_are_no_titles() -> None:
    item = {"@type": "WebPage", "name": "FMLM", "alternateName": ["Faculty", "Leaders"]}
    record = page(metas(og__site_name="FMLM", og__title="On leading"), item)
    assert (record.title, record.titles) == ("On leading", ())


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        ([{"@type": "WebPage"}, {"@type": "Periodical", "name": "BMJ Leader"}], "article"),
        ({"@type": "PublicationIssue", "isPartOf": {"@type": "Periodical", "name": "BMJ Leader"}}, "article"),
        ({"@type": "WebSite", "name": "FMLM"}, "web-page"),
    ],
)
def test_article_that_is_part_of_a_journal_is_one_of_it(whole: object, expected: str) -> None:
    assert page("", {**ITEM, "isPartOf": whole}).type == expected


def test_value_with_its_language_or_type_is_read() -> None:
    item = {
        "@type": "Article",
        "headline": {"@language": "en", "@value": "A piece"},
        "datePublished": {"@type": "xsd:date", "@value": "2021-05-13"},
        "author": {"@type": "Person", "name": {"@value": "Ann Roe"}},
    }
    record = page("", item)
    assert (record.title, record.issued, people(record)) == ("A piece", "2021-05-13", ["Roe, Ann"])


def test_resolver_s_address_as_the_canonical_one_is_the_doi_of_the_work() -> None:
    record = page('<link rel="canonical" href="https://doi.org/10.1136/leader-2020-1">', title="A")
    assert ("doi", "10.1136/leader-2020-1", "self") in [(i.scheme, i.value, i.relation) for i in record.identifiers]


def test_author_in_a_pair_of_tags_is_read() -> None:
    head = metas(
        twitter__label1="Written by", twitter__data1="Ann Roe", twitter__label2="Reading time", twitter__data2="4"
    )
    assert people(page(head, title="A")) == ["Roe, Ann"]


def test_site_is_no_keyword() -> None:
    record = page(metas(og__site_name="FMLM", keywords="FMLM, wards, care"), title="A piece")
    assert [s.term for s in record.subjects] == ["wards", "care"]
