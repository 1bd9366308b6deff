"""What archives of several countries write into Dublin Core: seen in their records, written anew here."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import Container, Date, Event, Funding, Identifier, Institution, RawRecord, Record, Relation


def read(
    *fields: tuple[str, str], dialect: str = "", identifier: str = "oai:x.example:1", name: str = "oai_dc"
) -> Record:
    body = "".join(
        f"<dc:{field}>{value.replace('&', '&amp;').replace('<', '&lt;')}</dc:{field}>" for field, value in fields
    )
    payload = f'<dc xmlns:dc="http://purl.org/dc/elements/1.1/">{body}</dc>'.encode()
    return normalise(RawRecord(source="s", identifier=identifier, format=name, payload=payload), dialect)


# --- who paid, and who did not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "pays"),
    [
        ("Norges forskningsråd", True),
        ("Fundação para a Ciência e a Tecnologia", True),
        ("Ministerio de Educación y Ciencia (España)", True),
        ("National Institutes of Health (U.S.)", True),
        ("Helsingin yliopisto, soveltavan biologian laitos", False),
        ("Høgskolen i Oslo", False),
        ("Institutt for samfunnsmedisin", False),
        ("Repositório Aberto da Instituição", False),
        ("Kungliga Tekniska högskolan", False),
        ("Российский фонд фундаментальных исследований", True),
        ("Grupo de Investigación en Salud", False),
    ],
)
def test_only_who_is_called_a_sponsor_is_one(sent: str, pays: bool) -> None:
    """DSpace's dc:contributor: a department of which nobody says that it paid is an organisation of unknown role."""
    record = read(("contributor", sent), dialect="dspace")
    assert record.funding == ((Funding(funder_name=sent),) if pays else ())
    assert [(c.name, c.kind, c.role) for c in record.contributors] == (
        [] if pays else [(sent, "organisation", "other")]
    )


def test_a_flag_is_nobody() -> None:
    """TDX sends dc.contributor.authoremailshow among the contributors."""
    assert read(("contributor", "false"), ("contributor", "Puig, Joan")).contributors[0].family == "Puig"


@pytest.mark.parametrize(
    ("sent", "role", "name"),
    [
        ("Supervisor: Roe, Jane", "advisor", "Roe, Jane"),
        ("Directeur de thèse : Roe, Ann", "advisor", "Roe, Ann"),
        ("Editor: Ann Roe", "editor", "Roe, Ann"),
        ("Sociology: A Journal", "other", "Sociology: A Journal"),
        ("Kwisinski, Gunnar [Übersetzer]", "translator", "Kwisinski, Gunnar"),
        ("Meurice, Paul (1818-1905). Éditeur scientifique", "editor", "Meurice, Paul"),
        ("Hugo, Victor (1802-1885). Auteur du texte", "other", "Hugo, Victor"),
    ],
)
def test_a_role_before_or_behind_a_name(sent: str, role: str, name: str) -> None:
    (found,) = read(("contributor", sent)).contributors
    assert (found.role, found.name, found.raw) == (role, name, sent if sent != name else None)


# --- citations and journals -----------------------------------------------------------------------------------------------


def test_pages_behind_a_year_are_no_volume_and_a_whole_reference_no_journal() -> None:
    """CONICET: authors; title; publisher; year; pages."""
    sent = "Roe, Ann; Doe, J.; Bioinformatics for founders: concepts and uses; University Press; 2019; 42-62"
    record = read(("title", "What is it?"), ("type", "info:eu-repo/semantics/bookPart"), ("identifier", sent))
    assert (record.container, record.volume) == (None, None)
    assert record.extra == {"dc.identifier": [sent]}


def test_volume_and_year_between_commas() -> None:
    """Radboud's DSpace."""
    record = read(("source", "Neurology, 75, 2010, pp. 12-19"), dialect="dspace")
    assert record.container is not None
    assert (record.container.title, record.volume, record.pages) == ("Neurology", "75", "12-19")


