"""What records of more repositories taught, platform by platform; each value was read wrong or lost once."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import Funding, RawRecord, Record

from .test_oai_rules import dublin_core


def people(record: Record) -> list[tuple[str, str]]:
    return [(c.name, c.role) for c in record.contributors]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (("info:eu-repo/semantics/review", "review"), "article"),  # OpenEdition, of a book
        (("http://purl.org/coar/resource_type/c_efa0",), "article"),
        (("info:eu-repo/semantics/review", "Book review"), "book-review"),
        (("info:eu-repo/semantics/article", "Literature review"), "review-article"),
        (("review",), "review-article"),
        (("info:eu-repo/semantics/conferenceObject", "Poster"), "poster"),
        (("Licentiate thesis, monograph", "info:eu-repo/semantics/masterThesis", "text"), "thesis"),  # DiVA
    ],
)
def test_the_surest_type_and_what_narrows_it(sent: tuple[str, ...], expected: str) -> None:
    for order in (sent, sent[::-1]):
        assert dublin_core(*[("type", value) for value in order]).type == expected


@pytest.mark.parametrize("kind", ["masterThesis", "bachelorThesis", "doctoralThesis", "book"])
def test_the_isbn_of_a_thesis_is_its_own(kind: str) -> None:
    record = dublin_core(("type", f"info:eu-repo/semantics/{kind}"), ("identifier", "urn:isbn:91-85019-98-4"))
    assert [(i.scheme, i.value, i.relation) for i in record.identifiers if i.scheme == "isbn"] == [
        ("isbn", "9789185019984", "self")
    ]


def test_a_role_behind_a_name_is_the_role() -> None:
    """The German National Library; a creator is an author where nothing says otherwise."""
    record = dublin_core(
        ("creator", "Roe, Anna [Verfasser]"),
        ("creator", "Doe, Max [Übersetzer]"),
        ("creator", "Poe, Ida [Hornist]"),
        ("contributor", "Moe, Eva [Akademischer Betreuer]"),
        ("creator", "Loe, Jim; id_orcid 0000-0002-1825-0097"),
    )
    assert people(record) == [
        ("Roe, Anna", "author"),
        ("Doe, Max", "translator"),
        ("Poe, Ida", "author"),
        ("Moe, Eva", "advisor"),
        ("Loe, Jim", "author"),
    ]
    assert record.contributors[-1].orcid == "0000-0002-1825-0097"


# --- EPrints ----------------------------------------------------------------------------------------------------------


def test_eprints_turned_round_has_its_page_among_the_identifiers() -> None:
    """Madrid's universities."""
    record = dublin_core(
        ("relation", "http://oa.x.example/26833/1/INVE_MEM.pdf"),
        ("relation", "http://www.publisher.example/science/article/pii/S0921452612010988"),
        ("relation", "info:eu-repo/semantics/altIdentifier/doi/http://dx.doi.org/10.5555/j.physb.2012.12.047"),
        ("identifier", "http://oa.x.example/26833/"),
        dialect="eprints",
        identifier="oai:oa.x.example:26833",
    )
    assert record.url == "http://oa.x.example/26833/"
    assert [f.url for f in record.files] == ["http://oa.x.example/26833/1/INVE_MEM.pdf"]
    assert [r.target for r in record.relations] == [
        "http://www.publisher.example/science/article/pii/S0921452612010988"
    ]
    assert "10.5555/j.physb.2012.12.047" in {i.value for i in record.identifiers}


def test_the_page_of_a_publisher_is_not_that_of_an_eprint() -> None:
    record = dublin_core(
        ("identifier", "http://eprints.x.example/12217/1/a.pdf"),
        ("relation", "http://www.society.example/publicaciones_revista.html"),
        dialect="eprints",
        identifier="oai:eprints.x.example:12217",
    )
    assert record.url is None
    assert [r.target for r in record.relations] == ["http://www.society.example/publicaciones_revista.html"]
    for identifier, page in (
        ("oai:generic.eprints.org:86138", "http://irep.x.example/86138/"),
        ("oai:eprints.x.example:7", "http://eprints.x.example/secure/a"),
    ):
        assert dublin_core(("relation", page), dialect="eprints", identifier=identifier).url == page


