"""Files of reference managers and library systems: where one record ends and the next begins."""

from __future__ import annotations

import io

import pymarc
import pytest

from harvester.errors import RecordError
from harvester.formats import bibtex, marc21, nbib, ris
from harvester.formats.slicing import Slice
from harvester.normalise import normalise
from harvester.record import RawRecord, Record


def cut(module: object, text: str | bytes) -> list[Slice]:
    data = text.encode() if isinstance(text, str) else text
    return list(module.slices(io.BytesIO(data)))  # type: ignore[attr-defined]


def read(found: Slice, name: str) -> Record:
    return normalise(RawRecord(source="t", identifier=found.identifier or "t", format=name, payload=found.payload))


# --- RIS -------------------------------------------------------------------------------------------------------------

FILE = """Provider: a service
Database: Wards
TY  - JOUR
TI  - One
DO  - 10.5555/ONE
ER  -

TY  - JOUR
TI  - Two
ID  - two
TY  - BOOK
TI  - Three
ER  -
some words between
TI  - Four, without a type
ER  -
"""


def test_records_of_ris_with_what_services_write_around_them() -> None:
    found = cut(ris, FILE)
    assert [(s.line, s.identifier, s.unique) for s in found] == [
        (3, "10.5555/one", True),
        (8, "two", False),
        (11, "", False),
        (15, "", False),
    ]
    assert [s.repairs for s in found] == [
        (),
        ("a record that ended without ER",),
        (),
        ("a record that began without TY",),
    ]
    assert [read(s, "ris").title for s in found] == ["One", "Two", "Three", "Four, without a type"]


def test_what_ovid_writes_behind_a_record_belongs_to_it() -> None:
    text = "1.\nTY  - JOUR\nTI  - A\nJF  - Journal of Wards\nER  -\nNL  - J Wards\n\nLink: x\n\n2.\nTY  - JOUR\nTI  - B\nER  -\n"
    first, second = (read(s, "ris") for s in cut(ris, text))
    assert first.container is not None
    assert (first.container.short_title, second.title) == ("J Wards", "B")


