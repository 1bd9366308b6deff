"""BibTeX as people and services write it."""

from __future__ import annotations

import pytest

from harvester.normalise import normalise
from harvester.record import RawRecord, Record


def read(entry: str) -> Record:
    return normalise(RawRecord(source="t", identifier="t", format="bibtex", payload=entry.encode()))


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Bell, Amina and Okoro, Tom", ["Bell, Amina", "Okoro, Tom"]),
        ("Amina Bell and others", ["Bell, Amina"]),
        ("Ludwig van Beethoven and van Beethoven, Ludwig", ["van Beethoven, Ludwig"] * 2),
        ("Jos{\\'e} Mu{\\~n}oz and {\\v{Z}}i{\\v{z}}ek, Slavoj", ["Muñoz, José", "Žižek, Slavoj"]),
        ("{World Health Organization} and Erd{\\H o}s, P.", ["World Health Organization", "Erdős, P."]),
        ("{{Barnes and Noble}}", ["Barnes and Noble"]),
        ("King, Jr., Martin Luther", ["King, Martin Luther"]),
        ("Smith, John ; Doe, Jane", ["Smith, John", "Doe, Jane"]),
        ("J. Smith, K. Jones and L. Brown", ["Smith, J.", "Jones, K.", "Brown, L."]),
        ("Smith J, Jones K", ["Smith, J", "Jones, K"]),
        ("{Lindqvist, Grace and Moreau, Paul}", ["Lindqvist, Grace", "Moreau, Paul"]),
        ("family=Berg, given=Jan, prefix=van", ["van Berg, Jan"]),
        ("Jan {van den Berg}", ["van den Berg, Jan"]),
    ],
)
def test_names_are_divided_as_their_writer_meant(author: str, names: list[str]) -> None:
    assert [c.name for c in read(f"@misc{{k, author = {{{author}}}}}").contributors] == names


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ("year = 2020, month = sep, day = 28", "2020-09-28"),
        ('year = 2020, month = "28~" # sep', "2020-09-28"),
        ("year = {2020}, month = {9}", "2020-09"),
        ("year = {19--}", "19XX"),
        ("year = {c1999}", "1999"),
        ("year = {in press}", None),
        ("date = {2020-09/2020-10}", "2020-09/2020-10"),
        ("date = {1985~}, year = 1985", "1985~"),
    ],
)
def test_dates_keep_what_was_said(fields: str, issued: str | None) -> None:
    assert read(f"@misc{{k, {fields}}}").issued == issued


def test_preprints_of_google_scholar_and_dblp_are_no_journal_articles() -> None:
    for entry in (
        "@article{k, title={T}, journal={arXiv preprint arXiv:1901.00001}, year=2019}",
        "@article{k, title={T}, journal={CoRR}, volume={abs/1901.00001}, year=2019}",
    ):
        found = read(entry)
        assert (found.type, found.container, found.volume) == ("preprint", None, None)
        assert ("arxiv", "1901.00001") in [(i.scheme, i.value) for i in found.identifiers]


def test_the_two_places_of_a_conference_paper_of_acm() -> None:
    found = read("@inproceedings{k, title={T}, booktitle={B}, location={Nice, France}, address={New York, NY, USA}}")
    assert found.place == "New York, NY, USA"
    assert found.event is not None
    assert found.event.place == "Nice, France"
    assert read("@inproceedings{k, title={T}, location={Cham}}").place == "Cham"


def test_an_issn_in_the_field_of_the_isbn_and_pages_from_one_on() -> None:
    found = read("@article{k, title={T}, journal={J}, isbn={0022-0000}, pages={73+}}")
    assert found.container is not None
    assert (found.container.issn, found.pages) == ("0022-0000", "73")
    assert not found.extra


def test_a_note_that_says_retracted_marks_the_work() -> None:
    assert read("@article{k, title={T}, journal={J}, note={Retracted}}").update_status == "retraction"
    assert read("@article{k, title={T}, journal={J}, note={Retracted data are in the appendix}}").update_status is None


def test_percent_and_dollar_are_themselves_where_they_are_no_latex() -> None:
    found = read("@misc{k, title={50% of {NHS} wards at $5 and $10}, abstract={a $p<0.05$ b}}")
    assert found.title == "50% of NHS wards at $5 and $10"
    assert found.descriptions[0].text == "a p<0.05 b"