# --- grants, laboratories, what programs print ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("INTA/PNPV-1135022/AR./Recursos vegetales", [("INTA", None, "PNPV-1135022", "Recursos vegetales")]),
        ("Fondecyt/1110123", [("Fondecyt", None, "1110123", None)]),
        (
            "MINECO [CTQ2014-52769, CTQ2014-62234]",
            [("MINECO", None, n, None) for n in ("CTQ2014-52769", "CTQ2014-62234")],
        ),
        ("EC/H2020/643410/EU/OpenAIRE2020/OA", [("European Commission", "H2020", "643410", "OpenAIRE2020")]),
        ("EC/H2020", []),
        ("EC/H2020/EU", []),
    ],
)
def test_grants_without_a_programme(said: str, expected: list[tuple[str | None, ...]]) -> None:
    record = dublin_core(("relation", f"info:eu-repo/grantAgreement/{said}"))
    assert [(f.funder_name, f.stream, f.award_number, f.award_title) for f in record.funding] == expected
    assert bool(record.extra) is not bool(expected)


def test_a_laboratory_of_hal_is_nobody() -> None:
    record = dublin_core(
        (
            "contributor",
            "Institut du Cancer (IRCM - U1194 Inserm) ; CRLCC Val d'Aurelle - Paul Lamarque-Université (UM)",
        ),
        ("contributor", "Laboratoire d'Informatique (LIX)"),
        ("contributor", "Thierry Chardès"),
        ("description", "International audience"),
        ("identifier", "ARXIV : 1501.00001"),
        identifier="oai:HAL:hal-1v2",
    )
    assert [c.kind for c in record.contributors] == ["organisation", "organisation", "organisation", "person"]
    assert (record.audience, record.descriptions) == (("International audience",), ())
    assert ("arxiv", "1501.00001") in {(i.scheme, i.value) for i in record.identifiers}


def test_what_a_program_prints_of_a_list_is_nobody() -> None:
    record = dublin_core(("contributor", "ARRAY(0x7f7024cfef58)"), ("subject", "[object Object]"))
    assert (record.contributors, record.subjects) == ((), ())
    assert [f.code for f in record.findings if f.code == "placeholder"] == ["placeholder"] * 2


def test_openedition_sends_the_day_of_its_own_and_the_journal_as_a_reference() -> None:
    """https://metadata.openedition.org; a book of 1990 that is online since 2022."""
    record = dublin_core(
        ("date", "1990"),
        ("date", "info:eu-repo/date/publication/2022-08-28"),
        ("type", "info:eu-repo/semantics/review"),
        ("relation", "info:eu-repo/semantics/reference/issn/1960-601X"),
    )
    assert (record.issued, record.relations, record.extra) == ("1990", (), {})
    assert record.container is not None
    assert record.container.issn == "1960-601X"
    assert ("available", "2022-08-28") in {(d.type, d.value) for d in record.dates}


def test_a_degree_makes_a_thesis_and_the_first_of_january_is_no_day() -> None:
    """Digital Commons, in Tennessee."""
    record = dublin_core(
        ("date.created", "1923-01-01T08:00:00Z"),
        ("thesis.degree.level", "Thesis"),
        ("thesis.degree.name", "Master of Arts"),
        ("type", "text"),
        sets=("publication:utk_gradthes",),
    )
    assert (record.type, record.issued) == ("masters-thesis", "1923")


# --- where it appeared ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "sent", "expected"),
    [
        (
            "source",
            "Revista de Foo, ISSN 1576-3676, N\u00ba. 12, 2010, pags. 45-67",  # Dialnet
            ("Revista de Foo", None, "12", "45-67", "1576-3676"),
        ),
        (
            "source",
            "Revista de Foo, Vol. 3, N\u00ba. 4, 2010, p\u00e1gs. 45-67",
            ("Revista de Foo", "3", "4", "45-67", None),
        ),
        ("identifier", "Phys.Rev.D76:013009,2007", ("Phys.Rev.D", "76", None, "013009", None)),  # arXiv
        (
            "identifier",
            "Garc\u00eda, Juan; L\u00f3pez, Mar\u00eda; Leading at dawn; Elsevier; Technology; 12; 3; 3-2024; 45-58",  # CONICET
            ("Technology", "12", "3", "45-58", None),
        ),
    ],
)
def test_citations_of_more_archives(field: str, sent: str, expected: tuple[str | None, ...]) -> None:
    record = dublin_core(("title", "Leading at dawn"), ("type", "article"), (field, sent))
    assert record.container is not None
    assert (record.container.title, record.volume, record.issue, record.pages, record.container.issn) == expected
    assert {i.scheme for i in record.identifiers} <= {"oai", "issn"}


