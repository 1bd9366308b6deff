"""What the platforms of journals, repositories and newspapers say beside the truth: each case is one that their pages have."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.errors import RecordError
from harvester.record import Record

from .pages import metas, page, read

Head = list[tuple[str, str]]


def head(*tags: tuple[str, str]) -> str:
    return "".join(f'<meta name="{name}" content="{content}">' for name, content in tags)


def people(record: Record) -> list[str]:
    return [c.name for c in record.contributors]


def terms(record: Record) -> list[str]:
    return [s.term for s in record.subjects]


def where(record: Record) -> tuple[str | None, str | None]:
    return (record.container.title, record.container.type) if record.container else (None, None)


ARTICLE = (("citation_title", "Leading wards"), ("citation_journal_title", "BMJ Leader"), ("citation_volume", "5"))


# --- dates -----------------------------------------------------------------------------------------------------------


def test_month_on_the_cover_has_no_day() -> None:
    """Springer Nature: ``citation_cover_date`` is the first of the month that ``citation_publication_date`` names."""
    dates = (("citation_publication_date", "2010/09"), ("citation_cover_date", "2010/09/01"))
    assert page(head(*ARTICLE, *dates)).issued == "2010-09"
    dates = (("citation_publication_date", "2010/09"), ("citation_cover_date", "2010/09/15"))
    assert page(head(*ARTICLE, *dates)).issued == "2010-09-15"


def test_second_that_dspace_calls_the_date_of_a_work_is_that_of_its_deposit() -> None:
    tags = (("generator", "DSpace 6.3"), ("citation_title", "A"), ("citation_date", "2018-05-14T09:41:45Z"))
    assert page(head(*tags, ("DCTERMS.issued", "2017-02"))).issued == "2017-02"
    assert page(head(*tags)).issued is None


@pytest.mark.parametrize(("changed", "expected"), [("2022-02-24", "2022-02-25"), ("2020-02-24", None)])
def test_post_that_waited_for_its_day_was_published_on_it(changed: str, expected: str | None) -> None:
    tags = (
        ("article:published_time", "2022-02-25T08:29:25+00:00"),
        ("article:modified_time", f"{changed}T13:29:59+00:00"),
    )
    dates = page(head(*tags), title="A").dates
    assert next((d.value for d in dates if d.type == "issued"), None) == expected


# --- people ----------------------------------------------------------------------------------------------------------


def test_author_of_a_second_tag_is_not_another_one_and_of_the_same_tag_is() -> None:
    assert people(page(head(*ARTICLE, ("citation_author", "Anne Dupont"), ("citation_authors", "Anne Dupont")))) == [
        "Dupont, Anne"
    ]
    assert (
        people(page(head(*ARTICLE, ("citation_author", "Wei Wang"), ("citation_author", "Wei Wang"))))
        == ["Wang, Wei"] * 2
    )
    assert people(page(head(("author", "Ann Roe"), ("author", "Bob Doe"), ("author", "Ann Roe")), title="A")) == [
        "Roe, Ann",
        "Doe, Bob",
    ]
    one = {"@type": "Person", "name": "Ann Roe"}
    assert people(page("", {"@type": "Article", "headline": "A", "author": one, "creator": ["Ann Roe"]})) == [
        "Roe, Ann"
    ]


def test_account_is_no_author_though_nothing_says_that_it_is_a_person() -> None:
    """Yoast names authors by ``name`` and ``@id`` alone."""
    record = page("", {"@type": "Article", "headline": "A", "author": {"name": "bmjblogsadmin", "@id": "#/person/1"}})
    assert (record.contributors, record.extra["author"]) == ((), ["bmjblogsadmin"])


def test_site_is_no_author_by_its_name_without_its_motto_or_accents() -> None:
    site = ("og:site_name", "Graiul Maramureșului - Cotidian independent")
    assert people(page(head(site, ("author", "Graiul Maramureşului")), title="A")) == []


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Guest post by Ann Roe @annroe", ["Roe, Ann"]),
        ("Ann Roe, Health editor", ["Roe, Ann"]),
        ("Ann Roe is a GP in Leeds", ["Roe, Ann"]),
        ("Words: Ann Roe, 3 May 2021", ["Roe, Ann"]),
        ("Ann Roe/John Doe", ["Roe, Ann", "Doe, John"]),
        ("Ann Roe, CNN", ["Roe, Ann"]),
        ("By: CNN Wire", []),
        ("By Dana A. Ford, James Corey, and Tom Watkins, CNN", ["Ford, Dana A.", "Corey, James", "Watkins, Tom"]),
        ("Ann Roe, Bob Doe and Mary Poe", ["Roe, Ann", "Doe, Bob", "Poe, Mary"]),
        ("Ann Roe \U0001f469\u200d\u2695\ufe0f", ["Roe, Ann"]),
        ("Interview with Ann Roe", []),
        ("Institute for Government", ["Institute for Government"]),
        ("Communications Officer", []),
        ("Anonymous GP", []),
        ("A doctor", []),
        ("Redacción", []),
        ("3 May 2021", []),
    ],
)
def test_of_a_byline_the_name_is_left(byline: str, expected: list[str]) -> None:
    assert people(page(head(("author", byline)), title="A piece")) == expected
    author = {"@type": "Person", "name": byline}
    assert people(page("", {"@type": "Article", "headline": "A piece", "author": author})) == expected


def test_institutions_after_all_authors_are_not_those_of_the_last() -> None:
    tags = [("citation_author", "Roe, Ann"), ("citation_author", "Doe, Bob")]
    places = [("citation_author_institution", "Leeds"), ("citation_author_institution", "York")]
    record = page(head(*ARTICLE, *tags, *places))
    assert [c.affiliations for c in record.contributors] == [(), ()]
    assert record.extra["citation_author_institution"] == ["Leeds", "York"]


# --- kinds and places ------------------------------------------------------------------------------------------------


def test_chapter_is_one_though_springer_calls_it_a_scholarly_article() -> None:
    book = {"@type": "Book", "name": "Leading care"}
    chapter = {"@type": "ScholarlyArticle", "headline": "Wards", "isPartOf": book}
    tags = head(("citation_title", "Wards"), ("citation_inbook_title", "Leading care"))
    assert page(tags, chapter).type == page("", chapter).type == "chapter"
    assert where(page("", chapter)) == ("Leading care", "book")


def test_article_that_hal_calls_a_journal_is_one() -> None:
    assert page(head(*ARTICLE, ("DC.type", "journal"))).type == "article"


@pytest.mark.parametrize(("news", "expected"), [({"@type": "NewsArticle"}, "newspaper-article"), ({}, "web-page")])
def test_article_of_a_content_system_is_none_of_a_journal(news: dict[str, Any], expected: str) -> None:
    record = page(
        head(("DC.type", "Text.Article"), ("DC.title", "A"), ("og:site_name", "Fox News")), {**news, "headline": "A"}
    )
    assert (record.type, where(record)) == (expected, ("Fox News", "website"))


def test_what_a_reader_subscribes_to_is_no_journal() -> None:
    """Google's markup for pages that cost something."""
    sold = {"@type": ["CreativeWork", "Product"], "name": "All Access", "productID": "x:all"}
    record = page(head(("og:site_name", "Sun")), {"@type": "NewsArticle", "headline": "A", "isPartOf": sold})
    assert where(record) == ("Sun", "website")


