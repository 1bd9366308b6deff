"""Records of repositories that were strangers: what their elements say, and what they only seem to say."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record

from .test_oai_rules import dim, dublin_core


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("Masters Theses 1911 - February 2014", "masters-thesis"),  # ScholarWorks@UMass
        ("LSU Doctoral Dissertations", "doctoral-thesis"),
        ("Honors Theses", "bachelors-thesis"),
        ("Graduate Theses, Dissertations, and Problem Reports", "thesis"),
        ("Faculty Publications", "other"),
    ],
)
def test_a_work_of_a_series_of_theses_in_digital_commons_is_a_thesis(series: str, expected: str) -> None:
    record = dublin_core(("type", "text"), ("source", series), dialect="digital_commons")
    assert record.type == expected
    assert record.container is not None
    assert (record.container.title, record.container.type) == (series, "series")


@pytest.mark.parametrize(
    ("creators", "expected"),
    [
        (["Roe, Anna", "Doe, J", "Roe, Anna", "Doe, J"], ["Roe, Anna", "Doe, J"]),
        (["Wang, Yi", "Wang, Yi"], ["Wang, Yi"]),
        (["Wang, Y", "Wang, Y"], ["Wang, Y", "Wang, Y"]),  # may be two
        (["Wang, Yi", "Doe, J", "Wang, Yi"], ["Wang, Yi", "Doe, J", "Wang, Yi"]),
    ],
)
def test_the_list_of_authors_that_is_sent_twice_is_one(creators: list[str], expected: list[str]) -> None:
    record = dublin_core(*[("creator", name) for name in creators])
    assert [c.name for c in record.contributors] == expected


def test_an_author_is_not_a_contributor_of_unknown_role_as_well() -> None:
    record = dublin_core(("creator", "Roe, Anna"), ("contributor", "Roe, Anna"), ("contributor", "Poe, E"))
    assert [(c.name, c.role) for c in record.contributors] == [("Roe, Anna", "author"), ("Poe, E", "other")]


def test_the_number_within_a_series_is_no_report_number() -> None:
    record = dublin_core(
        ("type", "Doctoral thesis"), ("relation", "Studies in Science. Dissertations, 0345-7524 ; 1234")
    )
    assert [(i.scheme, i.value) for i in record.identifiers if i.scheme != "oai"] == [("issn", "0345-7524")]
    assert record.container is not None
    assert record.container.type == "series"
    numbered = dublin_core(("relation", "Technical reports, 0345-7524 ; UCAM-CL-TR-12"))
    assert "report-number" in {i.scheme for i in numbered.identifiers}


def test_contentdm_is_told_by_the_address_of_its_page() -> None:
    page = ("identifier", "http://content.lib.utah.edu/cdm/ref/collection/Art2/id/10326")
    source = ("source", "photo by Amelia Walchli")
    known = dublin_core(page, source, identifier="oai:content.lib.utah.edu:Art2/10326")
    other = dublin_core(page, source, identifier="oai:content.lib.utah.edu:Art2/10327")
    assert known.container is None
    assert [r.type for r in known.relations] == ["is-derived-from"]
    assert other.container is not None


def test_a_doi_in_the_header_is_no_number_of_the_repository() -> None:
    doi = "http://dx.doi.org/10.4231/R7DB7ZSC"  # HUBzero
    record = dublin_core(("type", "publications:dataset"), ("identifier", doi), identifier=doi)
    assert [(i.scheme, i.value) for i in record.identifiers] == [("doi", "10.4231/r7db7zsc")]
    assert record.type == "dataset"


def typed(*fields: tuple[str, str, str], identifier: str = "oai:x.example:1") -> Record:
    """A record whose elements name the schemes of their values."""
    body = "".join(f'<dc:{name} xsi:type="{kind}">{value}</dc:{name}>' for name, kind, value in fields)
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    payload = f"<record><metadata><dc {names}>{body}</dc></metadata></record>".encode()
    return normalise(RawRecord(source="s", identifier=identifier, format="oai_dc", payload=payload))


def own(record: Record) -> list[tuple[str, str]]:
    return [(i.scheme, i.value) for i in record.identifiers if i.scheme != "oai" and i.relation == "self"]


def test_a_number_of_a_library_network_is_no_isbn_although_its_check_digit_is_right() -> None:
    identifier = "oai:dnb.de/dnb:reiheC/1310061653"
    assert own(dublin_core(("identifier", "1310061653"), identifier=identifier)) == [("local", "1310061653")]
    assert own(typed(("identifier", "dnb:IDN", "1310061653"))) == [("local", "1310061653")]


@pytest.mark.parametrize("behind", ["keine Bindung", "keine Bindung : EUR 9.95 (DE), EUR 10.30 (AT)"])
def test_binding_and_price_stand_behind_an_isbn(behind: str) -> None:
    sent = f"978-3-8283-1062-9 {behind}"
    assert own(typed(("identifier", "tel:ISBN", sent))) == [("isbn", "9783828310629")]
    assert own(dublin_core(("identifier", sent))) == [("isbn", "9783828310629")]


def test_a_subject_says_its_scheme() -> None:
    record = typed(("subject", "dcterms:LCC", "TA1-2040"), ("subject", "dcterms:Unheard", "Bridges"))
    assert [(s.term, s.scheme) for s in record.subjects] == [("TA1-2040", "lcc"), ("Bridges", "")]


@pytest.mark.parametrize(
    ("sent", "place", "publisher"),
    [
        (["Hamburg", "Rostock : Bundesamt f\u00fcr Seeschifffahrt"], "Hamburg", "Bundesamt f\u00fcr Seeschifffahrt"),
        (["Sch\u00f6nb\u00fchl/Bern : Hallwag"], "Sch\u00f6nb\u00fchl/Bern", "Hallwag"),
        (["[K\u00f6ln] : ACV, Automobil-Club Verkehr"], "K\u00f6ln", "ACV, Automobil-Club Verkehr"),
    ],
)
def test_publishers_of_the_german_national_library(sent: list[str], place: str, publisher: str) -> None:
    record = dublin_core(*[("publisher", value) for value in sent])
    assert (record.place, record.publisher) == (place, publisher)


def test_doaj_sends_when_a_journal_was_listed_and_all_its_numbers() -> None:
    record = dublin_core(
        ("type", "journal"),
        ("identifier", "2549-2659"),
        ("identifier", "0853-2982"),
        ("date", "2017-08-25T11:23:00Z"),
        identifier="oai:doaj.org/journal:9f346221ca764a8d903fa29c74d44ebc",
    )
    assert sorted(own(record)) == [("issn", "0853-2982"), ("issn", "2549-2659")]
    assert record.issued is None
    assert [d.type for d in record.dates] == ["deposited"]


def test_statements_of_responsibility_and_years_of_copyright() -> None:
    fields = (
        ("creator", "Roy, Anika"),
        ("creator", "Hasan, Sadia Binte"),
        ("description", "by Anika Roy and Sadia Binte Hasan."),
        ("description", "Catalogued from PDF version of thesis."),
        ("date", "\u00a92023"),
        ("date", "2023-11"),
    )
    record = dublin_core(*fields, dialect="dspace")
    assert [d.text for d in record.descriptions] == ["Catalogued from PDF version of thesis."]
    assert {(d.type, d.value) for d in record.dates} == {("copyrighted", "2023"), ("issued", "2023-11")}
    alone = dublin_core(("date", "\u00a92023"))
    assert [d.type for d in alone.dates] == ["issued"]


def test_the_degree_that_dspace_describes() -> None:
    record = dim(("dc.type", "Thesis"), ("dc.description.degree", "Bachelor of Science in Biotechnology"))
    assert record.type == "bachelors-thesis"
    assert record.degree is not None


def test_a_publisher_that_is_the_journal_is_none() -> None:
    record = dublin_core(("publisher", "Phys. Rev. Lett."), ("source", "Phys. Rev. Lett., 3 (2011) pp. 123-130"))
    assert record.publisher is None
    repository = dublin_core(("publisher", "Zenodo"), ("source", "Zenodo"))
    assert repository.publisher == "Zenodo"


def test_the_title_of_a_book_may_have_a_comma_and_a_number() -> None:
    title = ("source", "Handbook of Leadership, 3rd edition (2020) revised")
    chapter = dublin_core(("type", "Book chapter"), title)
    assert chapter.container is not None
    assert chapter.container.title == title[1]
    assert dublin_core(("type", "Article"), title).container is None
    paged = dublin_core(("type", "Book chapter"), ("source", "In: Handbook of Leadership, pp. 3-9"))
    assert paged.container is None or paged.container.title == "Handbook of Leadership"


def test_an_address_in_dc_source_is_no_journal() -> None:
    record = dublin_core(("source", "URI:https://corneille.hypotheses.org"))
    assert record.container is None
    assert [r.target for r in record.relations] == ["https://corneille.hypotheses.org"]


def test_pages_behind_a_hash_and_files_below_download() -> None:
    record = dublin_core(
        ("identifier", "https://aoe.fi/#/materiaali/12"),
        ("identifier", "https://eartharxiv.org/repository/object/1/download/2/"),
    )
    assert own(record) == [("url", "https://aoe.fi/#/materiaali/12")]
    assert [f.url for f in record.files] == ["https://eartharxiv.org/repository/object/1/download/2/"]
    home = dublin_core(("identifier", "https://journal.example/#top"))
    assert own(home) == []