def test_a_record_of_ris_that_the_end_of_the_file_cuts_is_broken() -> None:
    """Half of a DOI is another DOI."""
    whole, half = cut(ris, "TY  - JOUR\nER  -\nTY  - JOUR\nDO  - 10.5555/WARDS.20")
    assert (whole.fault, half.identifier, "in the midst" in half.fault) == ("", "", True)
    (alone,) = cut(ris, "TY  - JOUR\nDO  - 10.5555/one")
    assert (alone.identifier, alone.fault) == ("10.5555/one", "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_ris_in_any_encoding_and_with_any_line_end(end: str, encoding: str) -> None:
    text = "TY  - JOUR\nTI  - Führung in der Pflege\nER  - \n\nTY  - JOUR\nTI  - Café\nER  - \n".replace("\n", end)
    found = cut(ris, text.encode(encoding))
    assert [read(s, "ris").title for s in found] == ["Führung in der Pflege", "Café"]
    assert all(bool(s.repairs) == (encoding == "cp1252") for s in found)


# --- BibTeX ----------------------------------------------------------------------------------------------------------

LIBRARY = """% made by hand
@comment{jabref-meta: databaseType:bibtex;}
@string{jl = {Journal of } # sub}
@string{sub = "Leadership"}
@article{one, title = {One}, journal = jl, doi = {10.5555/ONE}}
@incollection{two, title = {Two}, crossref = {bench}}
@article{broken, title = {Broken
@misc{three, title = {Three @ work}} @misc{four, title={Four}}
@book(bench, title = "A Handbook of Chairs", year = 2023)
@inproceedings{five, title={Five}, crossref={nowhere}}
"""


def test_entries_of_bibtex_carry_what_they_refer_to() -> None:
    found = cut(bibtex, LIBRARY)
    assert sorted([(s.line, s.identifier) for s in found if not s.fault]) == [
        (5, "10.5555/one"),
        (6, "two"),
        (8, "four"),
        (8, "three"),
        (9, "bench"),
        (10, "five"),
    ]
    known = {s.identifier: read(s, "bibtex") for s in found if not s.fault}
    assert known["10.5555/one"].container is not None
    assert known["10.5555/one"].container.title == "Journal of Leadership"
    assert known["two"].container is not None
    assert (known["two"].container.title, known["two"].issued) == ("A Handbook of Chairs", "2023")
    assert known["bench"].title == "A Handbook of Chairs"
    assert known["three"].title == "Three @ work"


def test_an_article_refers_to_the_issue_that_stands_as_one() -> None:
    found = cut(
        bibtex,
        "@article{one, title={Wards}, author={Bell, A}, crossref={issue}}\n"
        "@article{issue, journal={Leaders}, year=1986, note={on wards}}\n",
    )
    article = next(read(s, "bibtex") for s in found if s.identifier == "one")
    assert article.container is not None
    assert (article.container.title, article.issued) == ("Leaders", "1986")


def test_orders_to_a_style_are_no_works_and_xdata_is_what_others_take() -> None:
    found = cut(
        bibtex,
        "@IEEEtranBSTCTL{ctl, CTLuse_alt_spacing = {yes}}\n@control{REVTEX41Control}\n"
        "@book{one, title={Wards}, xdata={press, city}, year=1999}\n"
        "@xdata{press, publisher={House}}\n@xdata{city, location={Leeds}}\n"
        "@article{two, doi={10.5555/one\\_two}}\n",
    )
    assert [s.identifier for s in found] == ["10.5555/one_two", "one"]
    book = read(found[1], "bibtex")
    assert (book.publisher, book.place, book.extra) == ("House", "Leeds", {})


def test_a_broken_entry_is_broken_alone() -> None:
    (broken,) = [s for s in cut(bibtex, LIBRARY) if s.fault]
    assert (broken.line, broken.identifier) == (7, "broken")
    assert "braces" in broken.fault
    with pytest.raises(RecordError, match="broken BibTeX"):
        read(broken, "bibtex")


def test_records_of_pubmed_and_of_eric() -> None:
    pubmed = "PMID- 1\nOWN - NLM\nTI  - One\nAID - 10.5555/one [doi]\n\nPMID- 2\nOWN - NLM\nTI  - Two,\n      which goes on\n"
    assert [(s.identifier, s.line, read(s, "nbib").title) for s in cut(nbib, pubmed)] == [
        ("10.5555/one", 1, "One"),
        ("pmid:2", 6, "Two, which goes on"),
    ]
    eric = "\n\nOWN - ERIC\nTI  - One\nOID - EJ1\n\nOWN - ERIC\nTI  - Two\nOID - EJ2\n"
    assert [s.identifier for s in cut(nbib, eric)] == ["EJ1", "EJ2"]


# --- MARC 21 ---------------------------------------------------------------------------------------------------------


def marc(title: str, number: str) -> bytes:
    record = pymarc.Record(force_utf8=True)
    record.add_field(pymarc.Field(tag="001", data=number))
    record.add_field(pymarc.Field(tag="003", data="UkLoFMLM"))
    record.add_field(pymarc.Field(tag="005", data="20260301120000.0"))
    record.add_field(pymarc.Field("245", pymarc.Indicators("0", "0"), [pymarc.Subfield("a", title)]))
    data: bytes = record.as_marc()
    return data


def test_records_of_iso_2709() -> None:
    found = cut(
        marc21, marc("Führung", "1") + b"\r\n" + marc("领导力", "2") + b"rubbish\x1d" + marc("Three", "3") + b"\x1a"
    )
    assert [(s.identifier, s.unique, s.datestamp) for s in found if not s.fault] == [
        ("(UkLoFMLM)1", True, "2026-03-01T12:00:00Z"),
        ("(UkLoFMLM)2", True, "2026-03-01T12:00:00Z"),
        ("(UkLoFMLM)3", True, "2026-03-01T12:00:00Z"),
    ]
    assert [s.fault for s in found if s.fault] == ["is no MARC record: it has no leader and directory"]
    assert [read(s, "marc21").title for s in found if not s.fault] == ["Führung", "领导力", "Three"]


@pytest.mark.parametrize("code", ["cp1251", "koi8-r"])
def test_words_in_a_code_page_are_no_marc8(code: str) -> None:
    """Marks of MARC-8 stand before letters, and never four in a row."""

    def sent(language: str) -> bytes:
        whole = marc("x" * 16, "1").replace(b"20260301120000.0", f"{language:>38}".encode()).replace(b"005", b"008", 1)
        return whole.replace(b"x" * 16, "Лидерство врачей".encode(code))

    assert [read(s, "marc21").title for s in cut(marc21, sent("rus"))] == ["Лидерство врачей"]
    assert ["neither MARC-8 nor UTF-8" in s.fault for s in cut(marc21, sent("eng"))] == [True]


def test_marks_around_what_is_not_sorted_are_no_text() -> None:
    assert [read(s, "marc21").title for s in cut(marc21, marc("\x98The \x9cwards and \x88a \x89ward", "1"))] == [
        "The wards and a ward"
    ]


def test_a_file_that_ends_in_a_record_says_so() -> None:
    whole = marc("One", "1")
    found = marc21.slices(io.BytesIO(whole + whole[:60]))
    assert next(found).identifier == "(UkLoFMLM)1"
    with pytest.raises(RecordError, match="in the midst"):
        next(found)


@pytest.mark.parametrize("wrong", [b"00000", b"99999", b"     ", b"abcde"])
def test_a_wrong_length_in_the_leader_is_no_matter(wrong: bytes) -> None:
    (found,) = cut(marc21, wrong + marc("One", "1")[5:])
    assert read(found, "marc21").title == "One"


def test_utf8_under_a_leader_that_denies_it() -> None:
    data = bytearray(marc("Führung", "1"))
    data[9:10] = b" "
    (found,) = cut(marc21, bytes(data))
    assert read(found, "marc21").title == "Führung"


def test_lengths_in_characters_are_mended_by_the_marks() -> None:
    sound = marc("Überführung für Ärzte", "1")
    entry = sound.index(b"245")
    counted = int(sound[entry + 3 : entry + 7]) - 4
    (found,) = cut(marc21, sound[: entry + 3] + b"%04d" % counted + sound[entry + 7 :])
    assert read(found, "marc21").title == "Überführung für Ärzte"
