"""One row a rule: what was sent, and what has to come of it."""

from __future__ import annotations

import pytest

from harvester.clean import citations, dates, identifiers, languages, names, persons, rights, text, types
from harvester.clean.sound_names import sound_person


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("https://doi.org/https://doi.org/10.1136/x1", "10.1136/x1"),
        ("doi:https://dx.doi.org/10.1136/x1", "10.1136/x1"),
        ("10.1136/leader-2020-000228?a=b", "10.1136/leader-2020-000228?a=b"),
        ("https://doi.org/10.1136/x1#abstract", "10.1136/x1"),
        ("https://doi.org/10.1000/456%23789", "10.1000/456#789"),
        ("https://x.org/login?url=https%3A%2F%2Fdoi.org%2F10.1136%2Fx1&y=2", "10.1136/x1"),
        ("https://iopscience.iop.org/article/10.1088/1748-9326/ab1234/meta", "10.1088/1748-9326/ab1234"),
        ("https://doi.org/10.1234/some/full", "10.1234/some/full"),
        ('"10.1136/x1"', "10.1136/x1"),
        ("10.1136/x\u200b1", "10.1136/x1"),
        ("10.1000.10/123", "10.1000.10/123"),
        ("10.1234/árbol", "10.1234/árbol"),
        ("<a href='https://doi.org/10.1136/x1'>10.1136/x1</a>", "10.1136/x1"),
        ("110.1136/x1", None),
        ("10.1136/", None),
        ("10.1136/...", None),
        ("10.0001/2", None),
    ],
)
def test_doi(sent: str, expected: str | None) -> None:
    assert identifiers.doi(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("10.1136/leader-2020-000228", ("doi", "10.1136/leader-2020-000228")),
        ("https://hdl.handle.net/1912/2641", ("handle", "1912/2641")),
        ("http://dspace.mit.edu/handle/1721.1/123?show=full", ("handle", "1721.1/123")),
        ("oai:zenodo.org:20568011", ("oai", "oai:zenodo.org:20568011")),
        ("http://www.ncbi.nlm.nih.gov/pubmed/25263208", ("pmid", "25263208")),
        ("http://www.ncbi.nlm.nih.gov/pmc/articles/PMC4270220/", ("pmcid", "PMC4270220")),
        ("arXiv:2001.12345v2", ("arxiv", "2001.12345")),
        ("0149-5992", ("issn", "0149-5992")),
        ("90-5892-059-3", ("isbn", "9789058920591")),
        (
            "https://mpra.ub.uni-muenchen.de/48954/1/MPRA_paper_48954.pdf",
            ("url", "https://mpra.ub.uni-muenchen.de/48954/1/MPRA_paper_48954.pdf"),
        ),
        ("BMJ Leader, 2020, 4 (3), pp.128-134", None),
        ("ERS;ERS-2004-001-LIS", None),
        ("128 - 134", None),
        ("10.1136/a1 10.1136/b2", None),
    ],
)
def test_classify(sent: str, expected: tuple[str, str] | None) -> None:
    assert identifiers.classify(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("http://x.org/a;jsessionid=0AB?x=1", "http://x.org/a?x=1"),
        (
            "http://www.perseus.tufts.edu/cgi-bin/ptext?\n      doc=Perseus:text:1999.02.0083",
            "http://www.perseus.tufts.edu/cgi-bin/ptext?doc=Perseus:text:1999.02.0083",
        ),
        ("http://publishing.eur.nl/ir/ERS 2003 092 LIS.pdf", "http://publishing.eur.nl/ir/ERS%202003%20092%20LIS.pdf"),
        ("See http://X.org/A (accessed 3 May 2020)", "http://x.org/A"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("http://", None),
        ("nothing", None),
    ],
)
def test_url(sent: str, expected: str | None) -> None:
    assert identifiers.url(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("13/05/2020", "2020-05-13"),
        ("05/13/2020", "2020-05-13"),
        ("2020-00-00", "2020"),
        ("[1985?]", "1985?"),
        ("1985?~", "1985%"),
        ("2019-20", "2019/2020"),
        ("2010-11", "2010-11"),
        ("1998-99", "1998/1999"),
        ("Jan-Feb 2020", "2020-01/2020-02"),
        ("12-14 May 2020", "2020-05-12/2020-05-14"),
        ("28 April - 3 May 2020", "2020-04-28/2020-05-03"),
        ("Dec 2019/Jan 2020", "2019-12/2020-01"),
        ("28. septembre 2020", "2020-09-28"),
        ("2020年9月28日", "2020-09-28"),
        ("Mon, 28 Sep 2020 00:00:00 GMT", "2020-09-28"),
        ("20200230", "2020-02"),
        ("19--", "19XX"),
        ("2019, c2018", "2019"),
        ("1985 [i.e. 1986]", "1986"),
        ("before 2020", "../2020"),
        ("Received 1 May 2020; accepted 3 June 2020", "2020"),
        ("Received 1 May 2020; accepted 3 June 2021", None),
        ("28-Sep-20", None),
        ("10.1136/leader-2020-000228", None),
        ("9999-01-01", None),
        ("0000-00-00", None),
        ("128 - 134", None),
        ("nov, dec 1988", "1988-11/1988-12"),
        ("2020 Sep Oct", "2020-09/2020-10"),
    ],
)
def test_date(sent: str, expected: str | None) -> None:
    assert dates.date(sent) == expected