@pytest.mark.parametrize(
    "sent",
    [
        "Roe , A & Doe , B 2019 , ' Leading the wards ' , BMJ Leader , vol. 12 , no. 3 , pp. 101-109 . https://doi.org/10.1136/x",
        "Roe , A 2019 , ' Leading the wards ' , BMJ Leader , bind 12 , nr. 3 , s. 101-109 .",
        "Roe, A 2019, 'Leading the wards', BMJ Leader, vol. 12, no. 3, pp. 101-109.",
        "Roe, Ann and Doe, Bo (2019) Leading the wards. BMJ Leader, 12 (3). pp. 101-109. ISSN 2398-631X",
    ],
)
def test_a_whole_reference_is_read_by_its_title_whatever_the_platform(sent: str) -> None:
    record = read(("title", "Leading the wards"), ("source", sent))
    assert record.container is not None
    assert (record.container.title, record.volume, record.issue, record.pages) == ("BMJ Leader", "12", "3", "101-109")


def test_pages_behind_the_name_of_a_book() -> None:
    record = read(("title", "Leading the wards"), ("type", "book part"), ("source", "Handbook of Leading; 113-136"))
    assert record.container is not None
    assert (record.container.title, record.start_page, record.end_page) == ("Handbook of Leading", "113", "136")


def test_what_data_supplement_is_not_where_they_appeared() -> None:
    """PANGAEA."""
    sent = "Meyer, K (2001): Sediments. Marine Geology, 174(1-4), 1-20, https://doi.org/10.1016/S0025-3227(00)00139-2"
    record = read(("type", "Dataset"), ("source", f"In supplement to: {sent}"))
    assert (record.container, record.volume) == (None, None)
    assert [(r.type, r.target) for r in record.relations] == [("is-supplement-to", "10.1016/s0025-3227(00)00139-2")]


def test_a_whole_reference_is_read_by_its_title() -> None:
    """PUB, of Bielefeld; Salford's style of EPrints."""
    sent = "Müller A. Wissen. <em>Zeitschrift für Soziologie</em>. 2010;39(2):100-120."
    record = read(("title", "Wissen"), ("source", sent), ("type", "article"))
    assert record.container == Container(title="Zeitschrift für Soziologie", type="journal")
    sent = "Smith, JA 2008, 'Managing' , Journal of Health Organization and Management, 22 (3) , pp. 249-263."
    record = read(("title", "Managing"), ("identifier", sent), dialect="eprints")
    assert record.container is not None
    assert record.container.title == "Journal of Health Organization and Management"
    assert (record.volume, record.issue, record.pages) == ("22", "3", "249-263")


def test_a_volume_before_the_year() -> None:
    """OPUS."""
    record = read(("source", "Zeitschrift für Führung, 12(3), 2013, 123-130"), ("type", "article"))
    assert record.container == Container(title="Zeitschrift für Führung", type="journal")
    assert (record.volume, record.issue, record.pages) == ("12", "3", "123-130")


@pytest.mark.parametrize(
    ("sent", "issn"),
    [
        ("Physica B: Condensed Matter, ISSN 0921-4526, 2013-03, Vol. 413, N. ", "0921-4526"),
        ("Médecine humaine. Université de Nantes, 2012. Français. ⟨NNT : 2012NANT2045⟩", None),
        ("Roe, A; Doe, J (2007). A review. Cost Effectiveness: C/E, 5:5.", None),
        ("BMJ Leader 4(3) 128-134", None),
        ("Bibliothèque nationale de France, département Littérature et art, Z-1234", None),
    ],
)
def test_a_sentence_is_no_name_of_a_journal(sent: str, issn: str | None) -> None:
    record = read(("source", sent))
    assert record.container == (Container(type="journal", issn=issn) if issn else None)
    assert record.extra == {"dc.source": [sent.strip()]}


def test_a_grant_or_a_number_is_no_journal() -> None:
    """Brage sends dc.relation.project, Helda dc.relation.numberinseries."""
    record = read(("relation", "Norges forskningsråd: 123456"), ("relation", "34"), dialect="dspace")
    assert (record.container, record.relations) == (None, ())
    assert record.extra == {"dc.relation": ["Norges forskningsråd: 123456", "34"]}