def test_opinion_of_a_newspaper_is_no_commentary_in_a_journal() -> None:
    assert page("", {"@type": ["Article", "OpinionNewsArticle"], "headline": "A"}).type == "newspaper-article"
    assert page("", {"@type": ["ScholarlyArticle", "OpinionNewsArticle"], "headline": "A"}).type == "commentary"


def test_article_of_a_blog_is_an_opinion() -> None:
    item = {"@type": "Article", "headline": "A"}
    assert page("", item, address="https://www.fmlm.example/blogs/a").type == "web-opinion"
    assert page("", item, address="https://www.fmlm.example/blogs").type == "web-page"
    news = {"@type": "NewsArticle", "headline": "A"}
    assert page("", news, address="https://annroe.substack.com/p/a").type == "web-opinion"


def test_home_page_is_no_news() -> None:
    assert page("", {"@type": "NewsArticle", "headline": "News"}, address="https://paper.example/").type == "web-page"


def test_preprint_is_told_by_its_doi() -> None:
    tags = (("citation_title", "A"), ("citation_doi", "10.2139/ssrn.3500000"))
    assert page(head(*tags)).type == "preprint"
    assert page(head(*tags, ("citation_journal_title", "BMJ Leader"))).type == "article"


def test_proceedings_are_a_container_and_a_conference_is_an_event() -> None:
    record = page(head(("citation_title", "A"), ("citation_conference_title", "Proceedings of the 2021 Meeting")))
    assert (where(record), record.event) == (("Proceedings of the 2021 Meeting", "proceedings"), None)
    record = page(head(("citation_title", "A"), ("citation_conference_title", "19th Symposium on Wards")))
    assert record.event is not None
    assert record.event.name == "19th Symposium on Wards"


