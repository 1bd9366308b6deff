"""What records of more repositories taught, platform by platform; each value was read wrong or lost once."""

from __future__ import annotations

import pytest

from harvester.record import Record

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
    assert [r.target for r in record.relations] == ["http://www.publisher.example/science/article/pii/S0921452612010988"]
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