@pytest.mark.parametrize(
    "sent",
    [
        "1. Smith J. Leading. BMJ Leader. 2020;4(3):128-34.",
        "Smith J, Doe K. Leading. BMJ Leader 2020;4(3):128-34.",
        "[12] Smith, J. Leading. BMJ Leader, 4(3), 128-134, (2020)",
    ],
)
def test_a_work_that_is_cited_does_not_become_the_journal(sent: str) -> None:
    """Repositories in Colombia send the list of references as dc:relation."""
    record = read(("relation", sent))
    assert (record.container, record.volume, record.pages) == (None, None, None)
    assert record.relations == (Relation(type="other", scheme="local", target=sent),)


def test_a_series_with_its_issn() -> None:
    """DiVA."""
    record = read(("relation", "Digital Summaries of Dissertations, 1651-6206 ; 541"))
    assert record.container == Container(title="Digital Summaries of Dissertations", type="journal", issn="1651-6206")


def test_electronic_issn_by_its_label() -> None:
    record = read(("source", "ISSN: 0304-3975"), ("source", "EISSN: 1879-2294"))
    assert record.container == Container(type="journal", issn="0304-3975", eissn="1879-2294")


def test_all_isbns_that_a_chapter_sends_are_of_the_book() -> None:
    """OpenEdition."""
    fields = [("type", "bookPart"), ("identifier", "urn:eisbn:9782821875470"), ("identifier", "urn:isbn:9783863951221")]
    record = read(*fields)
    assert {(i.value, i.relation) for i in record.identifiers if i.scheme == "isbn"} == {
        ("9782821875470", "container"),
        ("9783863951221", "container"),
    }


@pytest.mark.parametrize(
    ("sent", "place", "publisher"),
    [
        ("Uppsala : Acta Universitatis Upsaliensis", "Uppsala", "Acta Universitatis Upsaliensis"),
        ("Upsaliae :excudebant Regiae academiae typographi,", "Upsaliae", "excudebant Regiae academiae typographi"),
        ("Université de Genève : Faculté de médecine", None, "Université de Genève : Faculté de médecine"),
        ("Springer: Berlin", None, "Springer: Berlin"),
    ],
)
def test_place_and_publisher_as_catalogues_write_them(sent: str, place: str | None, publisher: str) -> None:
    record = read(("publisher", sent))
    assert (record.place, record.publisher) == (place, publisher)


def test_the_place_of_a_publisher_that_was_not_taken_is_not_taken() -> None:
    record = read(("publisher", "Uppsala universitet"), ("publisher", "Lund : Gleerup"))
    assert (record.place, record.publisher) == (None, "Uppsala universitet")


# --- identifiers and relations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ("hdl/10044/1/85584", Identifier("handle", "10044/1/85584")),
        ("pmid/25263208", Identifier("pmid", "25263208")),
        ("arxiv/1409.1234", Identifier("arxiv", "1409.1234")),
        ("doi/http://dx.doi.org/10.1016/j.physb.2012.12.047", Identifier("doi", "10.1016/j.physb.2012.12.047")),
        ("wos/000345678900012", Identifier("local", "isi:000345678900012", "version")),
        (
            "url/http://www.unq.example/advf/5da9.pdf",
            Identifier("url", "http://www.unq.example/advf/5da9.pdf", "version"),
        ),
        ("eissn/2398-631X", Identifier("eissn", "2398-631X", "container")),
        ("pissn/0304-3975", Identifier("issn", "0304-3975", "container")),
    ],
)
def test_alternative_identifiers_of_every_scheme(sent: str, known: Identifier) -> None:
    record = read(("relation", f"info:eu-repo/semantics/altIdentifier/{sent}"))
    assert (known.scheme, known.value, known.relation) in {(i.scheme, i.value, i.relation) for i in record.identifiers}


def test_nothing_is_related_to_itself() -> None:
    """HAL sends the page once more as dc:source, others the DOI as dc:relation."""
    page, doi = "https://hal.example/hal-01234567", "10.1016/j.tcs.2014.09.032"
    fields = [("source", page), ("relation", f"https://doi.org/{doi}"), ("identifier", page), ("identifier", doi)]
    assert read(*fields, ("relation", "https://doi.org/10.5281/zenodo.7")).relations == (
        Relation(type="other", scheme="doi", target="10.5281/zenodo.7"),
    )


