"""Pairs of records that are one work, and pairs that must never become one, by kind of mistake.

The facts are invented; the kinds are those that deduplication tools are known to get wrong: recurring titles, parts, replies,
errata, versions (https://github.com/miku/fuzzycat ``tests/data/verify.csv``), abstracts of meetings and chapters under one
DOI (https://github.com/wcmc-its/ReCiter/issues), thin copies (https://github.com/ESHackathon/CiteSource/issues/160).
"""

from __future__ import annotations

import pytest
from msgspec import structs

from harvester import link
from harvester.record import Record
from link.described import compared, features, record

TITLE = "Shared leadership in emergency departments: a randomised trial of handover rounds"
WHO = "Okafor, Ada; Lindqvist, Bo; Marsh, Carol"
WHERE = ("2014", "BMJ Leader", "12(3):128-139")

SAME: dict[str, tuple[Record, Record]] = {
    "initials, case, an abbreviated journal, short last page": (
        record(TITLE, WHO, *WHERE),
        record(TITLE.upper(), "Okafor, A; Lindqvist, B; Marsh, C", "2014", "BMJ Lead.", "12(3):128-39"),
    ),
    "an accented and a plain name, a typing mistake": (
        record(TITLE, "Müller, Ada; Ørsted, Bo", *WHERE),
        record(TITLE.replace("departments", "departmnets"), "Muller, A; Orsted, B", *WHERE),
    ),
    "a title without its subtitle": (
        record(TITLE, WHO, *WHERE),
        record(TITLE.partition(":")[0], WHO, *WHERE),
    ),
    "a translated title in brackets, with the note of a database": (
        record(f"[{TITLE}]. [Swedish]", WHO, *WHERE),
        record(TITLE, WHO, *WHERE),
    ),
    "an erratum noted behind the title of the article": (
        record(f"{TITLE}.[Erratum appears in BMJ Lead. 2015 Jan;13(1):7]", WHO, *WHERE),
        record(TITLE, WHO, *WHERE),
    ),
    "the flag of a retraction": (
        record(f"RETRACTED: {TITLE}", WHO, *WHERE),
        record(TITLE, WHO, *WHERE),
    ),
    "in print a year after online": (
        record(TITLE, WHO, "2013", "BMJ Leader", "12(3):128-139"),
        record(TITLE, WHO, *WHERE),
    ),
    "a copy in a repository that knows no journal": (
        record(TITLE, WHO, "2014", type_="other"),
        record(TITLE, WHO, *WHERE, doi="10.5555/a"),
    ),
    "a list of authors that was cut short": (
        record(TITLE, "Okafor, Ada", *WHERE),
        record(TITLE, WHO, *WHERE),
    ),
    "names the other way round": (
        record(TITLE, "Wei, Zhang; Xin, Li", *WHERE),
        record(TITLE, "Zhang, Wei; Li, Xin", *WHERE),
    ),
    "initials for surnames": (
        record(TITLE, "L, Fata", "2014", "BMJ Leader", "12(3):128"),
        record(TITLE, "L, Fata; Okafor, Ada; Marsh, Carol; H, Habibi", *WHERE),
    ),
    "a title that was cut behind the first letter of a word": (
        record(f"{TITLE.partition(':')[0]}: the mixed results of a c", "Okafor, Ada", "2014", "BMJ Leader", "12(3):128"),
        record(f"{TITLE.partition(':')[0]}: the mixed results of a cluster of randomised trials", WHO, *WHERE),
    ),
    "the number of a paper with zeros": (
        record(f"{TITLE}. WP0003", WHO, "2014", type_="working-paper"),
        record(f"{TITLE}. WP3", WHO, "2014", type_="working-paper"),
    ),
    "a title that is cut and misspelt": (
        record(TITLE.replace("ship", "shp")[:-4], "Okafor, Ada", "2014", "BMJ Leader", "12"),
        record(TITLE + " and of what came of them in a year", WHO, *WHERE),
    ),
    "a surname with and without what comes after it": (
        record(TITLE, "de Castro Filho, José; Marsh, C", "2014"), record(TITLE, "Castro, J; Marsh, Carol", "2014"),
    ),
    "a short title without its subtitle": (
        record("Handover rounds: an obstacle to maximum improvement of care", "Okafor, Ada", *WHERE),
        record("Handover Rounds", "Okafor, A", "2014", "BMJ Leader", "12(3):128"),
    ),
    "pages and price of a book that is reviewed": (
        record("Bo Lindqvist, Rounds at Handover (Leeds: Ward, 2014); 220 pp., 25.99", "Okafor, Ada", *WHERE),
        record("Bo Lindqvist, Rounds at Handover (Leeds", "Okafor, A", "2014", "BMJ Leader", "12(3):128"),
    ),
    "the DOI of an archive, and that of the publisher": (
        record(TITLE, WHO, *WHERE, doi="10.2307/41410404"),
        record(TITLE, WHO, *WHERE, doi="10.5555/a"),
    ),
    "translated twice, on the same pages": (
        record("[Rounds at handover in the emergency department and shared leadership]", WHO, *WHERE),
        record("Gemeinsame Führung bei der Übergabe", WHO, *WHERE),
    ),
    "the year misprinted, in one issue": (
        record(TITLE, WHO, "2012", "BMJ Leader", "12(3)"),
        record(TITLE, WHO, *WHERE),
    ),
    "a meeting by its acronym, and by its name": (
        record(TITLE, WHO, "2014", "SIGMOD Conference", type_="other"),
        record(TITLE, WHO, "2014", "International Conference on Management of Data", type_="other"),
    ),
    "a preprint that its server calls an article": (
        record(TITLE, WHO, "2021", "SSRN Electronic Journal"),
        record(TITLE, WHO, "2021", "SSRN Electronic Journal", type_="preprint"),
    ),
    "two copies of a record that says little": (
        record(TITLE, "", "2014", "BMJ Leader"),
        record(TITLE, "", "2014", "BMJ Leader"),
    ),
    "a conference paper that one calls a chapter": (
        record(TITLE, WHO, "2014", type_="chapter"),
        record(TITLE, WHO, "2014", type_="conference-paper"),
    ),
    "a title that a database cut within a word": (
        record(TITLE[:60], WHO, "2014", "BMJ Leader", "12"),
        record(TITLE, WHO, *WHERE),
    ),
    "a subtitle with numbers that count no part": (
        record("Shared leadership in emergency departments", WHO, *WHERE),
        record("Shared leadership in emergency departments: a 10-year review of 892 cases in one hospital", WHO, *WHERE),
    ),
    "a subtitle with the years that it is about": (
        record("Innerlijk licht, eeuwig duister", "Marsh, C", "2022", "De Boekenwereld", "38(2):36-39"),
        record("Innerlijk licht, eeuwig duister: een arts (1520/1521-1560)", "Marsh, C", "2022", "De Boekenwereld", "38:36-39"),
    ),
    "a title of one word, and its subtitle": (
        record("Heggenvlechten", WHO, "2021", "BMJ Leader", "6:417-421"),
        record("Heggenvlechten: reactie op de opmerkingen van een lezer", WHO, "2021", "BMJ Leader", "6(4):417-421"),
    ),
    "a comment that one calls by its heading alone": (
        record("Practice gap in education", "Marsh, C", "2012", "BMJ Leader", "12(3):155"),
        record("Practice gap in education: comment on handover rounds", "Marsh, C", "2012", "BMJ Leader", "12(3):155"),
    ),
    "an issue by its month, and by its number": (
        record(TITLE, WHO, "2014", "BMJ Leader", "12(Mar)"),
        record(TITLE, WHO, "2014", "BMJ Leader", "12(3)"),
    ),
    "a journal with the whole citation, as Embase has it": (
        record("Leadership in lean times", "Marsh, C", "2014", "BMJ Leader.12 (3) (pp 128-139) 2014.Date of Publication: 2014."),
        record("Leadership in lean times", "Marsh, C", "2014", "BMJ Leader", "12"),
    ),
    "two copies of two authors, with a short title": (
        record("Structuring rounds", "Okafor, A; Marsh, C", "2014", "BMJ Leader"),
        record("Structuring rounds", "Okafor, A; Marsh, C", "2014", "BMJ Leader"),
    ),
    "two copies of front matter, in a book without volumes": (
        record("Acknowledgements", WHO, "2014", "Rounds and Leaders in Emergency Care", ":8"),
        record("Acknowledgements", WHO, "2014", "Rounds and Leaders in Emergency Care", ":8"),
    ),
    "a recurring title in an issue of which one does not tell the volume": (
        record("Review", "Marsh, C", "2014", "BMJ Leader", "12(4):886"),
        record("Review", "Marsh, C", "2014", "BMJ Leader", "(4):886"),
    ),
    "a meeting by its acronym and without pages, and by its name": (
        record(TITLE, WHO, "2014", "SIGMOD Conference", ":6-17", type_="conference-paper"),
        record(TITLE, WHO, "2014", "International Conference on Management of Data", type_="conference-paper"),
    ),
    "an editorial by nobody, at one place": (
        record("Letter from the special issue editor", "", "2014", "SIGMOD Record", "27(3):113-124"),
        record("Letter from the special issue editor", "", "2014", "ACM SIGMOD Record", "27(3):113"),
    ),
    "a long title and its authors, and nothing else": (
        record(TITLE, WHO),
        record(TITLE, WHO, *WHERE),
    ),
    "a short title of two authors, without a place": (
        record("Structuring rounds", "Okafor, A; Marsh, C", "2014", "Inf. Syst."),
        record("Structuring rounds", "Okafor, A; Marsh, C", "2014", "Information Systems"),
    ),
    "an edition in the title, and a subtitle that begins with a": (
        record("Ratings of leaders and the fifth edition", "Marsh, C", "2014", "BMJ Leader", "12(3)"),
        record("Ratings of leaders and the fifth edition: a new approach", "Marsh, C", "2014", "BMJ Leader", "12(3):9-20"),
    ),
    "an author who is called as others' particles": (
        record(TITLE, "Le, M. N.", *WHERE),
        record(TITLE, "Le, M. N.; Marsh, C", *WHERE),
    ),
    "a list in natural order that was read as surname and given names": (
        record("The economics of liability of leaders", "Ada Okafor, Bo Lindqvist", "2014", "BMJ Leader"),
        record("The economics of liability of leaders", "Okafor, A; Lindqvist, B", "2014", "BMJ Leader"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_one_work(case: str) -> None:
    one, other = SAME[case]
    assert compared(one, other).answer == "same", compared(one, other)
    assert set(link.blocking_keys(features(one))) & set(link.blocking_keys(features(other)))


NEVER: dict[str, tuple[Record, Record, str]] = {
    "an erratum": (
        record(f"Erratum: {TITLE}", WHO, "2014", "BMJ Leader", "12(4):201"),
        record(TITLE, WHO, *WHERE),
        "erratum",
    ),
    "an erratum that is told by its type only": (
        record(TITLE, WHO, "2014", "BMJ Leader", "12(4):201", type_="correction"),
        record(TITLE, WHO, *WHERE),
        "erratum",
    ),
    "a retraction": (
        record(f"Retraction: {TITLE}", WHO, "2016", "BMJ Leader", "14(1):3"),
        record(TITLE, WHO, *WHERE),
        "retraction",
    ),
    "the reply of the authors": (
        record(f"{TITLE}: reply", WHO, "2014", "BMJ Leader", "12(4):202-203"),
        record(TITLE, WHO, *WHERE),
        "reply",
    ),
    "a comment by others": (
        record(f"Comment on: {TITLE}", "Petrov, Ivan", "2014", "BMJ Leader", "12(4):199"),
        record(TITLE, WHO, *WHERE),
        "comment",
    ),
    "part one and part two": (
        record("Leading change in hospitals. Part I: methods and setting", WHO, "2014", "BMJ Leader", "12(3):1-9"),
        record("Leading change in hospitals. Part II: methods and setting", WHO, "2014", "BMJ Leader", "12(3):10-19"),
        "part",
    ),
    "one and two, without a word such as part": (
        record("A film of meiosis I in living cells of the crane fly", WHO, "2002", abstract="The cells " * 9),
        record("A film of meiosis II in living cells of the crane fly", WHO, "2002", abstract="The cells " * 9),
        "part",
    ),
    "phases of a trial": (
        record("A phase II trial of rounds at handover in acute wards", WHO, "2014", "BMJ Leader", "12(3)"),
        record("A phase III trial of rounds at handover in acute wards", WHO, "2014", "BMJ Leader", "12(3)"),
        "part",
    ),
    "after two and after five years": (
        record("Leadership training of surgeons: results after two years", WHO, "2014", "BMJ Leader", "12"),
        record("Leadership training of surgeons: results after five years", WHO, "2014", "BMJ Leader", "12"),
        "part",
    ),
    "reports of two years": (
        record("Report on the state of medical leadership 2019", "Faculty of Leadership", "2020"),
        record("Report on the state of medical leadership 2020", "Faculty of Leadership", "2020"),
        "part",
    ),
    "a preprint": (
        record(TITLE, WHO, "2014", doi="10.1101/a", type_="preprint"),
        record(TITLE, WHO, *WHERE, doi="10.5555/a"),
        "preprint",
    ),
    "a thesis": (
        record(TITLE, "Okafor, Ada", "2014", type_="doctoral-thesis"),
        record(TITLE, "Okafor, Ada", *WHERE),
        "version",
    ),
    "its data": (
        record(TITLE, WHO, "2014", type_="dataset", doi="10.5061/a"),
        record(TITLE, WHO, *WHERE, doi="10.5555/a"),
        "supplement",
    ),
    "a chapter with the title of its book": (
        record(TITLE, WHO, "2014", type_="chapter"),
        record(TITLE, WHO, "2014", type_="book"),
        "part",
    ),
    "two editions": (
        record("Robust leadership of teams in hospitals", WHO, "2013", type_="book", edition="1st ed."),
        record("Robust leadership of teams in hospitals", WHO, "2014", type_="book", edition="Second edition"),
        "version",
    ),
    "the protocol of a trial": (
        record(f"{TITLE}: study protocol", WHO, "2012", "Trials", "9:44"),
        record(TITLE, WHO, *WHERE),
        "protocol",
    ),
    "a recurring column of one editor": (
        record("From the editor", "Marsh, C", "2014", "BMJ Leader", "12(1):1"),
        record("From the editor", "Marsh, C", "2014", "BMJ Leader", "12(2):101"),
        "",
    ),
    "a recurring title and its authors, without a place": (
        record("Acknowledgements", WHO, "2014", "Rounds and Leaders in Emergency Care"),
        record("Acknowledgements", WHO, "2014", "Rounds and Leaders in Emergency Care"),
        "",
    ),
    "a recurring title with nothing else": (
        record("Editorial", "", "2014", "BMJ Leader"),
        record("Editorial", "", "2014", "BMJ Leader"),
        "",
    ),
    "one title, other people": (
        record("Leadership in medicine", "Okafor, Ada", "2014", "BMJ Leader", "12(3):128"),
        record("Leadership in medicine", "Petrov, Ivan", "2014", "BMJ Leader", "12(3):140"),
        "",
    ),
    "letters on one page by other people": (
        record("Handover rounds in the emergency department", "Okafor, A", "2005", "Lancet", "352(9):2243-2245"),
        record("Handover rounds in the emergency department", "Petrov, I", "2005", "Lancet", "352(9):2243-2245"),
        "",
    ),
    "abstracts on one page by one group": (
        record("Effects of handover rounds on stress in nurses", WHO, "2014", "BMJ Leader", "12(S1):S12"),
        record("Effects of handover rounds on stress in surgeons", WHO, "2014", "BMJ Leader", "12(S1):S12"),
        "",
    ),
    "an abstract of a meeting, and the article a year later": (
        record(TITLE, WHO, "2013", "BMJ Leader", "11(S2):S44"),
        record(TITLE, WHO, *WHERE),
        "",
    ),
    "an abstract in one journal, the article in another": (
        record(TITLE, WHO, "2014", "Circulation", "130(S2):A1544"),
        record(TITLE, WHO, *WHERE),
        "",
    ),
    "an abstract of two congresses": (
        record(TITLE, WHO, "2014", "Cardiology", abstract="We studied rounds at handover. " * 6),
        record(TITLE, WHO, "2014", "Journal of Vascular Research", ":45", abstract="We studied rounds at handover. " * 6),
        "",
    ),
    "at a conference and in the journal that is called as it is": (
        record(TITLE, WHO, "2014", "VLDB", type_="other"),
        record(TITLE, WHO, "2014", "VLDB J.", type_="other"),
        "",
    ),
    "at a conference and in the journal that is called as it is, in full": (
        record(TITLE, WHO, "2014", "VLDB", type_="other"),
        record(TITLE, WHO, "2014", "The VLDB Journal - The International Journal on Very Large Data Bases", type_="other"),
        "",
    ),
    "two congresses, of which one stands in capitals": (
        record(f"{TITLE} at night", WHO, "2014", "DIABETOLOGIA", ":354", abstract="We studied rounds at handover. " * 6),
        record(TITLE, WHO, "2014", "Diabetes", abstract="We studied rounds at handover. " * 6),
        "",
    ),
    "one of a series that is told by the number behind its title": (
        record("Shared leadership in emergency departments", WHO, "2014", "BMJ Leader", "12(3):1-9"),
        record("Shared leadership in emergency departments 2: handover rounds at night", WHO, "2014", "BMJ Leader", "12(3):1-4"),
        "part",
    ),
    "two authors, of whom one has the other's surname for a given name": (
        record(TITLE, "Thomas, James", *WHERE),
        record(TITLE, "James, Paul", "2014", "BMJ Leader", "12(4):3"),
        "",
    ),
    "printed in two journals at once": (
        record(TITLE, WHO, "2014", "Journal of Hospital Medicine", "9(3):1-12"),
        record(TITLE, WHO, *WHERE),
        "",
    ),
    "printed in two journals at once, of which one is called by letters": (
        record(TITLE, WHO, "2014", "JAMA"),
        record(TITLE, WHO, "2014", "Circulation"),
        "",
    ),
    "at a conference and in a journal": (
        record(TITLE, WHO, "2013", "Proceedings of the Conference on Health", type_="conference-paper"),
        record(TITLE, WHO, "2014", "Journal of Hospital Medicine", type_="article"),
        "version",
    ),
    "children and adults": (
        record("Handover rounds in children with sepsis: a cohort study", WHO, "2014", "BMJ Leader", "12(3)"),
        record("Handover rounds in adults with sepsis: a cohort study", WHO, "2014", "BMJ Leader", "12(3)"),
        "",
    ),
    "hypotension and hypertension": (
        record("Outcomes of intraoperative hypotension in elective surgery", WHO, "2014", "BMJ Leader", "12(3)"),
        record("Outcomes of intraoperative hypertension in elective surgery", WHO, "2014", "BMJ Leader", "12(3)"),
        "",
    ),
    "an update of a review": (
        record("Interventions for shared leadership in emergency care", WHO, "2008", "Cochrane Reviews", ":CD001234"),
        record("Interventions for shared leadership in emergency care", WHO, "2012", "Cochrane Reviews", ":CD001234"),
        "",
    ),
    "two DOIs, whatever else agrees": (
        record(TITLE, WHO, *WHERE, doi="10.5555/a"),
        record(TITLE, WHO, *WHERE, doi="10.5555/b"),
        "",
    ),
    "two DOIs of two registrants": (
        record(TITLE, WHO, *WHERE, doi="10.5555/a"),
        record(TITLE, WHO, *WHERE, doi="10.7777/b"),
        "",
    ),
    "two DOIs of one archive": (
        record(TITLE, WHO, *WHERE, doi="10.2307/41410404"),
        record(TITLE, WHO, *WHERE, doi="10.2307/41410405"),
        "",
    ),
    "two DOIs of two articles": (
        record(TITLE, WHO, "2014", "BMJ Leader", doi="10.5555/a"),
        record(TITLE, WHO, "2014", "BMJ Leader", doi="10.5555/b"),
        "",
    ),
    "two issues of one volume": (
        record("Notes on the leadership of hospital boards", "Marsh, C", "2014", "BMJ Leader", "12(1)"),
        record("Notes on the leadership of hospital boards", "Marsh, C", "2014", "BMJ Leader", "12(2)"),
        "",
    ),
    "a review of a book": (
        record("Book review: Leadership in lean times", "Petrov, I", "2014", "BMJ Leader", "12(3):150"),
        record("Leadership in lean times", "Marsh, C", "2013", type_="book"),
        "review",
    ),
    "a year apart, and no place": (
        record(TITLE, WHO, "2013", "BMJ Leader"),
        record(TITLE, WHO, "2014", "BMJ Leader"),
        "",
    ),
    "a title and a year alone": (record(TITLE, "", "2014"), record(TITLE, "Marsh, C", "2014", "BMJ Leader"), ""),
    "no title": (record(None, WHO, "2014", "BMJ Leader", "12"), record(TITLE, WHO, "2014", "BMJ Leader", "12"), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", NEVER)
def test_never_one_work(case: str) -> None:
    one, other, relation = NEVER[case]
    found = compared(one, other)
    assert found.answer != "same", found
    assert found.relation == relation, found
    assert compared(other, one) == found


def test_a_source_that_has_each_work_once_has_not_two_records_of_it() -> None:
    one, other = record(TITLE, WHO, "2014", "BMJ Leader", "12(3)"), record(TITLE, WHO, "2014", "BMJ Leader")
    assert compared(one, other).answer == "same"
    assert compared(one, other, one_source=True).answer == "unsure"


def test_the_number_of_an_article_stands_for_the_issue_where_embase_has_no_pages() -> None:
    unpaged = structs.replace(record(TITLE, WHO, "2014", "BMJ Leader"), volume="12 (JAN) (no pagination)", issue="15")
    assert (features(unpaged).volume, features(unpaged).issue, features(unpaged).pages) == ("12", "", ("15",))
    assert compared(unpaged, record(TITLE, WHO, "2014", "BMJ Leader", "12(1):15")).answer == "same"


def test_two_items_of_one_repository_are_two_works_but_at_one_place() -> None:
    copy = record(TITLE, WHO, "2014")
    names = [
        link.features(copy, (key,)) for key in ("hdl:1912/1", "hdl:1912/2", "hdl:1842/7", "oai:x.org:1", "oai:x.org:2")
    ]
    assert link.compare(names[0], names[1]).answer == link.compare(names[3], names[4]).answer == "unsure"
    assert link.compare(names[0], names[2]).answer == link.compare(names[0], names[3]).answer == "same"
    placed = [link.features(record(TITLE, WHO, *WHERE), (key,)) for key in ("hdl:1912/1", "hdl:1912/2")]
    assert link.compare(*placed).answer == "same"


def test_what_a_database_notes_behind_a_title_parts_no_records_of_one_doi() -> None:
    noted = record(f"{TITLE} in 8.2 years. [Review] [33 refs]", WHO, *WHERE, doi="10.5555/a")
    plain = record(f"{TITLE} in 8.2 years", WHO, *WHERE, doi="10.5555/a")
    one, other = (link.facts(n, "export", f"{n}", "csv", ("doi:10.5555/a",), r) for n, r in enumerate((noted, plain)))
    assert not link.in_conflict(one, other)


def test_a_slash_behind_a_doi_is_no_part_of_what_identifies() -> None:
    keys = [
        link.match_keys(record(TITLE, doi=doi), "export", "1", "csv") for doi in ("10.5555/14911", "10.5555/14911/")
    ]
    assert keys[0] == keys[1]


def test_what_both_have_is_said() -> None:
    found = compared(*SAME["initials, case, an abbreviated journal, short last page"])
    assert found.evidence == (
        "title-equal-long", "names-equal", "year-equal", "journal-near", "volume-equal", "issue-equal", "pages-stretch",
    )  # fmt: skip
    assert found.score == 16.7


def test_a_record_without_end_is_short_to_compare() -> None:
    endless = "Handover [of, " * 20_000
    long = features(record(endless, f"{endless}; " * 60, "2014", endless, f"{endless}:1-2", abstract=endless))
    assert len(link.encode(long)) < 4_000