def test_publication_of_gov_uk_is_a_report_of_its_department() -> None:
    tags = (("govuk:format", "independent_report"), ("govuk:primary-publishing-organisation", "Department of Health"))
    item = {"@type": "Article", "name": "A", "publisher": {"@type": "Organization", "name": "GOV.UK"}}
    record = page(head(*tags, ("og:site_name", "GOV.UK")), item)
    assert (record.type, record.publisher, record.container) == ("report", "Department of Health", None)


def test_tags_of_eprints_on_a_publisher_s_page_make_no_repository() -> None:
    tags = (("eprints.title", "A"), ("prism.issn", "1993-078X"), ("citation_online_date", "2011/05/05"))
    assert page(head(*ARTICLE, *tags)).issued == "2011-05-05"


def test_pubmed_is_no_publisher_and_its_keywords_are_no_subjects() -> None:
    tags = (
        ("ncbi_db", "pubmed"),
        ("citation_publisher", "BMJ Lead"),
        ("keywords", "pmid:31678901, Humans, Ann Roe, NLM"),
    )
    record = page(head(*ARTICLE, *tags), address="https://pubmed.ncbi.nlm.nih.gov/31678901/")
    assert (record.publisher, terms(record)) == (None, [])
    assert ("pmid", "31678901", "self") in [(i.scheme, i.value, i.relation) for i in record.identifiers]


# --- words -----------------------------------------------------------------------------------------------------------


def test_title_that_is_the_site_s_gives_way() -> None:
    body = "<title>{}</title><body><h1>{}</h1></body>"
    assert page(head(("dc.title", "FMLM"), ("og:title", "On leading")), title="FMLM").title == "On leading"
    assert read(body.format("", "On leading wards").encode()).title == "On leading wards"
    assert read(body.format("FMLM", "On leading wards").encode()).title == "On leading wards"
    assert read(body.format("FMLM", "FMLM").encode()).title == "FMLM"
    assert read(body.format("FMLM", "Home").encode(), "https://www.fmlm.example/").title == "FMLM"


@pytest.mark.parametrize(
    "title",
    [
        "On leading - Fmlm.example",
        "On leading - FMLM",
        "On leading on FMLM.example",
        "On leading- The FMLM",
        "FMLM | On leading",
    ],
)
def test_title_ends_before_the_name_that_stands_in_the_address(title: str) -> None:
    assert page("", title=title).title == "On leading"


def test_word_of_an_address_may_be_one_of_a_title() -> None:
    for title in ("Doctors on leadership", "Leading in health: leadership", "Leadership: a view"):
        assert page("", title=title, address="https://www.leadership.example/a").title == title
    assert page(head(("og:site_name", "PeerJ")), title="Reefs [PeerJ]").title == "Reefs"


@pytest.mark.parametrize(
    ("lang", "locale", "title", "expected"),
    [
        ("ur", "en_US", "سانحہ مری کیس: عدالت", ["ur"]),
        ("en", "en_US", "日本調査：三千余家日企剥削外国実習生", []),
        ("en", "", "Integrante de Tatu se queda sin voz por un error de los médicos", []),
        ("ja", "", "Leadership in the hospitals of Japan", []),
        ("es", "", "Leadership", ["es"]),
        ("en-GB", "en_US", "Leading the wards", ["en-GB"]),
        ("", "en_US", "Leading the wards", ["en"]),
        ("de", "", "El Niño", ["de"]),
    ],
)
def test_language_of_a_template_is_not_that_of_what_is_plainly_in_another(
    lang: str, locale: str, title: str, expected: list[str]
) -> None:
    page_ = f'<html lang="{lang}"><title>{title}</title><meta property="og:locale" content="{locale}">'
    assert list(read(page_.encode()).language) == expected