def test_preprints_of_other_servers_and_the_month_that_google_scholar_has_for_their_pages() -> None:
    found = read("@article{k, title={T}, journal={bioRxiv}, pages={2020--03}, year=2020}")
    assert (found.type, found.pages, found.extra) == ("preprint", None, {"pages": ["2020–03"]})
    found = read("@article{k, title={T}, journal={Available at SSRN 3456789}, year=2020}")
    assert (found.type, found.container) == ("preprint", None)
    assert ("local", "ssrn:3456789") in [(i.scheme, i.value) for i in found.identifiers]


def test_the_tilde_of_an_address_is_one() -> None:
    for field in ("url", "howpublished"):
        found = read(f"@misc{{k, title={{T}}, {field}={{\\url{{http://www.example.org/~bell/a_b}}}}}}")
        assert (found.url, found.container) == ("http://www.example.org/~bell/a_b", None)


@pytest.mark.parametrize("said", ["Accessed: 2020-01-01", "Online; accessed 12 May 2020", "guide.pdf"])
def test_how_it_was_published_is_no_container_where_it_says_when_somebody_looked(said: str) -> None:
    found = read(f"@misc{{k, title={{T}}, year=2020, howpublished={{{said}}}}}")
    assert (found.container, found.issued) == (None, "2020")


def test_scopus_says_in_document_type_what_its_entries_are() -> None:
    assert read("@BOOK{k, title={T}, journal={B}, document_type={Book Chapter}}").type == "chapter"
    assert read("@ARTICLE{k, title={T}, journal={B}, document_type={Conference Paper}}").type == "conference-paper"


def test_orcids_of_web_of_science_belong_to_whom_they_name() -> None:
    numbers = "Bell, Amina/0000-0002-1825-0097\n   Okoro, Thomas/0000-0001-5109-3700"
    found = read(f"@article{{k, Author={{Bell, Amina and Okoro, Tom}}, Title={{T}}, ORCID-Numbers={{{numbers}}}}}")
    assert [c.orcid for c in found.contributors] == ["0000-0002-1825-0097", None]


def test_the_number_of_a_patent_is_no_issue() -> None:
    found = read("@patent{k, title={T}, number={US1234567}}")
    assert (found.issue, found.identifiers[-1].value) == (None, "US1234567")


def test_the_number_of_a_book_in_its_series_is_no_issue_and_its_own_title_no_container() -> None:
    found = read("@incollection{k, title={T}, booktitle={B}, series={S}, number={23}}")
    assert (found.volume, found.issue) == ("23", None)
    assert read("@book{k, title={B}, booktitle={B}}").container is None


@pytest.mark.parametrize("month", ['"nov, dec"', "nov # { and } # dec", "{Nov.--Dec.}"])
def test_two_months_are_two(month: str) -> None:
    found = read(f"@article{{k, title={{T}}, journal={{J}}, year=1988, month={month}}}")
    assert found.issued == "1988-11/1988-12"


def test_what_ads_inspire_and_dblp_write_in_their_own_way() -> None:
    found = read(r"@article{k, journal = {\mnras}, title = {z $\gt$ 5}}")
    assert (found.title, found.container and found.container.title) == (
        "z > 5",
        "Monthly Notices of the Royal Astronomical Society",
    )
    found = read(
        "@article{k, journal={arXiv e-prints}, eid={arXiv:2009.12318}, pages={arXiv:2009.12318}, eprint={2009.12318}}"
    )
    assert (found.type, found.article_number, found.pages, found.extra) == ("preprint", None, None, {})
    found = read(
        '@article{k, author="Bell, A and others", collaboration="ATLAS, CMS", reportNumber="CERN-PH-1", title={x}}'
    )
    assert [(c.name, c.kind) for c in found.contributors] == [
        ("Bell, A", "person"),
        ("ATLAS", "organisation"),
        ("CMS", "organisation"),
    ]
    assert ("report-number", "CERN-PH-1") in [(i.scheme, i.value) for i in found.identifiers]
    assert [c.name for c in read("@misc{k, author = {Wei Wei 0001 and Jones, B, Jr.}}").contributors] == [
        "Wei, Wei",
        "Jones, B",
    ]
    assert read("@misc{k, eprint={1706.03762}, archivePrefix={arXiv}}").type == "preprint"
    found = read("@article{k, journal={Ann. of Math. (2)}, fjournal={Annals of Mathematics}, series={newseries}}")
    assert found.container is not None
    assert (found.container.title, found.container.short_title) == ("Annals of Mathematics", "Ann. of Math. (2)")
    assert (found.relations, found.extra) == ((), {"series": ["newseries"]})


