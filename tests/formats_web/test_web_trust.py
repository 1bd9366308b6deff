"""What platforms and content systems say beside the truth, and what of it is believed."""

from __future__ import annotations

import pytest

from harvester.errors import RecordError

from .pages import ADDRESS, metas, page, read


def dates(**tags: str) -> list[tuple[str, str | None]]:
    names = {name.replace("___", "."): content for name, content in tags.items()}
    return [(d.type, d.value) for d in page(metas(citation_title="A", **names)).dates]


# --- dates -----------------------------------------------------------------------------------------------------------


def test_first_of_january_that_is_only_a_year_gives_way_to_the_day() -> None:
    """Highwire's journals and bioRxiv."""
    assert dates(citation_publication_date="2020/01/01", DC___Date="2020-03-27") == [("issued", "2020-03-27")]
    assert dates(citation_publication_date="2020/01/01", DC___Date="2021-03-27") == [("issued", "2020-01-01")]
    assert dates(citation_publication_date="2020/01/01", article__published_time="2020-03-27") == [
        ("issued", "2020-01-01")
    ]


@pytest.mark.parametrize(
    ("published", "online", "expected"),
    [
        ("2017/06/12", "2023/08/02", "2017-06-12"),  # arXiv: the last version
        ("2018", "2020-08-25T12:16:45Z", "2018"),  # DSpace: the day of the deposit
        ("2020/09/28", "2020/05/13", "2020-05-13"),
    ],
)
def test_work_is_no_younger_for_what_came_online_later(published: str, online: str, expected: str) -> None:
    assert page(metas(citation_title="A", citation_date=published, citation_online_date=online)).issued == expected


def test_digital_commons_means_the_deposit_by_online_date() -> None:
    record = page(
        metas(bepress_citation_title="A", bepress_citation_date="2019", bepress_citation_online_date="2019/5/3")
    )
    assert (record.issued, record.dates[-1].type) == ("2019", "deposited")


# --- people, kinds, places -------------------------------------------------------------------------------------------


def test_numbered_tags_are_what_they_are_without_the_number() -> None:
    record = page('<meta name="citation_author.1" content="Ann Roe"><meta name="citation_author.2" content="Bob Doe">')
    assert [c.name for c in record.contributors] == ["Roe, Ann", "Doe, Bob"]


def test_contributors_of_an_article_that_names_nobody_else_are_its_authors() -> None:
    head = metas(citation_journal_title="Sensor Review") + '<meta name="dc.Contributor" content="Ann Roe">'
    assert [c.role for c in page(head).contributors] == ["author"]
    both = page(head + '<meta name="dc.Creator" content="Bob Doe">').contributors
    assert {c.name: c.role for c in both} == {"Doe, Bob": "author", "Roe, Ann": "other"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (metas(citation_journal_title="bioRxiv"), ("preprint", "repository")),
        (metas(citation_arxiv_id="1706.03762"), ("preprint", None)),
        (metas(citation_journal_title="BMJ Leader", citation_arxiv_id="1706.03762"), ("article", "journal")),
    ],
)
def test_server_of_preprints_is_no_journal(head: str, expected: tuple[str, str | None]) -> None:
    record = page(metas(citation_title="A") + head)
    assert (record.type, record.container.type if record.container else None) == expected


def test_openurl_in_a_citation_is_read() -> None:
    pairs = "&amp;ctx_ver=Z39.88-2004&amp;rft.spage=129&amp;rft.epage=136&amp;rft.volume=39&amp;rft.issue=1"
    record = page(f'<meta name="DCTERMS.bibliographicCitation" content="{pairs}"><meta name="dc.Title" content="A">')
    assert (record.volume, record.issue, record.pages) == ("39", "1", "129-136")


def test_volume_and_journal_in_one_object_are_both() -> None:
    part = {"@type": ["PublicationVolume", "Periodical"], "name": "Nature", "volumeNumber": "596"}
    record = page("", {"@type": "ScholarlyArticle", "headline": "A", "isPartOf": part})
    assert record.container is not None
    assert (record.container.title, record.volume) == ("Nature", "596")


def test_file_has_the_media_type_that_is_told_and_not_the_one_that_is_presumed() -> None:
    url = "https://ndownloader.figshare.example/files/222"
    download = {"@type": "DataDownload", "contentUrl": url, "encodingFormat": "text/csv", "contentSize": "12 KB"}
    record = page(metas(citation_pdf_url=url), {"@type": "Dataset", "name": "A", "distribution": [download]})
    assert [(f.url, f.mime, f.size_label) for f in record.files] == [(url, "text/csv", "12 KB")]


def test_funder_and_grant_of_dspace_are_funding() -> None:
    record = page(metas(citation_title="A", citation_funder="NIHR", citation_grant_number="10BP12_185527"))
    assert [(f.funder_name, f.award_number) for f in record.funding] == [("NIHR", None), (None, "10BP12_185527")]


def test_section_of_a_journal_is_no_subject_and_that_of_a_newspaper_is() -> None:
    section = metas(article__section="Original research")
    assert not page(metas(citation_title="A") + section).subjects
    assert [s.term for s in page(metas(og__title="A") + section).subjects] == ["Original research"]