def test_the_end_of_time_moves() -> None:
    assert dates.date("2035", 2030) == "2035"
    assert dates.date("2036", 2030) is None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("p<0.05 and n>3", "p<0.05 and n>3"),
        ("<mml:math><mml:mi>β</mml:mi></mml:math>-blockers", "β-blockers"),
        ('<math> <mi>x</mi> <mn>2</mn> <annotation encoding="TeX">x^2</annotation> </math> here', "x2 here"),
        ("UK\u00e2\u20ac\u2122s", "UK’s"),
        ("Cafe\u0301", "Café"),
        ("De\ufb01ning leadership", "De\ufb01ning leadership"),
        ("Sharing leadership /", "Sharing leadership"),
        ("Sharing leadership. /", "Sharing leadership"),
        ("Wait...", "Wait..."),
        ("Notes on Xus sp.", "Notes on Xus sp."),
        ("??????????? study", "study"),
        ("RETRACTED: Ileal-lymphoid", "RETRACTED: Ileal-lymphoid"),
        ("<b and c> d", "<b and c> d"),
        ("AT&T and Q&A", "AT&T and Q&A"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("lead\u00ader\u200cship", "leadership"),
        ("bad \ud800 surrogate", "bad \ufffd surrogate"),
        ("[n/a]", None),
        ("...", None),
    ],
)
def test_title(sent: str, expected: str | None) -> None:
    assert text.title(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("<jats:p>A.</jats:p>\n   <jats:p>B.</jats:p>", "A.\n\nB."),
        ("<jats:title>Abstract</jats:title><jats:p>Background As systems", "Background As systems"),
        ("<jats:sec><jats:title>Methods</jats:title><jats:p>X</jats:p></jats:sec>", "Methods: X"),
        ("ABSTRACT: We show.", "We show."),
        ("Abstract art is old.", "Abstract art is old."),
        ("One\nline\n\nTwo", "One line\n\nTwo"),
        ("No abstract available.", None),
        ("", None),
    ],
)
def test_abstract(sent: str, expected: str | None) -> None:
    assert text.abstract(sent) == expected


def test_title_key_keeps_what_tells_titles_apart() -> None:
    assert text.title_key("COVID-19: phase 2") != text.title_key("COVID-20: phase 3")
    assert text.title_key("RETRACTED: A <i>randomised</i> trial") == text.title_key("A randomised trial.")
    assert text.title_key("—") == ""