def test_descriptions_that_say_nothing_or_the_same_are_dropped() -> None:
    abstract = "Leaders of wards were asked what they do. " * 8
    tags = (
        ("citation_abstract", f"&lt;p&gt;{abstract}&lt;/p&gt;"),
        ("DC.Description", abstract),
        ("description", abstract[:150] + "…"),
    )
    assert [d.type for d in page(head(*ARTICLE, *tags)).descriptions] == ["abstract"]
    for empty in (
        "Click on the article title to read more.",
        "By Ann Roe, Published on 01/01/19",
        "BMJ Leader",
        "Founded in 1920, the FMLM is a private body",
        "FMLM is the home of leaders",
    ):
        record = page(head(*ARTICLE, ("og:site_name", "FMLM"), ("description", empty)))
        assert (record.descriptions, record.extra["description"]) == ((), [empty])


@pytest.mark.parametrize(
    "said", ["Founded in 1948, the NHS has leaders", "Welcome to our series on leading", "FMLM asks who leads"]
)
def test_description_that_only_begins_like_one_of_a_site_is_one_of_the_work(said: str) -> None:
    record = page(head(("og:site_name", "FMLM"), ("description", said)), title="A piece")
    assert [d.text for d in record.descriptions] == [said]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("Montana,Shelby,Scottsbluff, Nebraska", ["Montana", "Shelby", "Scottsbluff, Nebraska"]),
        ("Kenya,Times", ["Kenya", "Times"]),
        ("leaders, wards,", ["leaders", "wards"]),
        ("Business, Finance, &amp; Economics", ["Business, Finance, & Economics"]),
        ("Physics, general", ["Physics, general"]),
        ("2,4-D, herbicides, soil", ["2,4-D", "herbicides", "soil"]),
        ("Leadership, Moral", ["Leadership, Moral"]),
    ],
)
def test_keywords_are_divided_where_they_are_several(sent: str, expected: list[str]) -> None:
    assert terms(page(head(("keywords", sent)), title="A")) == expected


def test_genre_of_springer_nature_may_be_a_subject() -> None:
    record = page(
        "",
        {
            "@type": "ScholarlyArticle",
            "headline": "A",
            "genre": ["Medicine"],
            "keywords": ["Medicine", "ScholarlyArticle"],
        },
    )
    assert terms(record) == ["Medicine"]


def test_keyword_that_is_the_title_with_its_site_is_none() -> None:
    title = "The least worst option: a divided land"
    assert terms(page(head(("keywords", f"{title} - CNN.com, europe")), title=title)) == ["europe"]


def test_tags_of_wolters_kluwer_are_those_of_highwire() -> None:
    tags = (("wkhealth_title", "A"), ("wkhealth_journal_title", "Health Care Review"), ("wkhealth_volume", "45"))
    assert page(head(*tags)).type == "article"


def test_authors_types_and_numbers_are_no_subjects() -> None:
    tags = (("DC.creator", "Roe, Ann"), ("DC.creator", "Doe, Bob"), ("DC.type", "Journal Article"))
    words = "Ann Roe; Ann Roe, Bob Doe; Journal Article; doi:10.1136/x; wards"
    record = page(head(*ARTICLE, *tags, ("citation_keywords", words)))
    assert terms(record) == ["wards"]
    assert len(record.extra["keywords"]) == 4
    body = (("citation_author", "World Health Organization"), ("citation_keywords", "World Health Organization"))
    assert terms(page(head(*ARTICLE, *body))) == ["World Health Organization"]  # it may write about itself


def test_picture_is_no_file_and_a_file_no_address_of_the_work() -> None:
    picture = {"@type": "ImageObject", "url": "https://x.example/a.jpg"}
    assert page("", {"@type": "NewsArticle", "headline": "A", "associatedMedia": picture}).files == ()
    url = "https://x.example/a.pdf"
    record = page(head(*ARTICLE, ("citation_pdf_url", url), ("DC.identifier", url), ("DC.identifier", "12")))
    assert [f.url for f in record.files] == [url]
    assert [i.scheme for i in record.identifiers] == ["url"]


def test_terms_of_dublin_core_are_read_with_either_prefix() -> None:
    record = page(
        head(
            ("dc.title", "A"),
            ("dc.issued", "2020-05"),
            ("dc.accessRights", "open-access"),
            ("dcterms.accessRights", "2"),
        )
    )
    assert (record.issued, record.access, record.rights) == ("2020-05", "open", ())


@pytest.mark.parametrize(
    "title",
    ["Redirect Notice", "Example Domain", "Wayback Machine", "Subscribe to read | FT", "This page has been removed"],
)
def test_page_that_only_leads_elsewhere_is_no_work(title: str) -> None:
    with pytest.raises(RecordError):
        page(metas(og__type="website"), title=title)


