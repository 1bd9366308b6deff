"""Records of repositories that were strangers: what their elements say, and what they only seem to say."""

from __future__ import annotations

import pytest

from .test_oai_rules import dublin_core


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