def _seen(sent: str) -> list[tuple[str, str | None, str | None]]:
    return [(n.kind, n.family or n.name, n.given) for n in names.names(sent)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("Darzi A", [("person", "Darzi", "A")]),
        ("Darzi AW", [("person", "Darzi", "AW")]),
        ("A W Darzi", [("person", "Darzi", "A W")]),
        ("A.W. Darzi", [("person", "Darzi", "A.W.")]),
        ("Doe, John, 1950-", [("person", "Doe", "John")]),
        ("Wei Wang 0001", [("person", "Wang", "Wei")]),  # dblp numbers people of one name
        ("Smith, Jane, MD", [("person", "Smith", "Jane")]),
        ("Beukenholdt-ter Mors, M.A.", [("person", "Beukenholdt-ter Mors", "M.A.")]),
        ("Tan, Prof. Dr. Uner", [("person", "Tan", "Uner")]),
        ("Laan, L. van der", [("person", "van der Laan", "L.")]),
        ("MCDONALD, RONALD", [("person", "McDonald", "Ronald")]),
        ("SMITH, JPR", [("person", "Smith", "JPR")]),
        (
            "Smith JA, Jones KB, Brown C",
            [("person", "Smith", "JA"), ("person", "Jones", "KB"), ("person", "Brown", "C")],
        ),
        (
            "Smith, J., Jones, K., & Brown, C.",
            [("person", "Smith", "J."), ("person", "Jones", "K."), ("person", "Brown", "C.")],
        ),
        ("Smith, J and Doe, K", [("person", "Smith", "J"), ("person", "Doe", "K")]),
        ("Scott Morton, Fiona M.", [("person", "Scott Morton", "Fiona M.")]),
        ("Li, Na", [("person", "Li", "Na")]),
        ("Riley, K. A.", [("person", "Riley", "K. A.")]),
        ("Ana García, Luis Pérez", [("person", "García", "Ana"), ("person", "Pérez", "Luis")]),
        ("García Márquez, Gabriel José", [("person", "García Márquez", "Gabriel José")]),
        (
            "Smith, J.; RECOVERY Collaborative Group",
            [("person", "Smith", "J."), ("organisation", "RECOVERY Collaborative Group", None)],
        ),
        ("John and Mary Smith", [("unknown", "John and Mary Smith", None)]),
        ("李明", [("person", "李明", None)]),
        ("Plato", [("person", "Plato", None)]),
        ("Soil Systems, Inc. (PREPARER)", [("organisation", "Soil Systems, Inc.", None)]),
        ("&NA;", []),
    ],
)
def test_names(sent: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert _seen(sent) == expected


@pytest.mark.parametrize(
    "sent",
    [
        "Robinson, Christine K., AUTHOR (University of Colorado)",
        "Robinson, Christine K.; University of Colorado",
        "Christine Robinson, University of Colorado",
    ],
)
def test_affiliation_is_told_from_the_name(sent: str) -> None:
    (found,) = names.names(sent)
    assert (found.family, found.affiliation) == ("Robinson", "University of Colorado")


def test_typed_names() -> None:
    assert names.person("King", "Martin Luther", "Jr.").suffix == "Jr."
    assert names.person("NG", "K").name == "NG, K"
    assert names.person("Na", "Li").name == "Na, Li"
    assert names.person("n/a", "").name == ""
    assert names.person("Borchardt", "K. A.").given == "K. A."
    assert names.person("ARDS Definition Task Force", "for the") == names.Name(
        "organisation", "ARDS Definition Task Force"
    )
    assert names.person("M.S", "Manjunath").family == "M.S"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("en/fr", ["en", "fr"]),
        ("zh-hans-cn", ["zh-Hans-CN"]),
        ("en_US.UTF-8", ["en-US"]),
        ("English as a second language", []),
        ("the", ["the"]),
        ("http://lexvo.org/id/iso639-3/eng", ["en"]),
    ],
)
def test_languages(sent: str, expected: list[str]) -> None:
    assert languages.languages(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("not licensed under a Creative Commons Attribution 4.0 licence", None),
        (
            "Except where otherwise noted, this item's license is described as Attribution 4.0 International",
            "CC-BY-4.0",
        ),
        ("CC BY-NC-ND 3.0 IGO", "CC-BY-NC-ND-3.0-IGO"),
        ("https://creativecommons.org:443/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
        ("CC BY 2020", None),
        ("No commercial re-use", None),
    ],
)
def test_licence(sent: str, expected: str | None) -> None:
    found = rights.licence(sent)
    assert (found.spdx if found else None) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("637-41", ("637-641", "637", "641")),
        ("e12-19", ("e12-e19", "e12", "e19")),
        ("pp. 3-9", ("3-9", "3", "9")),
        ("e0123456", ("e0123456", "e0123456", None)),
        ("0012-0019", ("12-19", "12", "19")),
        ("i-xii", ("i-xii", "i", "xii")),
        ("e-13", ("e-13", "e-13", None)),
        ("3-1-3-22", ("3-1-3-22", "3-1", "3-22")),
        ("12:1–12:23", ("12:1-12:23", "12:1", "12:23")),
        ("040504", ("040504", "040504", None)),
        ("0012", ("12", "12", None)),
        ("12 pages", None),
        ("734498 bytes", None),
        ("0-0", None),
    ],
)
def test_pages(sent: str, expected: tuple[str, str, str | None] | None) -> None:
    found = citations.pages(sent)
    assert (found and (found.pages, found.start, found.end)) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("BMJ Leader; Vol. 4 No. 3 (2020): Special Issue; 128-134", ("BMJ Leader", 2020, "4", "3", "128-134")),
        ("Lancet 2020;395(10223):497-506", ("Lancet", 2020, "395", "10223", "497-506")),
        ("BMJ Leader, vol. 4, no. 3, pp. 128-134, 2020", ("BMJ Leader", 2020, "4", "3", "128-134")),
        ("Evolution: 29 (1975) no. 4, pp. 750-762", ("Evolution", 1975, "29", "4", "750-762")),
        (
            "Smith, J (2013) A very nice title. Journal of Things, 12 (3). pp. 1-22. ISSN 1234-5678",
            ("Journal of Things", 2013, "12", "3", "1-22"),
        ),
        ("ERS;ERS-2004-001-LIS", None),
        ("http://hdl.handle.net/1765/324", None),
    ],
)
def test_citation(sent: str, expected: tuple[str | int, ...] | None) -> None:
    found = citations.citation(sent)
    assert (found and (found.container, found.year, found.volume, found.issue, found.pages)) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("video/mp4", None),
        ("Text::Journal::Article", "article"),
        ("Thesis (Ph.D., Chemistry)", "doctoral-thesis"),
        ("untilArticleAppears", None),
    ],
)
def test_types(sent: str, expected: str | None) -> None:
    assert types.resource_type(sent) == expected