# --- addresses, theses, books ----------------------------------------------------------------------------------------


def test_address_that_is_said_from_where_the_page_is_is_read() -> None:
    urls = (("citation_pdf_url", "/files/a.pdf"), ("citation_fulltext_html_url", "../full/1"))
    record = page(head(*ARTICLE, *urls), address="https://www.fmlm.example/news/opinion/a")
    assert [f.url for f in record.files] == ["https://www.fmlm.example/files/a.pdf"]
    assert "https://www.fmlm.example/news/full/1" in [i.value for i in record.identifiers]
    item = {"@type": "Report", "headline": "A", "encoding": {"@type": "MediaObject", "contentUrl": "/a.pdf"}}
    assert [f.url for f in page("", item).files] == ["https://www.fmlm.example/a.pdf"]


def test_site_that_names_itself_as_a_journal_is_none() -> None:
    tags = (("citation_title", "My post"), ("citation_journal_title", "Ann thinks"), ("og:site_name", "Ann thinks"))
    record = page(head(*tags))
    assert (record.type, where(record)) == ("web-page", ("Ann thinks", "website"))
    record = page(head(*tags, ("citation_volume", "5")))
    assert (record.type, where(record)) == ("article", ("Ann thinks", "journal"))


@pytest.mark.parametrize(
    ("degree", "expected"),
    [
        ("PhD", ("doctoral-thesis", "PhD", "doctoral")),
        ("Master of Science", ("masters-thesis", "Master of Science", "masters")),
        ("Diploma", ("thesis", "Diploma", None)),
    ],
)
def test_degree_tells_the_kind_of_a_thesis(degree: str, expected: tuple[str, str, str | None]) -> None:
    record = page(head(("citation_title", "A"), ("citation_dissertation_name", degree)))
    assert record.degree is not None
    assert (record.type, record.degree.name, record.degree.level) == expected


def test_book_that_names_itself_is_in_no_book_and_a_conference_paper_in_its_proceedings() -> None:
    isbn = ("citation_isbn", "978-1-912281-66-4")
    book = page(head(("citation_title", "Leading care"), ("citation_book_title", "Leading care"), isbn))
    assert (book.type, book.container) == ("book", None)
    tags = (
        ("citation_title", "A"),
        ("citation_inbook_title", "AI 2020"),
        ("citation_conference_title", "AI Conference"),
        isbn,
    )
    paper = page(head(*tags))
    assert (paper.type, where(paper)) == ("conference-paper", ("AI 2020", "proceedings"))


# --- Highwire, Atypon, D-Lib -----------------------------------------------------------------------------------------


def test_highwire_calls_what_is_free_restricted() -> None:
    tags = (*ARTICLE, ("citation_mjid", "leader;5/1/20"), ("DC.AccessRights", "restricted"))
    assert page(head(*tags)).access is None
    assert page(head(*tags[:-1], ("DC.AccessRights", "open-access"))).access == "open"


def test_number_of_a_preprint_is_no_page() -> None:
    tags = (
        ("citation_title", "A"),
        ("citation_journal_title", "bioRxiv"),
        ("citation_doi", "10.1101/2020.03.22.002386"),
    )
    record = page(head(*tags, ("citation_firstpage", "2020.03.22.002386")))
    assert (record.pages, record.start_page, record.article_number) == (None, None, None)


@pytest.mark.parametrize(
    ("day", "cited", "expected"),
    [
        ("8 Jul 2009", "(2008). {}. Acta Orthopaedica: Vol. 79, No. 5, pp. 594-601.", ("2008", "79", "5", "594-601")),
        ("13 May 2020", "(2020). {}. Acta Orthopaedica: Vol. 91, No. 3, pp. 1-8.", ("2020-05-13", "91", "3", "1-8")),
        ("13 May 2020", "(2020). {}. Acta Orthopaedica: Vol. 0, No. 0, pp. 1-8.", ("2020-05-13", None, None, None)),
    ],
)
def test_citation_in_the_description_knows_the_issue(
    day: str, cited: str, expected: tuple[str, str | None, str | None, str | None]
) -> None:
    """Taylor & Francis: ``dc.Date`` is the day online, for old articles that of their digitisation."""
    title = "Patient satisfaction: A comparison"
    tags = (("dc.Title", title), ("dc.Date", day), ("citation_journal_title", "Acta Orthopaedica"))
    record = page(head(*tags, ("dc.Source", "http://x.example/submit"), ("og:description", cited.format(title))))
    assert (record.issued, record.volume, record.issue, record.pages) == expected
    assert (record.descriptions, record.relations, where(record)) == ((), (), ("Acta Orthopaedica", "journal"))


