"""Works that have much in common and are never one: by what their titles say, with and without an identifier in common.

The forms are those of publishers: Crossref's titles of notices (https://www.crossref.org/documentation/crossmark/), letters of
Circulation, reviews of eLife and PeerJ, files of figshare, data of Dryad, updates of Cochrane reviews.
"""

from __future__ import annotations

import pytest

from harvester import link
from harvester.link.titles import generic, titles
from harvester.record import Record
from link.described import compared, features, record

TITLE = "Shared leadership in emergency departments: a randomised trial of handover rounds"
WHO, OTHERS = "Okafor, Ada; Lindqvist, Bo; Marsh, Carol", "Petrov, Ivan; Haddad, Leila"
WHERE = ("2014", "BMJ Leader", "12(3):128-139")
LATER = ("2014", "BMJ Leader", "12(4):201-202")

KINDS = {
    f"Erratum: {TITLE}": "erratum",
    f"Corrections to “{TITLE}”": "erratum",
    f"Corrigendum to “{TITLE}” [BMJ Leader 12 (2014) 128-139]": "erratum",
    f"{TITLE} – CORRIGENDUM": "erratum",
    f"{TITLE} [Erratum]": "erratum",
    f"Berichtigung zu: {TITLE}": "erratum",
    f"Retraction notice to “{TITLE}” [BMJ Leader 12 (2014) 128-139]": "retraction",
    f"Statement of Retraction: {TITLE}": "retraction",
    f"Editorial Expression of Concern: {TITLE}": "retraction",
    f"Expression of concern: {TITLE}": "retraction",
    f"Withdrawal: {TITLE}": "retraction",
    f"{TITLE}—Reply": "reply",
    f"{TITLE} - Reply": "reply",
    f"{TITLE}: the authors' response": "reply",
    f"Response by Okafor et al to Letter Regarding Article, “{TITLE}”": "reply",
    f"Letter by Petrov and Haddad Regarding Article, “{TITLE}”": "comment",
    f"Re: {TITLE}": "comment",
    f"{TITLE}: a commentary": "comment",
    f"Invited Commentary on “{TITLE}”": "comment",
    f"Decision letter: {TITLE}": "review",
    f"Faculty Opinions recommendation of {TITLE}.": "review",
    f"Peer Review #1 of “{TITLE} (v0.1)”": "review",
    f"Additional file 1 of {TITLE}": "supplement",
    f"Table_1_{TITLE}.docx": "supplement",
    f"Supplementary Table S1 from {TITLE}": "supplement",
    f"Data from: {TITLE}": "supplement",
    f"{TITLE}: dataset": "supplement",
    f"Rationale and design of {TITLE}": "protocol",
    f"{TITLE}: study protocol for a cluster trial": "protocol",
    f"Abstract P33: {TITLE}": "abstract",
}


@pytest.mark.parametrize("title", KINDS)
def test_a_title_says_of_which_kind_a_text_is_and_what_it_is_about(title: str) -> None:
    notice = record(title, WHO, *LATER)
    assert features(notice).kind == KINDS[title]
    assert compared(notice, record(TITLE, WHO, *WHERE)).relation == KINDS[title]
    keys = [link.blocking_keys(features(found)) for found in (notice, record(TITLE, OTHERS, *WHERE))]
    assert set(keys[0]) & set(keys[1])
    assert compared(notice, record(title.upper(), WHO, *LATER)).answer == "same"


@pytest.mark.parametrize("title", [
    TITLE, f"{TITLE} (Review)", "Correction of hyponatraemia in wards", "Regarding the pain of others",
    "Data protection in hospitals", "Leading change: predictors of response", f"{TITLE}: response to treatment",
    "Discussion in small groups and how to lead it",
])  # fmt: skip
def test_a_title_like_any_other(title: str) -> None:
    assert titles([title])[0].kind == ""


def shared(one: Record, other: Record) -> list[tuple[int, ...]]:
    """Works of two records that have an identifier in common."""
    found = [
        link.facts(n, f"source{n}", str(n), "xoai", ("doi:10.5555/a", f"local:source{n}:{n}"), r)
        for n, r in enumerate((one, other))
    ]
    both, turned = link.clusters(found), link.clusters(found[::-1])
    assert both == turned
    assert len(both.conflicts) == (2 if len(both.clusters) == 2 else 0)
    return [cluster.members for cluster in both.clusters]


