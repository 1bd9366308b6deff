"""What web pages say of the work on them, and what they only say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.errors import RecordError
from harvester.formats.web_page.html import text_of_page
from harvester.record import Record

from .pages import ADDRESS, metas, page, read


def names(record: Record) -> list[str]:
    return [c.name for c in record.contributors]


# --- titles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Unfinished business | FMLM", "FMLM", "Unfinished business"),
        ("Unfinished business - Leaders", "", "Unfinished business - Leaders"),
        ("Nurses - and doctors", "FMLM", "Nurses - and doctors"),
        ("FMLM | Unfinished business", "FMLM", "Unfinished business"),
        ("Leadership: the NHS – The King&#39;s Fund", "The King’s Fund", "Leadership: the NHS"),
        ("FMLM", "FMLM", "FMLM"),
    ],
)
def test_name_of_the_site_leaves_the_title_only_where_it_is_known(title: str, site: str, expected: str) -> None:
    assert page(metas(og__site_name=site), title=title).title == expected


def test_title_for_bibliographies_comes_before_those_for_networks() -> None:
    record = page(
        metas(og__title="Read this!", citation_title="Shared leadership"), {"@type": "Article", "headline": "B"}
    )
    assert record.title == "Shared leadership"


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "account", ["admin", "jsmith2", "Webmaster", "FMLM", "kirsten.armit", "https://facebook.com/fmlm"]
)
def test_account_and_site_are_no_authors(account: str) -> None:
    record = page(metas(og__site_name="FMLM", author=account), title="A piece")
    assert record.contributors == ()
    assert record.extra["author"] == [account]


def test_byline_is_the_author() -> None:
    assert names(page(metas(author="By Ian Kirkpatrick"), title="A piece")) == ["Kirkpatrick, Ian"]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ian Kirkpatrick", ["Kirkpatrick, Ian"]),
        ({"@type": "Person", "name": "Ian Kirkpatrick"}, ["Kirkpatrick, Ian"]),
        ({"@type": "Person", "familyName": "Kirkpatrick", "givenName": "Ian"}, ["Kirkpatrick, Ian"]),
        (["Ian Kirkpatrick", {"@type": "Organization", "name": "NHS England"}], ["Kirkpatrick, Ian", "NHS England"]),
        ({"@type": "Person", "name": "admin"}, []),
        ("https://www.fmlm.example/people/1", []),
        ([None, 7, {}, {"name": None}, [["x"]]], []),
        ({"@type": "Role", "author": {"@type": "Person", "name": "Ian Kirkpatrick"}}, ["Kirkpatrick, Ian"]),
    ],
)  # fmt: skip
def test_author_of_json_ld_in_any_shape(author: Any, expected: list[str]) -> None:
    assert names(page("", {"@type": "BlogPosting", "headline": "A piece", "author": author})) == expected


def test_highwire_s_institution_and_orcid_belong_to_the_author_before_them() -> None:
    tags = [
        ("author", "Roe, A"),
        ("author_institution", "Leeds"),
        ("author", "Poe, B"),
        ("author_orcid", "0000-0002-1825-0097"),
    ]
    head = "".join(f'<meta name="citation_{name}" content="{content}">' for name, content in tags)
    record = page(head)
    assert [([a.name for a in c.affiliations], c.orcid) for c in record.contributors] == [
        (["Leeds"], None),
        ([], "0000-0002-1825-0097"),
    ]


def test_authors_of_two_vocabularies_are_not_added_up() -> None:
    head = (
        metas(citation_title="A", citation_author="Roe, A", author="Anna Roe")
        + '<meta name="DC.Creator" content="Roe, Anna">'
    )
    assert names(page(head)) == ["Roe, A"]


# --- what it is, and where -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "kind", "expected"),
    [
        ("", "BlogPosting", "web-opinion"),
        ("", "NewsArticle", "newspaper-article"),
        ("", "Article", "web-page"),
        ("", "WebPage", "web-page"),
        ("", "ScholarlyArticle", "article"),
        ("", "Report", "report"),
        ("", "Course", "learning-resource"),
        ("", "ResearchProject", "project"),
        ("", "https://schema.org/Thesis", "thesis"),
        ("", "Nonesuch", "web-page"),
        (metas(citation_title="A", citation_journal_title="BMJ Leader"), "NewsArticle", "article"),
        (metas(citation_title="A", citation_dissertation_institution="Leeds"), "WebPage", "thesis"),
        (metas(citation_title="A", citation_technical_report_institution="King's Fund"), "WebPage", "report"),
        (metas(citation_title="A", og__type="article"), "WebPage", "web-page"),
    ],
)
def test_type_is_what_the_page_says_and_no_journal_article_by_guess(head: str, kind: str, expected: str) -> None:
    assert page(head, {"@type": kind, "name": "A piece"}, title="A piece").type == expected


def test_chain_of_issue_volume_and_journal_is_followed() -> None:
    journal = {"@type": "Periodical", "name": "BMJ Leader", "issn": ["2398-631X"]}
    volume = {"@type": "PublicationVolume", "volumeNumber": 4, "isPartOf": journal}
    issue = {"@type": "PublicationIssue", "issueNumber": "3", "isPartOf": volume}
    record = page("", {"@type": "ScholarlyArticle", "headline": "A", "isPartOf": issue, "pagination": "128–134"})
    assert record.container is not None
    assert (record.container.title, record.container.issn, record.container.type) == (
        "BMJ Leader",
        "2398-631X",
        "journal",
    )
    assert (record.volume, record.issue, record.pages) == ("4", "3", "128-134")


def test_page_is_part_of_its_site() -> None:
    record = page(metas(og__site_name="FMLM"), title="A piece")
    assert record.container is not None
    assert (record.container.title, record.container.type, record.url) == ("FMLM", "website", ADDRESS)


def test_of_many_works_on_a_page_the_one_that_names_it_is_meant() -> None:
    teasers = [
        {"@type": "BlogPosting", "headline": f"Teaser {n}", "url": f"https://www.fmlm.example/{n}"} for n in range(3)
    ]
    own = {"@type": "BlogPosting", "headline": "A piece", "mainEntityOfPage": {"@id": ADDRESS}}
    assert page("", [*teasers, own], title="A piece").title == "A piece"


def test_list_of_works_is_none_of_them() -> None:
    teasers = [{"@type": "BlogPosting", "headline": f"Teaser {n}", "author": f"Author {n}"} for n in range(3)]
    record = page("", teasers, title="News and opinion")
    assert (record.title, record.contributors, record.type) == ("News and opinion", (), "web-page")


# --- identifiers -----------------------------------------------------------------------------------------------------


def test_doi_is_its_own_only_where_a_tag_says_so() -> None:
    own = page(
        "",
        {
            "@type": "Article",
            "headline": "A",
            "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.5555/a"},
        },
    )
    assert ("doi", "10.5555/a") in [(i.scheme, i.value) for i in own.identifiers if i.relation == "self"]
    cited = page("", {"@type": "Article", "headline": "A", "citation": "https://doi.org/10.5555/b"})
    assert [i.scheme for i in cited.identifiers] == ["url"]
    assert cited.references_count == 1


def test_canonical_address_is_the_landing_page_unless_it_is_the_home_page() -> None:
    assert (
        page('<link rel="canonical" href="https://www.fmlm.example/a-piece">', title="A").url
        == "https://www.fmlm.example/a-piece"
    )
    assert page('<link rel="canonical" href="https://www.fmlm.example/">', title="A").url == ADDRESS
    assert page('<link rel="canonical" href="https://elsewhere.example/a">', title="A").url == ADDRESS


# --- dates -----------------------------------------------------------------------------------------------------------


def dates(record: Record) -> list[tuple[str, str | None]]:
    return [(d.type, d.value) for d in record.dates]


def test_date_of_publication_that_comes_after_the_last_change_is_not_believed() -> None:
    record = page(
        "", {"@type": "Article", "headline": "A", "datePublished": "2023-05-01", "dateModified": "2021-01-01"}
    )
    assert dates(record) == [("unknown", "2023-05-01"), ("updated", "2021-01-01")]


@pytest.mark.parametrize("sent", ["2020/05/13", "2020-05-13T10:00:00+02:00", "13 May 2020"])
def test_date_of_a_tag_keeps_its_day(sent: str) -> None:
    assert page(metas(citation_title="A", citation_publication_date=sent)).issued == "2020-05-13"


@pytest.mark.parametrize("sent", ["2020/", "2020", "2020//", "2020/00/00"])
def test_year_of_a_tag_stays_a_year(sent: str) -> None:
    assert page(metas(citation_title="A", citation_date=sent)).issued == "2020"


def test_shown_date_counts_only_where_it_says_what_it_is() -> None:
    assert dates(read(b'<title>A</title><time datetime="2020-05-13">13 May</time>')) == []
    assert dates(read(b'<title>A</title><time itemprop="datePublished" datetime="2020-05-13">13 May</time>')) == [
        ("issued", "2020-05-13")
    ]


# --- what is no page of a work ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...", "Access Denied", "404 Not Found", "Page not found | FMLM", "Log in | FMLM",
        "Attention Required! | Cloudflare", "Error 404", "Sign in to your account",
    ],
)  # fmt: skip
def test_page_in_a_work_s_place_is_refused_with_what_it_says(title: str) -> None:
    with pytest.raises(RecordError, match="stands in its place"):
        page(metas(og__site_name="FMLM"), title=title)


@pytest.mark.parametrize(
    "title",
    [
        "404 patients, one nurse",
        "Forbidden fruit",
        "Error and blame in the NHS",
        "Logging in the rain forest",
        "Redirecting care",
    ],
)
def test_title_that_only_begins_like_one_is_a_work(title: str) -> None:
    assert page(title=title).title == title


def test_work_with_such_a_title_is_a_work_by_its_tags() -> None:
    assert (
        page(metas(citation_title="Access denied", citation_author="Roe, A"), title="Access denied").title
        == "Access denied"
    )


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"PK\x03\x04 a docx", "another kind"),
        (b"<html><head></head><body></body></html>", "says nothing about itself"),
        (b'<meta http-equiv="refresh" content="0; url=/elsewhere">', "sends on"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        read(payload)


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "charset"),
    [
        ("<title>Café – ’</title>".encode(), ""),
        ("<title>Café – ’</title>".encode(), "iso-8859-1"),
        ("\ufeff<title>Café – ’</title>".encode("utf-16-le"), ""),
        ("<meta charset='windows-1252'><title>Café – ’</title>".encode("cp1252"), ""),
        ("<meta charset='iso-8859-1'><title>Café – ’</title>".encode("cp1252"), ""),
        ("<title>Café – ’</title>".encode("cp1252"), "ISO-8859-1"),
        ("<title>Café – ’</title>".encode("cp1252"), ""),
        ("<?xml version='1.0' encoding='windows-1252'?><title>Café – ’</title>".encode("cp1252"), "nonesuch"),
        ("<meta charset='rot13'><title>Café – ’</title>".encode("cp1252"), ""),
    ],
)
def test_page_in_any_encoding_is_read(payload: bytes, charset: str) -> None:
    assert "<title>Café – ’</title>" in text_of_page(payload, charset)


# --- what platforms and templates get wrong --------------------------------------------------------------------------


def test_dspace_s_date_of_accession_is_no_acceptance() -> None:
    head = '<meta name="DCTERMS.dateAccepted" content="2020-12-21T14:03:55Z"><meta name="DCTERMS.issued" content="2020-09-28">'
    assert dates(page(head + '<meta name="DC.title" content="A">')) == [
        ("deposited", "2020-12-21"),
        ("issued", "2020-09-28"),
    ]
    assert dates(page('<meta name="DCTERMS.dateAccepted" content="2020-04-28">', title="A")) == [
        ("accepted", "2020-04-28")
    ]


def test_journal_is_a_relation_on_dspace_s_pages() -> None:
    head = '<meta name="Generator" content="DSpace 6.3"><meta name="DC.title" content="A">'
    head += '<meta name="DC.relation" content="BMJ Leader">'
    container = page(head).container
    assert container is not None
    assert container.title == "BMJ Leader"


def test_page_about_a_work_of_unknown_kind_is_no_web_page() -> None:
    assert page(metas(citation_title="A", citation_issn="2398-631X")).type == "other"


def test_of_several_kinds_the_one_that_says_most_counts() -> None:
    assert page("", {"@type": ["Article", "Report"], "headline": "A"}).type == "report"


def test_date_that_cannot_be_read_does_not_hide_one_that_can() -> None:
    assert page(metas(article__published_time="1611914400", date="29/01/2021"), title="A").issued == "2021-01-29"


def test_project_has_a_period_people_and_a_funder() -> None:
    funder = {"@type": "Organization", "name": "NIHR", "@id": "https://ror.org/0187kwz08"}
    member = {"@type": "Person", "name": "Anna Roe"}
    record = page(
        "",
        {
            "@type": "ResearchProject",
            "name": "A",
            "funder": funder,
            "member": [member],
            "startDate": "2021-01",
            "endDate": "2023",
        },
    )
    assert (record.type, record.period, names(record), record.extra) == ("project", "2021-01/2023", ["Roe, Anna"], {})
    assert [(f.funder_name, f.funder_id) for f in record.funding] == [("NIHR", "https://ror.org/0187kwz08")]


def test_titles_and_subjects_of_several_vocabularies_stand_together() -> None:
    head = metas(citation_title="Leading the ward", citation_keywords="leadership", keywords="seo, words, here")
    head += '<meta name="DC.Title.Alternative" xml:lang="es" content="Dirigir la sala">'
    head += '<meta name="DC.Subject" content="Leadership">'
    head += '<meta name="DC.Subject" content="wards"><meta name="DC.Identifier" content="10.5555/a">'
    record = page(head)
    assert [(t.title, t.language) for t in record.titles] == [("Dirigir la sala", "es")]
    assert [s.term for s in record.subjects] == ["leadership", "wards"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '<span itemprop="author" itemscope><span itemprop="name">Ian Kirkpatrick</span>, Leeds</span>',
            ["Kirkpatrick, Ian"],
        ),
        ('<a rel="author" href="/people/1">By Ian Kirkpatrick</a>', ["Kirkpatrick, Ian"]),
        ('<a rel="author">Ian Kirkpatrick</a> <a rel="author">Anna Roe</a>', []),
        ('<span class="author">Ian Kirkpatrick</span>', []),
        ('<a rel="author">admin</a>', []),
    ],
)
def test_shown_byline_counts_where_exactly_one_element_says_that_it_is_one(body: str, expected: list[str]) -> None:
    assert names(read(f"<title>A piece</title>{body}".encode())) == expected


def test_of_several_dates_of_publication_none_is_that_of_the_page() -> None:
    teasers = "".join(f'<time itemprop="datePublished" datetime="2020-05-1{n}">x</time>' for n in range(3))
    assert dates(read(f"<title>News</title>{teasers}".encode())) == []


def test_site_as_a_person_is_no_author_and_as_an_organisation_it_is() -> None:
    for kind, expected in (("Person", []), ("Organization", ["FMLM"])):
        author = {"@type": kind, "name": "FMLM"}
        record = page(metas(og__site_name="FMLM"), {"@type": "Article", "headline": "A", "author": author})
        assert names(record) == expected
        assert ("author" in record.extra) == (kind == "Person")