def test_what_the_web_of_science_says_of_people_and_grants() -> None:
    found = read(
        "@article{k, Author = {Bell, Amina}, ORCID-Numbers = {{Bell, Amina/0000-0002-1825-0097\n }},"
        "Number-of-Cited-References = {{60}}, Funding-Acknowledgement = {{Park Service [P17, P18]; Wellcome}}}"
    )
    assert found.contributors[0].orcid == "0000-0002-1825-0097"
    assert [(f.funder_name, f.award_number) for f in found.funding] == [
        ("Park Service", "P17"),
        ("Park Service", "P18"),
        ("Wellcome", None),
    ]
    assert (found.references_count, found.extra) == (60, {})


def test_what_mendeley_endnote_and_conferences_write() -> None:
    found = read(
        "@article{k, abstract={Wards are cold.$\\backslash$n$\\backslash$nSo are teams.}, arxivId={1501.00001},"
        'keywords={Humans;*Leadership}, month=jun # "~1--3", year={1999}, volumes={5}}'
    )
    assert [d.text for d in found.descriptions] == ["Wards are cold.\n\nSo are teams."]
    assert [s.term for s in found.subjects] == ["Humans", "Leadership"]
    assert ("arxiv", "1501.00001") in [(i.scheme, i.value) for i in found.identifiers]
    assert (found.issued, found.extent) == ("1999-06", ("5 volumes",))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("@techreport{k, pages={6}}", (None, ("6 pages",))),
        ("@techreport{k, pages={1--36}}", ("1-36", ())),
        ("@phdthesis{k, pages={xii, 210}}", (None, ("xii, 210 pages",))),
        ("@article{k, pages={6}}", ("6", ())),
    ],
)
def test_one_number_as_the_pages_of_a_whole_work_counts_them(
    entry: str, expected: tuple[str | None, tuple[str]]
) -> None:
    found = read(entry)
    assert (found.pages, found.extent) == expected


def test_what_bibdesk_and_booklets_write() -> None:
    found = read(
        "@article{k, journal={J. Foo}, journal-full={Journal of Foo}, pst={ppublish}, remote-url={https://a.org/x}}"
    )
    assert found.container is not None
    assert (found.container.title, found.container.short_title) == ("Journal of Foo", "J. Foo")
    assert (found.url, found.extra) == ("https://a.org/x", {})
    found = read("@book{k, author={Ruby, Sam, and Thomas, Dave, and Bell, A.}, booktitle={Agile Wards}}")
    assert [(c.family, c.given, c.suffix) for c in found.contributors] == [
        ("Ruby", "Sam", None),
        ("Thomas", "Dave", None),
        ("Bell", "A.", None),
    ]
    assert (found.title, found.container) == ("Agile Wards", None)
    found = read("@booklet{k, howpublished={Printed by the Foo Press}}")
    assert (found.publisher, found.container) == ("Foo Press", None)
    found = read("@article {PMID:36788546, Title = {Wards}}")
    assert ("pmid", "36788546") in [(i.scheme, i.value) for i in found.identifiers]
    assert read("@softwareversion{k, title={Parmap}}").type == "software"


@pytest.mark.parametrize("sent", ["in press", "In Press.", "to appear", "forthcoming"])
def test_what_stands_for_a_year_that_is_not_there_yet_is_the_status(sent: str) -> None:
    found = read(f"@article{{k, year={{{sent}}}}}")
    assert (found.publication_status, found.dates, found.findings[1:]) == ("in-press", (), ())


def test_a_number_in_braces_is_in_the_name_of_an_organisation() -> None:
    found = read("@misc{k, author={{W3C} and {Plato}}}")
    assert [c.kind for c in found.contributors] == ["organisation", "person"]


def test_a_wrong_isbn_beside_a_right_one_is_kept_as_it_came() -> None:
    found = read("@book{k, isbn={978-3-16-148410-0; 999-8-888-99999-8}}")
    assert ("isbn", "9783161484100") in [(i.scheme, i.value) for i in found.identifiers]
    assert found.extra == {"isbn": ["999-8-888-99999-8"]}


def test_very_many_blanks_between_isbns_cost_little() -> None:
    found = read(f"@book{{k, isbn={{978-3-16-148410-0;{' ' * 20_000}x}}}}")
    assert ("isbn", "9783161484100") in [(i.scheme, i.value) for i in found.identifiers]
