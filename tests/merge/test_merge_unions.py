"""Lists of several sources: each thing once, by what makes it the same thing."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.record import Collection, Date, File, Funding, Identifier, License, Record, Subject, Title, Work
from tests.merge.witnesses import CROSSREF, EPRINTS, SPIRAL, work


def listed(element: str, *said: Any) -> Work:
    """What two repositories and Crossref list, in the order in which they are believed by rank."""
    sources = (CROSSREF, SPIRAL, EPRINTS)
    return work(*((s, Record(**{element: items})) for s, items in zip(sources, said, strict=False)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Funding("NIHR", None, "MR/K01417X/1"), Funding("nihr", None, "MR K01417X 1")),
        (Funding("NIHR", "https://ror.org/1", "A1234"), Funding("National Institute", "https://ror.org/1", "a1234")),
        (Funding("NIHR", "10.13039/5"), Funding("N.I.H.R.", "10.13039/5")),
        (Funding("NIHR"), Funding("NIHR", "10.13039/5")),
    ],
)
def test_one_grant_is_listed_once(one: Funding, other: Funding) -> None:
    assert len(listed("funding", (one,), (other,)).record.funding) == 1
    assert len(listed("funding", (other,), (one,)).record.funding) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Funding("NIHR", None, "A1234"), Funding("NIHR", None, "A1235")),
        (Funding("NIHR", None, "A1234"), Funding("MRC", None, "A1234")),
        (Funding("NIHR"), Funding("MRC")),
        (Funding("NIHR", None, "12"), Funding(None, None, "12")),  # too short to be this funder's
        (Funding("Research Funds", "10.13039/1"), Funding("Research Funds", "10.13039/2")),  # of two countries
        (Funding("Research Funds", "10.13039/1", "A1234"), Funding("Research Funds", "10.13039/2")),
    ],
)
def test_two_grants_are_two(one: Funding, other: Funding) -> None:
    assert len(listed("funding", (one,), (other,)).record.funding) == 2


def test_what_another_source_has_paired_is_not_listed_unpaired() -> None:
    paired = Funding("NIHR", "10.13039/5", "MR/K01417X/1")
    merged = listed("funding", (paired,), (Funding("NIHR"), Funding(None, None, "MR/K01417X/1"), Funding("MRC")))
    assert {f.funder_name for f in merged.record.funding} == {"NIHR", "MRC"}
    assert len(merged.record.funding) == 2
    same_record = (paired, Funding("NIHR"))
    assert listed("funding", same_record, ()).record.funding == same_record


def test_what_only_a_part_knows_goes_to_the_whole() -> None:
    whole = Funding("NIHR", None, "MR/K01417X/1")
    merged = listed(
        "funding", (Funding("NIHR", "10.13039/5"), Funding(None, None, "MR/K01417X/1", "A trial")), (whole,)
    )
    assert merged.record.funding == (Funding("NIHR", "10.13039/5", "MR/K01417X/1", "A trial"),)
    assert {(c.part, c.record_id) for c in merged.completions} == {("funder_id", 1), ("award_title", 1)}


def test_a_funder_gets_the_identifier_that_another_source_knows() -> None:
    merged = listed("funding", (Funding("NIHR", "10.13039/5", "A1234"),), (Funding("NIHR", None, "A1234"),))
    assert merged.record.funding == (Funding("NIHR", "10.13039/5", "A1234"),)
    (filled,) = merged.completions
    assert (filled.element, filled.position, filled.part, filled.record_id) == ("funding", 0, "funder_id", 1)
    assert merged.origins["funding"] == (2,)  # the repository is asked first about grants


def test_a_file_is_the_same_by_its_address_or_its_bytes() -> None:
    here = File("https://spiral.example/bitstream/1/a.pdf", "a.pdf", version="AM", access="open")
    again = File("http://www.spiral.example/bitstream/1/a.pdf", checksum="AB", checksum_type="MD5", size=12)
    merged = listed("files", (again,), (here,))
    assert merged.record.files == (File(here.url, "a.pdf", None, "AM", None, None, 12, None, "AB", "MD5", "open"),)
    copy = File("https://eprints.example/1.pdf", checksum="ab", checksum_type="md5", access="open")
    known = File("https://spiral.example/1.pdf", checksum="AB", checksum_type="MD5", access="open")
    assert listed("files", (), (known,), (copy,)).record.files == (known,)
    shut = File("https://spiral.example/1.pdf", checksum="AB", checksum_type="MD5", access="restricted")
    assert len(listed("files", (), (shut,), (copy,)).record.files) == 2  # only one of them can be read
    named = File(name="article.pdf")
    assert len(listed("files", (), (named,), (named,)).record.files) == 2  # many files have this name


def test_an_embargo_belongs_to_the_access_that_it_was_said_with() -> None:
    here = File("https://x.example/a.pdf", access="open")
    there = File("https://x.example/a.pdf", access="embargoed", embargo_until="2030-01-01")
    assert listed("files", (), (here,), (there,)).record.files == (here,)
    unsaid = File("https://x.example/a.pdf")
    assert listed("files", (), (unsaid,), (there,)).record.files == (there,)


def test_subjects_by_scheme_and_term_without_case() -> None:
    merged = listed(
        "subjects",
        (Subject("Leadership"), Subject("Humans", "mesh")),
        (Subject("leadership "), Subject("humans", "mesh", "http://id.nlm.example/1"), Subject("Humans")),
    )
    assert merged.record.subjects == (
        Subject("Leadership"),
        Subject("Humans", "mesh", "http://id.nlm.example/1"),
        Subject("Humans"),
    )
    assert merged.origins["subjects"] == (1, 1, 2)


def test_licences_by_address_or_spdx_and_what_they_apply_to() -> None:
    crossref = License("http://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", "vor", "2020-05-13", raw="x")
    merged = listed(
        "licenses",
        (crossref, License("https://publisher.example/tdm", None, "tdm")),
        (
            License("https://creativecommons.org/licenses/by/4.0/legalcode", None, "vor", "2020-05-13"),
            License(None, "CC-BY-4.0"),
        ),
    )
    assert [(x.spdx, x.applies_to, x.start) for x in merged.record.licenses] == [
        ("CC-BY-4.0", "vor", "2020-05-13"),
        (None, "tdm", None),
        ("CC-BY-4.0", None, None),
    ]


def test_dates_that_are_no_dates_are_told_apart_by_what_was_sent() -> None:
    merged = listed(
        "dates", (Date("issued", None, "in press"),), (Date("issued", None, "n.y."), Date("issued", None, "In press"))
    )
    assert [d.raw for d in merged.record.dates] == ["in press", "n.y."]


def test_sets_are_those_of_their_repository() -> None:
    merged = listed("collections", (), (Collection("com_1"),), (Collection("com_1", "Surgery"), Collection("com_2")))
    assert merged.origins["collections"] == (2, 3, 3)


def test_other_titles_by_their_words() -> None:
    merged = listed(
        "titles", (Title("Geteilte Führung", "translated"),), (Title("Geteilte Führung.", "translated", "de"),)
    )
    assert merged.record.titles == (Title("Geteilte Führung", "translated", "de"),)


def test_the_nearest_relation_of_an_identifier_counts() -> None:
    merged = listed("identifiers", (Identifier("doi", "10.1/a", "version"),), (Identifier("doi", "10.1/A"),))
    assert merged.record.identifiers == (Identifier("doi", "10.1/A"),)
    assert merged.origins["identifiers"] == (2,)