def test_the_page_at_arxiv_is_the_page() -> None:
    record = read(("identifier", "http://arxiv.org/abs/0704.0001"), ("identifier", "doi:10.1103/PhysRevD.76.013009"))
    assert record.url == "http://arxiv.org/abs/0704.0001"


# --- fields of DSpace -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "sent", "element", "value"),
    [
        ("dc.relation.publisherVersion", "https://x.example/4/128", "relations", "is-version-of"),
        ("dc.identifier.spage", "128", "start_page", "128"),
        ("dc.rights.embargo", "2021-01-01", "embargo_until", "2021-01-01"),
        ("dc.rights.embargo", "none", "embargo_until", None),
        ("dc.type.peerreviewed", "Peer Reviewed", "peer_reviewed", True),
        ("dc.relation.volume", "4", "volume", "4"),
    ],
)
def test_fields_that_repositories_added(field: str, sent: str, element: str, value: object) -> None:
    names = dict(zip(("mdschema", "element", "qualifier"), field.split("."), strict=False))
    body = f"<field {' '.join(f'{k}={v!r}' for k, v in names.items())}>{sent}</field>"
    payload = f'<dim xmlns="http://www.dspace.org/xmlns/dspace/dim">{body}</dim>'.encode()
    record = normalise(RawRecord(source="s", identifier="oai:x.example:1/2", format="dim", payload=payload))
    found = getattr(record, element)
    assert (found[0].type if element == "relations" else found) == value
    assert (record.extra, record.type_raw, record.rights) == ({}, (), ())


# --- Digital Commons, DOAJ, HAL, Pure -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "sent", "value"),
    [
        ("digital_commons", "2016-01-01T08:00:00Z", "2016"),
        ("digital_commons", "2016-10-01T07:00:00Z", "2016-10-01"),
        ("digital_commons", "2016-10-14T07:00:00Z", "2016-10-14"),
        ("digital_commons", "2016-10-01T14:12:05Z", "2016-10-01"),
        ("doaj", "2010-01-01T00:00:00Z", "2010"),
        ("doaj", "2010-07-01T00:00:00Z", "2010-07"),
        ("", "2010-07-01T00:00:00Z", "2010-07-01"),
    ],
)
def test_a_day_that_the_platform_adds_is_taken_away(dialect: str, sent: str, value: str) -> None:
    record = read(("date", sent), dialect=dialect)
    assert (record.issued, record.dates) == (value, (Date("issued", value, sent),))


def test_refinements_with_a_dot() -> None:
    """Digital Commons' qualified Dublin Core, and what others let slip into oai_dc."""
    fields = [
        ("date.created", "2009-01-01T08:00:00Z"),
        ("description.abstract", "<p>We study things.</p>"),
        ("contributor.advisor", "Big, Boss"),
        ("thesis.degree.name", "Doctor of Philosophy"),
        ("rights.license", "http://creativecommons.org/licenses/by/4.0/"),
        ("coverage.spatial", "Knoxville"),
    ]
    record = read(*fields, dialect="digital_commons", name="qdc")
    assert (record.issued, record.coverage) == ("2009", ("Knoxville",))
    assert [(d.type, d.text) for d in record.descriptions] == [("abstract", "We study things.")]
    assert [(c.role, c.name) for c in record.contributors] == [("advisor", "Big, Boss")]
    assert record.degree is not None
    assert (record.degree.name, record.licenses[0].spdx) == ("Doctor of Philosophy", "CC-BY-4.0")
    assert read(*fields[2:3], ("date.issued", "1999-05-04")).issued == "1999-05-04"


