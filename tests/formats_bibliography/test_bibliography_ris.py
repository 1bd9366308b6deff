"""RIS as reference managers and services write it."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import Container, RawRecord, Record


def read(*lines: str) -> Record:
    text = "\n".join([*lines, "ER  - "])
    return normalise(RawRecord(source="t", identifier="t", format="ris", payload=text.encode()))


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        (["PY  - 2020"], "2020"),
        (["Y1  - 2020/09/28/"], "2020-09-28"),
        (["PY  - 2020", "DA  - 2020/09/28"], "2020-09-28"),
        (["PY  - 2020", "DA  - Sep 28"], "2020-09-28"),
        (["PY  - 2020", "DA  - 2019/12/01"], "2020"),
        (["PY  - 2020///Spring"], "2020-21"),
        (["PY  - 2020/00/00"], "2020"),
        (["PY  - 2020/Sep/28"], "2020-09-28"),
        (["PY  - n.d."], None),
        (["Y2  - 2021/01/04"], None),
    ],
)
def test_the_date_of_issue_is_the_most_that_its_tags_agree_on(lines: list[str], issued: str | None) -> None:
    assert read("TY  - JOUR", *lines).issued == issued


@pytest.mark.parametrize(
    ("lines", "pages"),
    [
        (["SP  - 128", "EP  - 134"], "128-134"),
        (["SP  - 128-134"], "128-134"),
        (["SP  - 128-134", "EP  - 134"], "128-134"),
        (["SP  - 637", "EP  - 41"], "637-641"),
        (["SP  - 128", "EP  - 128"], "128"),
        (["SP  - 128+"], "128"),
        (["SP  - n/a", "EP  - n/a"], None),
    ],
)
def test_pages_stand_in_one_tag_or_in_two(lines: list[str], pages: str | None) -> None:
    assert read("TY  - JOUR", *lines).pages == pages


def test_a_tag_means_what_its_type_makes_of_it() -> None:
    journal, book, chapter, thesis = (
        read(f"TY  - {kind}", "T2  - Place", "A2  - Bell, A", "PB  - House", "SP  - 214", "SN  - 9780521877237")
        for kind in ("JOUR", "BOOK", "CHAP", "THES")
    )
    assert journal.container is not None
    assert (journal.container.title, journal.pages) == ("Place", "214")
    assert book.container is not None
    assert (book.container.type, book.extent, book.pages) == ("series", ("214 pages",), None)
    assert chapter.container is not None
    assert (chapter.container.type, chapter.container.isbn) == ("book", "9780521877237")
    (school,) = thesis.institutions
    assert (school.name, school.department, thesis.contributors[0].role) == ("House", "Place", "advisor")


def test_numbers_of_databases_are_told_by_their_form() -> None:
    found = read(
        "TY  - JOUR",
        "AN  - 32745692",
        "DB  - Medline",
        "SN  - 2398631X (ISSN); 0000-0000 (ISSN)",
        "M3  - doi:10.5555/PZ.2020.4",
        "UR  - <Go to ISI>://WOS:000123456",
        "C2  - PMC7393888",
    )
    assert [(i.scheme, i.value, i.relation) for i in found.identifiers][1:] == [
        ("pmid", "32745692", "self"),
        ("doi", "10.5555/pz.2020.4", "self"),
        ("local", "wos:000123456", "version"),
        ("pmcid", "PMC7393888", "self"),
        ("issn", "2398-631X", "container"),
    ]


def test_conference_papers_of_ieee_have_their_days_in_y1() -> None:
    found = read("TY  - CONF", "T2  - Wards", "PY  - 2019", "Y1  - 12-17 May 2019")
    assert found.event is not None
    assert (found.issued, found.event.start, found.event.end) == ("2019", "2019-05-12", "2019-05-17")


def test_a_file_on_a_disk_is_nobody_elses() -> None:
    found = read("TY  - JOUR", "L1  - file:///C:/Users/bell/paper.pdf", "L1  - https://example.org/paper.pdf")
    assert [f.url for f in found.files] == ["https://example.org/paper.pdf"]


def test_how_often_it_was_cited_is_a_number_and_no_note() -> None:
    found = read("TY  - JOUR", "N1  - Cited By :12", "Export Date: 4 January 2021", "N1  - A remark.")
    assert found.cited_by_count == 12
    assert [d.text for d in found.descriptions] == ["A remark."]
    found = read("TY  - JOUR", "N1  - Times Cited in Web of Science Core Collection:  12", "Total Times Cited:  13")
    assert (found.cited_by_count, found.descriptions) == (12, ())
    found = read("TY  - JOUR", "N1  - Export Date: 5 June 2024; Cited By: 4; Note: Later data; CODEN: JSOMB")
    assert (found.cited_by_count, [d.text for d in found.descriptions]) == (4, ["Note: Later data"])
    found = read("TY  - JOUR", "N1  - Total Times Cited:  3", "Cited Reference Count:  40", "C6  - MAR 2019")
    assert (found.cited_by_count, found.references_count, found.descriptions) == (3, 40, ())
    assert [(d.type, d.value) for d in found.dates] == [("online", "2019-03")]


def test_jstor_says_in_m1_what_an_article_is() -> None:
    sent = "ArticleType: book-review / Full publication date: Spring, 2005"
    found = read("TY  - JOUR", "TI  - Wards", f"M1  - {sent}")
    assert (found.type, found.extra) == ("book-review", {"M1": [sent]})


def test_no_label_of_an_address_is_left_where_the_address_was() -> None:
    found = read("TY  - JOUR", "PB  - House of Wards (E-mail: a.bell@example.org)", "AB  - x")
    assert found.publisher == "House of Wards"


def test_a_degree_in_the_place_of_the_type_is_a_degree() -> None:
    found = read("TY  - THES", "M3  - Ph.D.", "PB  - University of Leeds")
    assert found.degree is not None
    assert (found.type, found.degree.name) == ("doctoral-thesis", "Ph.D.")
    assert read("TY  - THES", "M3  - PhD thesis").degree is None


def test_tags_of_rare_types_are_not_taken_for_what_they_mean_elsewhere() -> None:
    """EndNote's table of reference types: A2 is a file's name, VL an amount, DA when somebody looked, and so on."""
    book = read("TY  - EBOOK", "PY  - 2019", "DA  - 2019/03/05")
    assert (book.issued, book.extra) == ("2019", {"DA": ["2019/03/05"]})
    film = read("TY  - MPCT", "AU  - Bell, A", "A4  - Okoro, T", "SP  - 124 min")
    assert ([c.role for c in film.contributors], film.extent) == (["author", "other"], ("124 min",))
    figure = read("TY  - FIGURE", "A2  - ward.png", "VL  - 3 x 4", "SP  - A ward")
    assert (figure.contributors, figure.volume, figure.extra) == ((), None, {"A2": ["ward.png"], "VL": ["3 x 4"]})
    grant = read("TY  - GRANT", "M1  - active", "VL  - 2000", "NV  - 1000", "PB  - NIHR")
    assert (grant.volume, grant.extent, [f.funder_name for f in grant.funding]) == (None, (), ["NIHR"])
    assert grant.extra == {"M1": ["active"], "VL": ["2000"], "NV": ["1000"]}
    page = read("TY  - WEB", "PY  - 2019", "VL  - 2021", "SP  - Home page")
    assert (page.volume, page.pages) == (None, None)
    thesis = read("TY  - THES", "VL  - Ph.D.", "JF  - ProQuest Dissertations and Theses")
    assert thesis.degree is not None
    assert (thesis.degree.name, thesis.volume, thesis.container) == ("Ph.D.", None, None)


@pytest.mark.parametrize(
    ("section", "part", "online"),
    [("128", None, None), ("Research", "Research", None), ("2020/05/13", None, "2020-05-13"), ("7", None, None)],
)
def test_se_of_an_article_is_its_section_its_first_page_or_a_day(section: str, part: str | None, online: str) -> None:
    found = read("TY  - JOUR", "SP  - 128-134", f"SE  - {section}")
    assert (found.part, next((d.value for d in found.dates if d.type == "online"), None)) == (part, online)
    assert found.pages == "128-134"


def test_a_serial_of_scopus_is_what_scopus_calls_it() -> None:
    chapter = read("TY  - SER", "T2  - Handbooks", "SP  - 1", "EP  - 9", "M3  - Book Chapter", "DB  - Scopus")
    assert (chapter.type, chapter.pages) == ("chapter", "1-9")
    paper = read("TY  - JOUR", "T2  - Lecture Notes", "M3  - Conference Paper", "DB  - Scopus")
    assert paper.type == "conference-paper"
    assert read("TY  - SER", "TI  - Annals").type == "journal"
    book = read("TY  - BOOK", "TI  - Wards", "T2  - Wards", "J2  - Wds.", "DB  - Scopus", "M3  - Book")
    assert (book.container, book.relations) == (None, ())


def test_a_tag_of_more_than_two_letters_is_no_part_of_the_one_before() -> None:
    found = read("TY  - JOUR", "PMID  - 32745692", "TI  - Wards")
    assert (found.type, [(i.scheme, i.value) for i in found.identifiers][-1]) == ("article", ("pmid", "32745692"))


def test_each_issn_has_the_label_that_stands_behind_it() -> None:
    for sent in ("1930-7810(Electronic),0278-6133(Print)", "1930-7810 (Electronic) 0278-6133 (Print)"):
        found = read("TY  - JOUR", f"SN  - {sent}").container
        assert found is not None
        assert (found.issn, found.eissn) == ("0278-6133", "1930-7810")


def test_the_full_stop_of_an_abbreviated_journal_stays() -> None:
    found = read("TY  - JOUR", "T2  - Medical care.", "J2  - Med. Care.").container
    assert found is not None
    assert (found.title, found.short_title) == ("Medical care", "Med. Care.")


def test_where_a_conference_was_and_where_its_papers_were_published() -> None:
    found = read("TY  - CONF", "CY  - Paris", "C1  - New York")
    assert found.event is not None
    assert (found.place, found.event.place) == ("New York", "Paris")


def test_a_link_resolver_is_no_address_of_the_work() -> None:
    found = read(
        "TY  - JOUR", "L2  - https://sfx.example.org/menu?url_ver=Z39.88-2004&sid=x", "UR  - https://example.org/1"
    )
    assert [i.value for i in found.identifiers if i.scheme == "url"] == ["https://example.org/1"]


def test_c3_of_an_article_is_its_journal_where_nothing_else_is() -> None:
    found = read("TY  - JOUR", "C3  - Key Engineering Materials", "J2  - Key Eng. Mater.", "DB  - Scopus")
    assert found.container is not None
    assert (found.container.title, found.container.short_title) == ("Key Engineering Materials", "Key Eng. Mater.")
    found = read("TY  - JOUR", "T2  - Lecture Notes", "C3  - 5th Conference on Wards")
    assert found.container is not None
    assert (found.container.title, found.container.short_title, found.extra) == (
        "Lecture Notes",
        None,
        {"C3": ["5th Conference on Wards"]},
    )
    assert [i.scheme for i in read("TY  - EJOUR", "C3  - PMC7393888").identifiers][-1] == "pmcid"


def test_databases_say_who_works_where() -> None:
    here = "Department of Surgery, Leeds"
    for lines in (
        [
            f"M1  - (Bell A.; Roe B., b.roe@example.org) {here}",
            "AD  - A. Bell, " + here,
            "A1  - Bell A.",
            "A1  - Roe B.",
        ],
        [f"M2  - Bell, Amina. {here}. Electronic address: a@example.org.", "A1  - Bell, Amina", "A1  - Roe, Bo"],
        [f"AD  - Bell, Amina A.: {here}", "AU  - Bell, Amina A", "AU  - Bellamy, Amina A"],
        [f"AD  - {here}", "AU  - Bell, Amina"],
    ):
        first, *others = read("TY  - JOUR", *lines).contributors
        assert [(a.name or "").rstrip(".") for a in first.affiliations] == [here]
        assert all(bool(c.affiliations) == ("M1" in lines[0]) for c in others)
    assert read("TY  - JOUR", f"AD  - {here}", "AU  - Bell, A", "AU  - Roe, B").extra == {"AD": [here]}


def test_what_ovid_and_embase_keep_in_tags_of_their_own() -> None:
    found = read(
        "TY  - JOUR", "A1  - Bell, Amina", "A2  - Ahmed, Beck, Cole, De Haro, Evans", "JF  - Wards", "M1  - 101282906",
        "AI  - ORCID: http://orcid.org/Bell, Amina; ORCID: http://orcid.org/0000-0002-1825-0097",
    )  # fmt: skip
    assert [(c.name, c.orcid) for c in found.contributors] == [("Bell, Amina", "0000-0002-1825-0097")]
    assert found.issue is None
    assert found.extra == {"A2": ["Ahmed, Beck, Cole, De Haro, Evans"], "M1": ["101282906"]}
    found = read("TY  - JOUR", "DB  - Embase", "DB  - Medline", "C5  - 15368318", "U2  - L39097156")
    assert {(i.scheme, i.value) for i in found.identifiers} >= {("pmid", "15368318"), ("local", "embase:L39097156")}


def test_notes_of_databases_are_not_those_of_the_work() -> None:
    found = read(
        "TY  - JOUR", "AB  - Wards are cold. [ABSTRACT FROM AUTHOR]", "Copyright of Wards is the property of Example Ltd.",
        "N1  - Correspondence Address: Bell, A.; Leeds", "N1  - Last updated - 2019-05-03", "N1  - Cited By (since 2022): 11",
        "N1  - Funding details: National Science Foundation, NSF, 0912, 0913", "N1  - Funding details: Wellcome, London",
        "N1  - References: Roe, B., Wards (2017) BMJ, 1, pp. 1-2;",
    )  # fmt: skip
    assert [d.text for d in found.descriptions] == ["Wards are cold."]
    assert found.cited_by_count == 11
    assert [(f.funder_name, f.award_number) for f in found.funding] == [
        ("National Science Foundation", "0912"),
        ("National Science Foundation", "0913"),
        ("Wellcome, London", None),
    ]
    assert set(found.extra) == {"AB", "N1"}


def test_further_dates_are_none_of_publication() -> None:
    found = read("TY  - JOUR", "PY  - 2013/04/18", "PY  - 2013/02/15/received", "PY  - 1999")
    assert [(d.type, d.value) for d in found.dates] == [("issued", "2013-04-18"), ("received", "2013-02-15")]
    assert found.extra == {"PY": ["1999"]}


def test_rows_of_one_type() -> None:
    assert [c.role for c in read("TY  - EDBOOK", "AU  - Bell, A").contributors] == ["editor"]
    patent = read("TY  - PAT", "PB  - Example Ltd", "T3  - Ein Gerät")
    assert (patent.publisher, patent.relations, patent.extra) == (None, (), {"T3": ["Ein Gerät"]})
    assert [c.role for c in patent.contributors] == ["other"]


def test_the_place_of_a_conference_and_that_of_its_publisher() -> None:
    found = read("TY  - CONF", "C3  - Proceedings", "T2  - Congress", "CY  - Paris")
    assert (found.place, found.event and found.event.place) == (None, "Paris")
    found = read("TY  - CONF", "T2  - Proceedings", "CY  - Cham")
    assert (found.place, found.event) == ("Cham", None)


def test_a_second_title_of_a_holder_is_its_series_and_no_short_form() -> None:
    found = read("TY  - CHAP", "BT  - Methods in Wards", "T2  - Protein Design", "SP  - 1")
    assert found.container is not None
    assert (found.container.title, found.container.short_title) == ("Protein Design", None)
    assert [r.target for r in found.relations] == ["Methods in Wards"]
    alone = read("TY  - CHAP", "BT  - Methods in Wards").container
    assert alone is not None
    assert alone.title == "Methods in Wards"


def test_numbers_that_are_no_place_in_a_journal() -> None:
    found = read("TY  - JOUR", "C7  - NCT04567890")
    assert (found.article_number, ("trial", "related")) == (
        None,
        (found.identifiers[-1].scheme, found.identifiers[-1].relation),
    )
    assert read("TY  - BOOK", "SP  - xii, 300").extent == ("xii, 300 pages",)


def test_the_issn_of_a_series_takes_no_name_from_it() -> None:
    found = read(
        "TY  - BOOK", "TI  - Wards", "T2  - Studies in Care", "VL  - 12", "SN  - 9780521877237", "SN  - 2398-631X"
    )
    assert found.container == Container("Studies in Care", type="series", issn="2398-631X")
    assert found.volume == "12"


def test_what_stands_for_a_year_that_is_not_there_yet_is_the_status() -> None:
    found = read("TY  - JOUR", "TI  - Wards", "PY  - In press")
    assert (found.publication_status, found.dates, found.findings) == ("in-press", (), ())


def test_a_wrong_number_beside_a_right_one_is_kept_as_it_came() -> None:
    found = read("TY  - JOUR", "SN  - 2073-0071 (print), 2073-0072 (online)")
    assert found.container is not None
    assert (found.container.issn, found.extra) == ("2073-0071", {"SN": ["2073-0072 (online)"]})