def test_two_renderings_of_an_abstract_are_one() -> None:
    abstract = "An outbreak of the novel coronavirus, the causative agent of a respiratory disease, has infected many people{}."
    tags = (
        ("citation_abstract", abstract.format("&lt;sup&gt;1,2&lt;/sup&gt;")),
        ("DC.Description", abstract.format("[1][1],[2][2]")),
    )
    assert [d.type for d in page(head(*ARTICLE, *tags)).descriptions] == ["abstract"]


def test_tag_is_known_by_its_id_where_it_has_no_name_and_a_number_is_no_short_title() -> None:
    assert [i.value for i in page('<meta id="DOI" content="10.1045/may2017-x">', title="A").identifiers][:1] == [
        "10.1045/may2017-x"
    ]
    record = page(head(*ARTICLE, ("citation_journal_abbrev", "1")))
    assert record.container is not None
    assert record.container.short_title is None


# --- pages of sites --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"copyrightYear": 2026},
        {"dateModified": "2026-08-12"},
        {"copyrightNotice": "© 2026"},
    ],
)
def test_page_is_not_published_by_its_copyright_or_its_making(said: dict[str, Any]) -> None:
    assert page("", {"@type": "Article", "headline": "A", **said}).issued is None
    assert page(head(("copyright", "© 2026 FMLM"), ("dcterms.modified", "2026-08-12")), title="A").issued is None
    made = head(("dcterms.created", "2026-08-12"))
    assert page(made, title="A").issued == "2026-08-12"
    assert page(made, title="A", address="https://www.fmlm.example/").issued is None


def test_book_of_a_year_of_copyright_is_of_that_year() -> None:
    assert page("", {"@type": "Book", "name": "A", "copyrightYear": 2019}).issued == "2019"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("PhD studentship: leadership in the NHS", "studentship"),
        ("Fully funded PhD in leadership", "studentship"),
        ("What PhD studentships do to departments", "web-page"),
    ],
)
def test_advertised_studentship_is_told_by_its_title(title: str, expected: str) -> None:
    assert page("", title=title).type == expected


def test_news_of_a_public_body_is_none_of_a_newspaper_and_its_opinion_none_of_a_journal() -> None:
    item = {"@type": "NewsArticle", "headline": "A"}
    assert page("", item, address="https://www.rcplondon.ac.uk/news/a").type == "web-page"
    assert page("", item, address="https://www.theguardian.com/news/a").type == "newspaper-article"
    record = page(head(("dcterms.title", "A"), ("dcterms.type", "Opinion"), ("og:site_name", "FMLM")))
    assert (record.type, where(record)) == ("web-opinion", ("FMLM", "website"))


def test_only_date_of_dublin_core_comes_before_that_of_a_content_system() -> None:
    dates = page(head(("DC.title", "A"), ("DC.date", "2018-05-13"), ("article:published_time", "2024-01-01"))).dates
    assert [(d.type, d.value) for d in dates] == [("issued", "2018-05-13")]


@pytest.mark.parametrize(
    "tag",
    [
        ("generator", "DSpace 6.3"),
        ("DC.identifier", "http://hdl.handle.net/1/2"),
        ("DC.source", "BMJ Leader"),
        ("DC.Source.Volume", "5"),
    ],
)
def test_article_of_a_repository_is_one_by_what_only_such_have(tag: tuple[str, str]) -> None:
    assert page(head(("DC.title", "A"), ("DC.type", "Article"), tag)).type == "article"


def test_book_that_is_named_as_a_journal_is_one_by_its_isbn() -> None:
    tags = (
        ("citation_title", "A"),
        ("citation_journal_title", "Handbook of Wards"),
        ("citation_isbn", "978-1-912281-66-4"),
    )
    record = page(head(*tags, ("citation_firstpage", "83")))
    assert (record.type, where(record)) == ("chapter", ("Handbook of Wards", "book"))


def test_site_that_would_be_a_person_by_its_name_is_no_creator() -> None:
    for name, expected in (("Pretty Skincare", []), ("Nuffield Trust", ["Nuffield Trust"])):
        assert people(page(head(("og:site_name", name), ("DC.creator", name)), title="A")) == expected