def test_a_family_that_could_mean_nobody_stays_beside_a_given_name() -> None:
    assert names.person("Guest", "Greg").name == "Guest, Greg"
    assert names.person("Patient", "David").family == "Patient"
    assert names.person("Guest").name == names.person("Unknown", "Unknown").name == ""


@pytest.mark.parametrize(
    ("family", "given", "expected"),
    [
        ("Collaboration", "ATLAS", "ATLAS Collaboration"),  # as Crossref has it of many deposits
        ("University", "Kazan", "Kazan University"),
        ("Leeds", "University of", "University of Leeds"),
        ("Group", "on behalf of the RECOVERY", "RECOVERY Group"),
        ("Group", "A.", None),
        ("Press", "Frank", None),
        ("College", "Samuel", None),
    ],
)
def test_an_organisation_that_was_cut_in_two(family: str, given: str, expected: str | None) -> None:
    found = persons.person(family, given)
    assert (found.kind, found.name) == (("organisation", expected) if expected else ("person", f"{family}, {given}"))
    assert sound_person(family, given) in (None, found)


@pytest.mark.parametrize(
    ("family", "given", "name"),
    [
        ("Null", "Gary", "Null, Gary"),
        ("null", "Gary", "Gary"),
        ("NA", "K", "NA, K"),
        ("Smith", "NA", "Smith, NA"),
        ("Martin", "True", "Martin, True"),
        ("NA", "NA", ""),
        ("Na", "Li", "Na, Li"),
        ("Smith", "n/a", "Smith"),
    ],
)
def test_a_name_that_looks_like_none(family: str, given: str, name: str) -> None:
    assert persons.person(family, given).name == name


@pytest.mark.parametrize(
    ("family", "given", "expected"),
    [
        ("Zopf", "G.W., Jr.", ("Zopf", "G.W.", "Jr.")),
        ("Gibbs Jr", "Raymond", ("Gibbs", "Raymond", "Jr")),
        ("Powers", "Albert R., III", ("Powers", "Albert R.", "III")),
        ("Smith", "Dr. John", ("Smith", "John", None)),
        ("Smith, MD", "John", ("Smith", "John", None)),
        ("Smith*", "John (Ed.)", ("Smith", "John", None)),
        ("Smith", "John et al.", ("Smith", "John", None)),
        ("Zuse, Konrad", "", ("Zuse", "Konrad", None)),
        ("Silva Neto", "Ana", ("Silva Neto", "Ana", None)),
        ("Smith", "II", ("Smith", "II", None)),
        ("Zhu", "Rui (Juliet)", ("Zhu", "Rui (Juliet)", None)),
    ],
)
def test_the_parts_of_a_name_hold_what_is_none_of_it(
    family: str, given: str, expected: tuple[str, str, str | None]
) -> None:
    found = persons.person(family, given)
    assert (found.family, found.given, found.suffix) == expected
    assert sound_person(family, given) in (None, found)