def test_numbers_are_of_no_name_of_a_journal_and_names_are_no_identifiers() -> None:
    """Redalyc; CONICET sends the name of the archive as an identifier."""
    record = dublin_core(("source", "Estudios (M\u00e9xico) N\u00fam.45 Vol.XXIII"), ("identifier", "CONICET Digital"))
    assert (record.container, record.url) == (None, None)
    assert record.extra == {
        "dc.source": ["Estudios (M\u00e9xico) N\u00fam.45 Vol.XXIII"],
        "dc.identifier": ["CONICET Digital"],
    }


def test_a_sentence_with_a_doi_that_is_no_citation_is_kept() -> None:
    sent = "Costa C, Leadership: a view, seen in Porto; https://doi.org/10.5555/thesis.9 and elsewhere"
    record = dublin_core(("title", "Leading"), ("identifier", sent))
    assert record.extra == {"dc.identifier": [sent]}
    assert "10.5555/thesis.9" in {i.value for i in record.identifiers}


# --- junii2 and RIOXX -------------------------------------------------------------------------------------------------


def junii2(*authors: tuple[str, str]) -> Record:
    body = "".join(f'<creator lang="{tongue}">{name}</creator>' for tongue, name in authors)
    payload = f'<junii2 xmlns="http://irdb.nii.ac.jp/oai"><jtitle>J</jtitle><NCID>AN00000001</NCID>{body}</junii2>'
    return normalise(RawRecord(source="s", identifier="oai:x:1", format="junii2", payload=payload.encode()))


def test_authors_in_two_scripts_are_so_many_and_not_twice() -> None:
    twice = [("ja", "\u5c71\u7530, \u592a\u90ce"), ("en", "Yamada, Taro"), ("ja", "\u9234\u6728, \u82b1\u5b50")]
    record = junii2(*twice, ("en", "Suzuki, Hanako"))
    assert [c.name for c in record.contributors] == [name for tongue, name in twice if tongue == "ja"]
    assert record.extra["creator"] == ["Yamada, Taro", "Suzuki, Hanako"]
    assert len(junii2(*twice).contributors) == 3  # one has no second name: nobody can tell who


def test_the_number_of_a_journal_in_a_catalogue_is_no_version_of_the_article() -> None:
    assert [i.relation for i in junii2().identifiers if i.value == "ncid:AN00000001"] == ["container"]


def test_a_grant_may_be_named_by_its_address() -> None:
    payload = (
        '<rioxx xmlns:t="http://docs.rioxx.net/schema/v3.0/rioxxterms/">'
        '<t:grant funder_name="Wellcome Trust">https://doi.org/10.35802/218300</t:grant></rioxx>'
    )
    record = normalise(RawRecord(source="s", identifier="oai:x:1", format="rioxx", payload=payload.encode()))
    assert record.funding == (Funding(funder_name="Wellcome Trust", award_url="https://doi.org/10.35802/218300"),)


# --- rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "spdx"),
    [
        ("Creative Commons - Namensnennung, Nicht kommerz., Keine Bearbeitung 4.0", "CC-BY-NC-ND-4.0"),  # SSOAR
        ("Nime\u00e4-EiKaupallinen-EiMuutoksia 4.0", "CC-BY-NC-ND-4.0"),
        ("Creative Commons Attribution 4.0, free for all but no commercial use", None),
        ("Licence Creative Commons CC-BY 4.0, non commerciale", None),
        ("CC BY 4.0 (nur nicht kommerziell)", None),
        ("CC BY 4.0 / CC BY-NC 4.0", "CC-BY-4.0"),
    ],
)
def test_no_licence_grants_more_than_was_said(sent: str, spdx: str | None) -> None:
    record = dublin_core(("rights", sent))
    assert [one.spdx for one in record.licenses] == [spdx] * (spdx is not None)
    assert spdx is not None or record.rights == (sent,)


# --- what is no journal -----------------------------------------------------------------------------------------------