@pytest.mark.parametrize("name", ["fmlmadmin", "jroe2"])
def test_login_is_no_creator(name: str) -> None:
    record = page(f'<meta name="dcterms.title" content="A"><meta name="dcterms.creator" content="{name}">')
    assert (record.contributors, record.extra) == ((), {"dcterms.creator": [name]})


def test_orcid_of_another_vocabulary_is_that_of_the_same_person() -> None:
    orcid = "0000-0002-1825-0097"
    person = {"@type": "Person", "name": "Ann Roe", "@id": f"https://orcid.org/{orcid}"}
    work = {"@type": "Dataset", "name": "A", "author": [person]}
    assert [c.orcid for c in page(metas(citation_author="Ann Roe"), work).contributors] == [orcid]
    assert [c.orcid for c in page(metas(citation_author="Bob Roe"), work).contributors] == [None]
    two = metas(citation_author="Ann Roe") * 2
    assert all(c.orcid is None for c in page(two, work).contributors)


def test_what_digital_commons_says_twice_is_said_once() -> None:
    record = page(metas(citation_author="Ann Roe", bepress_citation_author="Roe, Ann", bepress_citation_title="A"))
    assert [c.name for c in record.contributors] == ["Roe, Ann"]


def test_first_day_on_gov_uk_is_the_day_of_publication() -> None:
    head = metas(govuk__first_published_at="2021-09-07T12:00:00+01:00").replace(
        "first_published_at", "first-published-at"
    )
    changed = "2022-03-03T12:00:00+00:00"
    assert page(head, {"@type": "Article", "name": "A", "datePublished": changed}).issued == "2021-09-07"


def test_address_of_the_resolver_is_a_doi() -> None:
    record = page("", {"@type": "ScholarlyArticle", "headline": "A", "url": "http://dx.doi.org/10.5555/x"})
    assert [(i.scheme, i.value) for i in record.identifiers] == [("doi", "10.5555/x"), ("url", ADDRESS)]


def test_post_beside_a_name_is_no_person() -> None:
    people = [{"@type": "Person", "name": "Nick Roe"}, {"@type": "Person", "name": "Health correspondent"}]
    record = page("", {"@type": "NewsArticle", "headline": "A", "author": people})
    assert [c.name for c in record.contributors] == ["Roe, Nick"]
    assert record.extra == {"author": ["Health correspondent"]}


def test_advertised_studentship_is_one_and_a_job_is_not() -> None:
    advert = {
        "@type": "JobPosting", "title": "PhD Studentship: leading", "datePosted": "2021-05-01",
        "hiringOrganization": {"@type": "Organization", "name": "University of Leeds"},
    }  # fmt: skip
    record = page("", advert)
    assert (record.title, record.type, record.issued) == ("PhD Studentship: leading", "studentship", "2021-05-01")
    assert [i.name for i in record.institutions] == ["University of Leeds"]
    assert page("", {**advert, "title": "Lecturer"}).type == "other"


# --- titles and walls ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("On leading: a view | Faculty of Leaders", "<h1>On leading: a view</h1>", "On leading: a view"),
        ("On leading | A view", "<h1><a href='/'>On leading</a></h1>", "On leading | A view"),
        ("Faculty | On leading", "<h1>Faculty</h1>", "Faculty | On leading"),
        ("FMLM | On leading", "<h1>FMLM</h1>", "On leading"),  # www.fmlm.example
        ("On leading: a view", "<h1>On leading: a view</h1>", "On leading: a view"),
        (
            "港特首就住宅违建事件道歉 - 中文网 - 两岸三地",
            "<h1>港特首就住宅违建事件道歉</h1>",
            "港特首就住宅违建事件道歉",
        ),
    ],
)
def test_title_ends_where_the_heading_does(title: str, heading: str, expected: str) -> None:
    assert read(f"<title>{title}</title><body>{heading}</body>".encode()).title == expected


@pytest.mark.parametrize(
    "payload",
    [
        "<title>Spiral</title><body><ds-app></ds-app><script>var a</script><noscript>Enable it</noscript></body>",
        "<title>React App</title><body><div id=root></div></body>",
        "<title>Before you continue</title><body><h1>We value your privacy</h1></body>",
        "<title>Page not found | FMLM</title><meta name='dcterms.title' content='Page not found'>",
        "<title>Sorry, we couldn't find that page - FMLM</title>",
        "<title>WordPress &rsaquo; Error</title>",
        "<title>Database Error</title><h1>Error establishing a database connection</h1>",
        "<title>Article not found | Journal</title><meta name='citation_journal_title' content='J X'>",
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Feed</title></channel></rss>",
    ],
)
def test_page_without_a_work_is_refused(payload: str) -> None:
    with pytest.raises(RecordError):
        read(payload.encode(), ADDRESS)


@pytest.mark.parametrize("title", ["Something went wrong: a memoir of patient safety", "Maintenance of certification"])
def test_work_with_words_of_a_wall_is_read(title: str) -> None:
    assert read(f"<title>{title}</title><body><p>Text</p></body>".encode()).title == title