def test_hal() -> None:
    record = read(
        ("publisher", "HAL CCSD"),
        ("publisher", "Elsevier"),
        ("contributor", "ANR-11-LABX-0025,PERSYVAL-lab,Systèmes pervasifs(2011)"),
        ("contributor", "European Project: 223865,EC:FP7:ICT,FP7-ICT-2007-2,PROMISE(2009)"),
        ("source", "Theoretical Computer Science, 2015, 562, pp.194-226. &#x27E8;10.1016/j.tcs.2014.09.032&#x27E9;"),
        ("identifier", "https://hal.example/hal-01234567v2/document"),
        identifier="oai:HAL:hal-01234567v2",
    )
    assert (record.publisher, [i.name for i in record.institutions]) == ("Elsevier", ["HAL CCSD"])
    assert record.funding == (
        Funding(funder_name="ANR", award_number="ANR-11-LABX-0025", award_title="Systèmes pervasifs"),
        Funding(funder_name="European Commission", award_number="223865", stream="FP7"),
    )
    assert (record.container, record.volume) == (Container(title="Theoretical Computer Science", type="journal"), "562")
    assert [f.url for f in record.files] == ["https://hal.example/hal-01234567v2/document"]


@pytest.mark.parametrize(
    ("kind", "rest", "told"),
    [
        (
            "Book Section",
            "In: Leading in the NHS. Springer, London, pp. 12-30. ISBN 978-3-16-148410-0",
            {"type": "chapter", "container": Container(title="Leading in the NHS", type="book"), "pages": "12-30"},
        ),
        (
            "Conference or Workshop Item",
            "In: 5th Conference on Leading, 12-14 May 2014, Leeds, UK.",
            {
                "type": "conference-paper",
                "event": Event(
                    name="5th Conference on Leading", place="Leeds, UK", start="2014-05-12", end="2014-05-14"
                ),
            },
        ),
        (
            "Thesis",
            "Doctoral thesis, University of Leeds.",
            {"type": "doctoral-thesis", "institutions": (Institution(name="University of Leeds", role="awarding"),)},
        ),
        ("Monograph", "Working Paper. University of Leeds, Leeds.", {"type": "working-paper"}),
        ("Monograph", "NHS England, Leeds.", {"type": "report", "container": None, "volume": None}),
    ],
)
def test_what_the_citation_of_eprints_says_of_works_in_no_journal(
    kind: str, rest: str, told: dict[str, object]
) -> None:
    sentence = f"Smith, Jane (2014) A study. {rest}"
    record = read(("title", "A study"), ("type", kind), ("identifier", sentence), dialect="eprints")
    assert {name: getattr(record, name) for name in told} == told
    assert record.extra == {"dc.identifier": [sentence]}


def test_a_second_doi_among_the_relations_of_pure_is_that_of_another_work() -> None:
    first, second = "10.1136/leader-2020-000228", "https://doi.org/10.1000/182"
    record = read(("relation", first), ("relation", second), dialect="pure")
    assert [i.value for i in record.identifiers if i.scheme == "doi"] == [first]
    assert record.relations == (Relation(type="other", scheme="doi", target="10.1000/182"),)


def test_numbers_and_lists_of_pure() -> None:
    record = read(
        ("identifier", "http://www.scopus.com/inward/record.url?scp=84964940000&partnerID=8YFLogxK"),
        ("subject", "name=SDG 3 - Good Health"),
        dialect="pure",
    )
    assert Identifier("local", "scopus:84964940000", "version") in [
        Identifier(i.scheme, i.value, i.relation) for i in record.identifiers
    ]
    assert (record.url, [s.term for s in record.subjects]) == (None, ["SDG 3 - Good Health"])


def test_a_citation_in_two_places_is_one() -> None:
    found = read(
        ("title", "Rounds at dawn"),
        ("relation", "Journal of Rounds"),
        ("relation", "Vol. 11 no. 2"),
        ("identifier", "Roe, A. (2014). Rounds at dawn. Journal of Rounds, 11(2), 101-106."),
    )
    assert (found.volume, found.issue, found.pages) == ("11", "2", "101-106")
    assert found.container is not None
    assert found.container.title == "Journal of Rounds"


def test_citations_of_two_places_are_not_mixed() -> None:
    found = read(("title", "Rounds at dawn"), ("relation", "Vol. 11 no. 2"), ("source", "Dawn Review, 4(3), 101-106"))
    assert (found.volume, found.issue, found.pages) in (("11", "2", None), ("4", "3", "101-106"))