def test_who_keeps_a_thing_and_where_a_record_comes_from_are_no_journals() -> None:
    """LA Referencia, and libraries."""
    record = dublin_core(
        ("title", "Un secador"),
        ("source", "instname:Universidad de Monterrey"),
        ("source", "reponame:Red de Repositorios"),
        ("source", "Biblioth\u00e8que nationale de France, Y2-59413"),
        ("source", "33"),
        ("identifier", "Elorza R., Jorge y Gil, Jos\u00e9 (2002) Un secador. Ciencia UANL, 5 (4). ISSN 1405-9177"),
    )
    assert record.container is not None
    assert (record.container.title, record.container.issn, record.volume) == ("Ciencia UANL", "1405-9177", "5")
    assert [i.name for i in record.institutions] == ["Universidad de Monterrey"]
    assert len(record.extra["dc.source"]) == 3


def test_gallica_keeps_the_thing_and_names_the_town_of_the_publisher() -> None:
    record = dublin_core(
        ("publisher", "Michel Levy (Paris)"),
        ("source", "Biblioth\u00e8que X"),
        identifier="oai:bnf.fr:gallica/ark:/12148/b",
    )
    assert (record.publisher, record.place, record.container) == ("Michel Levy", "Paris", None)
    nameless = dublin_core(("publisher", "[s.n.] (Paris)"), identifier="oai:bnf.fr:gallica/ark:/12148/b")
    assert (nameless.publisher, nameless.place) == (None, "Paris")


def test_volume_and_issue_alone() -> None:
    """DergiPark."""
    record = dublin_core(("source", "Volume: 7, Issue: 2"), ("source", "2602-4195"))
    assert (record.volume, record.issue, record.extra) == ("7", "2", {})


def test_a_file_by_its_number_is_no_page() -> None:
    """Ghent; the handle is the page."""
    record = dublin_core(
        ("identifier", "https://biblio.x.example/publication/123456/file/654321"),
        ("identifier", "https://biblio.x.example/publication/123456"),
    )
    assert record.url == "https://biblio.x.example/publication/123456"
    assert [f.url for f in record.files] == ["https://biblio.x.example/publication/123456/file/654321"]


# --- RDF and qualified Dublin Core ------------------------------------------------------------------------------------


def test_the_journal_of_zotero_is_a_node_of_its_own() -> None:
    payload = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
     xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/" xmlns:f="http://xmlns.com/foaf/0.1/"
     xmlns:b="http://purl.org/net/biblio#" xmlns:p="http://prismstandard.org/namespaces/1.2/basic/">
    <b:Article rdf:about="http://x.example/a1"><z:itemType>journalArticle</z:itemType><d:title>Sharing</d:title>
     <t:isPartOf rdf:resource="urn:issn:2398-631X"/><t:dateSubmitted>2020-11-01 10:00:00</t:dateSubmitted>
     <b:authors><rdf:Seq><rdf:li><f:Person><f:surname>Roe</f:surname><f:givenName>Ann</f:givenName></f:Person></rdf:li>
     <rdf:li><f:Person><f:surname>Doe</f:surname><f:givenName>Max</f:givenName></f:Person></rdf:li></rdf:Seq></b:authors></b:Article>
    <b:Journal rdf:about="urn:issn:2398-631X"><d:title>BMJ Leader</d:title><p:volume>4</p:volume><p:number>3</p:number>
     <t:isPartOf rdf:resource="urn:issn:2398-631X"/><d:identifier>ISSN 2398-631X</d:identifier></b:Journal></rdf:RDF>"""
    record = normalise(RawRecord(source="s", identifier="a1", format="rdf", payload=payload.encode()))
    assert record.container is not None
    assert (record.container.title, record.container.issn, record.volume, record.issue) == (
        "BMJ Leader",
        "2398-631X",
        "4",
        "3",
    )
    assert people(record) == [("Roe, Ann", "author"), ("Doe, Max", "author")]
    assert (record.dates, record.type) == ((), "article")
    assert record.extra == {"dateSubmitted": ["2020-11-01 10:00:00"]}


def test_an_issn_is_no_title_and_who_submitted_is_not_kept() -> None:
    payload = """<qualifieddc xmlns="http://purl.org/dc/terms/"><isPartOf>urn:ISSN:2398-631X</isPartOf>
     <provenance>Submitted by Ann Roe on 2020-01-01T10:00:00Z</provenance>
     <provenance>Bought of Max Doe</provenance></qualifieddc>"""
    raw = RawRecord(source="s", identifier="oai:x:1", format="qdc", payload=payload.encode())
    record = normalise(raw)
    assert record.container is not None
    assert (record.container.title, record.container.issn) == (None, "2398-631X")
    assert [d.text for d in record.descriptions] == ["Bought of Max Doe"]