@pytest.mark.parametrize("title", [t for t, kind in KINDS.items() if kind != "abstract"])
def test_a_text_about_a_work_under_its_doi_is_another_work(title: str) -> None:
    people = OTHERS if KINDS[title] in ("comment", "review") else WHO
    assert shared(record(TITLE, WHO, *WHERE), record(title, people, *LATER)) == [(0,), (1,)]
    assert shared(record(title, people, *LATER), record(title, people, "2014")) == [(0, 1)]


SHARED: dict[str, tuple[Record, Record]] = {
    "an erratum that its type alone tells, at the place of its article": (
        record(TITLE, WHO, *WHERE), record(TITLE, WHO, *WHERE, type_="correction"),
    ),
    "data that have the title of the article": (
        record(TITLE, WHO, *WHERE), record(TITLE, WHO, "2014", type_="dataset"),
    ),
    "letters under one heading": (
        record(TITLE, WHO, "2014", "BMJ Leader", "12(3):128"), record(TITLE, OTHERS, "2014", "BMJ Leader", "12(3):129"),
    ),
    "abstracts of one group on neighbouring pages": (
        record("Handover rounds and job retention in nurses", WHO, "2014", "BMJ Leader", "12(S1):S12"),
        record("Handover rounds and job retention in surgeons", WHO, "2014", "BMJ Leader", "12(S1):S13"),
    ),
    "parts by a letter": (
        record("Handover rounds and job retention (Part A)", WHO, "2014"),
        record("Handover rounds and job retention (Part B)", WHO, "2014"),
    ),
    "parts in French": (
        record("La relève des équipes aux urgences. Première partie", WHO, "2014"),
        record("La relève des équipes aux urgences. Deuxième partie", WHO, "2014"),
    ),
    "reports of two countries": (
        record("Handover rounds in the hospitals of Kenya", WHO, "2014"),
        record("Handover rounds in the hospitals of Uganda", WHO, "2014"),
    ),
    "reports of two seasons": (
        record("The state of hospital leadership: spring 2014", WHO, "2014"),
        record("The state of hospital leadership: autumn 2014", WHO, "2014"),
    ),
    "chapters of one author under the DOI of the book": (
        record("Leading change in wards", "Marsh, Carol", "2014", type_="chapter"),
        record("On followers", "Marsh, Carol", "2014", type_="chapter"),
    ),
    "the DOI of another paper of the same people": (
        record("Leading the change of wards", WHO, "2014"), record("What followers of the old school want", WHO, "2014"),
    ),
    "the DOI of another paper, whose titles have no smallest words in common": (
        record("Team huddles and complications in dialysis centres", WHO, "2014"),
        record("Why surgeons seldom say thank you", WHO, "2014"),
    ),
    "a comment by the same people, without a place": (record(TITLE, WHO, "2014"), record(f"Re: {TITLE}", WHO, "2014")),
    "a notice of withdrawal": (record(TITLE, WHO, "2014"), record(f"Withdrawal: {TITLE}", WHO, "2014")),
    "a chapter that has the name of its book": (
        record("The handbook of rounds", WHO, "2014", "The Handbook of Rounds", ":1-12", type_="chapter"),
        record("The handbook of rounds", WHO, "2014", type_="book"),
    ),
    "a column under the handle of its series": (
        record("From the editor", "Marsh, C", "2012", "BMJ Leader", "10(1):1"),
        record("From the editor", "Marsh, C", "2014", "BMJ Leader", "12(2):101"),
    ),
    "a Cochrane protocol under the DOI of the review, with its article number": (
        record(f"{TITLE} (Protocol)", WHO, "2013", "Cochrane Database of Systematic Reviews", ":CD001234"),
        record(TITLE, WHO, "2014", "Cochrane Database of Systematic Reviews", ":CD001234"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHARED)
def test_two_works_that_share_a_doi(case: str) -> None:
    assert shared(*SHARED[case]) == [(0,), (1,)]


@pytest.mark.parametrize(("one", "other"), [
    (record(f"Commentary: {TITLE}", WHO, *WHERE), record(TITLE, WHO, "2014")),  # the heading of a section
    (record(f"Abstract P33: {TITLE}", WHO, *WHERE), record(TITLE, WHO, "2014")),
    (record("Leading change", WHO, "2014"), record("Führung im Wandel", WHO, "2014")),
    (record("The effect of rounds on retention", WHO, *WHERE), record("Effects of rounds on retention", WHO, "2014")),
    (record(TITLE, WHO, *WHERE), record(TITLE.replace("a randomised", "an open"), WHO, "2014", "", ":1-20")),
    (record(TITLE, WHO, *WHERE), record(TITLE.partition(":")[0], WHO, "2014")),
])  # fmt: skip
def test_one_work_that_shares_a_doi(one: Record, other: Record) -> None:
    assert shared(one, other) == [(0, 1)]


NEVER: dict[str, tuple[Record, Record]] = {
    "an expression of concern, of which little is known": (
        record(f"Expression of concern: {TITLE}", WHO, "2014", "BMJ Leader"), record(TITLE, WHO, "2014", "BMJ Leader"),
    ),
    "an erratum at the place of its article": (
        record(f"Erratum: {TITLE}", WHO, *WHERE), record(TITLE, WHO, *WHERE),
    ),
    "an update of a review a year later": (
        record(TITLE, WHO, "2013", "Cochrane Database of Systematic Reviews", "(2):CD001234"),
        record(TITLE, WHO, "2014", "Cochrane Database of Systematic Reviews", "(5):CD001234"),
    ),
    "a poster": (record(TITLE, WHO, "2014", type_="poster"), record(TITLE, WHO, *WHERE)),
    "abstracts that differ in a word": (
        record("Handover rounds and job retention in the wards of rural hospitals in nurses", WHO, "2014", "BMJ Leader", "12"),
        record("Handover rounds and job retention in the wards of rural hospitals in surgeons", WHO, "2014", "BMJ Leader", "12"),
    ),
    "a column on the first page of two volumes": (
        record("Notes from the wards of the hospital", "Marsh, C", "2013", "BMJ Leader", "11(1):1-2"),
        record("Notes from the wards of the hospital", "Marsh, C", "2014", "BMJ Leader", "12(1):1-2"),
    ),
    "a second part, by a number alone, on other pages of an issue": (
        record(TITLE, WHO, *WHERE), record(f"{TITLE}, 2", WHO, "2014", "BMJ Leader", "12(3):140-151"),
    ),
    "a text of the same name a year later, whose stretch of pages begins in the other's": (
        record(TITLE, WHO, "2013", "BMJ Leader", "(1):128-139"), record(TITLE, WHO, "2014", "BMJ Leader", "13(1):131-144"),
    ),
    "an update of which little is known": (
        record(TITLE, WHO, "2014", "BMJ Leader"), record(f"{TITLE}: 2014 update", WHO, "2014", "BMJ Leader"),
    ),
    "two files of one supplement": (
        record(f"Table_1_{TITLE}.docx", WHO, "2014", type_="dataset"),
        record(f"Image_1_{TITLE}.tif", WHO, "2014", type_="dataset"),
    ),
    "a vitamin": (
        record("Vitamin C in the prevention of sepsis after surgery", WHO, "2014", "BMJ Leader", "12"),
        record("Vitamin D in the prevention of sepsis after surgery", WHO, "2014", "BMJ Leader", "12"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEVER)
def test_never_one_work(case: str) -> None:
    assert compared(*NEVER[case]).answer != "same", compared(*NEVER[case])
    assert compared(*NEVER[case][::-1]) == compared(*NEVER[case])


def test_a_text_printed_in_two_journals_with_its_abstract_is_two_works() -> None:
    one, other = (
        link.Features(**{f: getattr(features(r), f) for f in link.Features.__struct_fields__} | {"issns": (issn,)})
        for r, issn in (
            (record(TITLE, WHO, "2014", "BMJ Leader", abstract="The rounds " * 9), "2398631x"),
            (record(TITLE, WHO, "2014", "Circulation", abstract="The rounds " * 9), "00097322"),
        )
    )
    assert link.compare(one, other).answer == "unsure"


@pytest.mark.parametrize("title", [
    "From the editor's desk", "Acknowledgment of reviewers", "Thanks to our reviewers", "Image of the month", "Clinical quiz",
    "This month in the journal", "President's message", "Research highlights", "Front cover", "Reviewers in 2019", "Inhalt",
    "Avant-propos", "Publisher's note", "Images in clinical medicine", "Corrigenda", "Authors' reply",
])  # fmt: skip
def test_titles_that_recur(title: str) -> None:
    assert generic(titles([title])[0].text)
    assert compared(record(title, "Marsh, C", "2014", "BMJ Leader"), record(title, "Marsh, C", "2014")).answer != "same"


@pytest.mark.parametrize(
    "title", ["Leadership in acknowledgement of failure", "Imaging of the heart", "Reviewing the reviewers of grants"]
)
def test_titles_that_do_not_recur(title: str) -> None:
    assert not generic(titles([title])[0].text)
