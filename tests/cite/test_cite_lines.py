"""Reference lines as people write them: what is read is right, and what is not certain is not read."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.cite import reading, reference
from harvester.cite.resolve import title_likeness
from harvester.errors import RecordError


def brief(line: str) -> tuple[list[str], str, str | None, str | None] | None:
    found = reference(line)
    return found and ([a.name for a in found.authors], found.title, found.date, found.url or found.doi)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Peveler, R. Does research hold back improvement? 22 January 2021. https://www.fmlm.ac.uk/news/does-it.",
            (
                ["Peveler, R."],
                "Does research hold back improvement?",
                "2021-01-22",
                "https://www.fmlm.ac.uk/news/does-it",
            ),
        ),
        (
            "Kirkpatrick, I. Medical management roles in the UK NHS. 29 January 2021. www.fmlm.ac.uk/news/roles",
            (
                ["Kirkpatrick, I."],
                "Medical management roles in the UK NHS",
                "2021-01-29",
                "https://www.fmlm.ac.uk/news/roles",
            ),
        ),
        (
            "van der Berg, J.-P., & O'Neill, M. K. (2020, May 13). Leading on call. The Trust. https://doi.org/10.5555/ABC.",
            (["van der Berg, J.-P.", "O'Neill, M. K."], "Leading on call", "2020-05-13", "10.5555/abc"),
        ),
        (
            "Darzi A, Bicknell C, et al. Sharing leadership [Internet]. BMJ Leader. 2020 Sep 28 [cited 2021 May 3];4(3):128-34.",
            (["Darzi, A", "Bicknell, C"], "Sharing leadership", "2020-09-28", None),
        ),
        (
            "Goodall, A.H. (2011a) ‘Physician-leaders: is there an association?’, Soc Sci Med, 73(4), pp. 535-539.",
            (["Goodall, A.H."], "Physician-leaders: is there an association?", "2011", None),
        ),
        (
            "NHS England. Integrated care systems: design framework. June 2021. https://www.england.nhs.uk/B0642.pdf",
            (
                ["NHS England"],
                "Integrated care systems: design framework",
                "2021-06",
                "https://www.england.nhs.uk/B0642.pdf",
            ),
        ),
        (
            "Lees P. What do we know (n.d.)? The King's Fund. Available at: https://kf.example/1 (accessed 3 May 2022)",
            (["Lees, P"], "What do we know (n.d.)?", None, "https://kf.example/1"),
        ),
        ("FMLM is a member of the Health Services Research UK network.", None),
        ("5. Promote and disseminate research evidence.", None),
        ("The strategy was developed in 2020. It has five objectives. https://www.fmlm.ac.uk/strategy", None),
        ("Download Leadership and Leadership Development in Health Care: The Evidence Base", None),
        ("12 September 2022.", None),
        ("", None),
    ],
)
def test_line_is_read_as_far_as_it_is_certain(line: str, expected: object) -> None:
    assert brief(line) == expected


@pytest.mark.parametrize(
    ("line", "authors", "title"),
    [
        ("O'Neill, O. A question of trust. 5 May 2020. https://x.example/1",
         ["O'Neill, O."], "A question of trust"),
        ("Roe, J. U.S. hospitals in crisis. 5 May 2020. https://x.example/1",
         ["Roe, J."], "U.S. hospitals in crisis"),
        ("Roe S. A., Doe T. B. and Poe P. I am a leader. 2020. https://x.example/1",
         ["Roe, S. A.", "Doe, T. B.", "Poe, P."], "I am a leader"),
        ("West M, Armit K, Eckert R, West T. Leading for all. London: The King's Fund; 2015.",
         ["West, M", "Armit, K", "Eckert, R", "West, T"], "Leading for all"),
        ("Roe J, Doe B, on behalf of the Ward Study Group. Effects of leading. Lancet 2019;393:1–3.",
         ["Roe, J", "Doe, B", "Ward Study Group"], "Effects of leading"),
        ("Roe, J., Doe, K., ... & Poe, P. (2020). Leading the wards. BMJ Leader, 4, 1-3.",
         ["Roe, J.", "Doe, K.", "Poe, P."], "Leading the wards"),
        ('Keng, Shao-Hsun, Chun-Hung Lin, and Peter F. Orazem. "Access to college." J Hum Cap 11, no. 1 (Spring 2017): 1–34.',
         ["Keng, Shao-Hsun", "Lin, Chun-Hung", "Orazem, Peter F."], "Access to college"),
        ("Roe O, Galante JR, King ML Jr, et al Is it a match? BMJ Leader 2020;4:1.",
         ["Roe, O", "Galante, J. R.", "King, ML"], "Is it a match?"),
        ("Strayed, Cheryl. 2012. Wild: from lost to found. New York: Knopf.",
         ["Strayed, Cheryl"], "Wild: from lost to found"),
        ("Sarah Roe and Tom Doe. Our leadership journey. 5 May 2020. https://x.example/1",
         ["Roe, Sarah", "Doe, Tom"], "Our leadership journey"),
        ("Roe, J. Reflections on Dr. Doe at St. Mary's. 2 May 2020. https://x.example/1",
         ["Roe, J."], "Reflections on Dr. Doe at St. Mary's"),
        ("Roe, J. What about wards? A view from the other side. 5 May 2020. https://x.example/1",
         ["Roe, J."], "What about wards? A view from the other side"),
        ("Roe J. Leadership for all [PhD thesis]. London: Imperial College London; 2015.",
         ["Roe, J"], "Leadership for all"),
        ("Roe, J. (in press). Leadership for all. BMJ Leader.",
         ["Roe, J."], "Leadership for all"),
    ],
)  # fmt: skip
def test_names_end_where_the_title_begins(line: str, authors: list[str], title: str) -> None:
    found = reference(line)
    assert found is not None
    assert ([a.name for a in found.authors], found.title) == (authors, title)


@pytest.mark.parametrize(
    "line",
    [
        "London, England. A guide to the city. 2020. https://x.example/1",
        "NHS England. Design framework. June 2021. https://x.example/1. Roe, L. A piece. 2020. https://x.example/2",
        "Roe, A. On leading wards. 3 May 2020. https://x.example/1 and the Trust's Later work of 4 May 2021, https://x.example/2",
    ],
)
def test_what_may_be_read_in_two_ways_is_not_read(line: str) -> None:
    assert reference(line) is None


def test_editors_kind_and_edition_are_what_they_are() -> None:
    book = reference("Swanwick, T. & McKimm, J. (Eds.). (2017). ABC of clinical leadership (2nd ed.). Wiley.")
    thesis = reference("Roe, J. (2015). Leading wards (Doctoral dissertation, University of Leeds).")
    assert book is not None
    assert thesis is not None
    assert (book.edited, book.edition, book.title) == (True, "2nd ed.", "ABC of clinical leadership")
    assert (thesis.type, thesis.title) == ("doctoral-thesis", "Leading wards")


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("Headache. 2002;42 Suppl 2:S93-9.", ("Headache", "42", "Suppl 2", "S93-S99", "2002")),
        ("Physician Exec. 2014 May-Jun;40(3):6-20.", ("Physician Exec", "40", "3", "6-20", "2014")),
        ("Med Care. 2015;28(3):173-84. Epub 2014 Dec 5. PMID: 26083637.", ("Med Care", "28", "3", "173-184", "2015")),
        ("Med Care, vol. 15, no. 1, 1996, pp. 41-50.", ("Med Care", "15", "1", "41-50", "1996")),
    ],
)
def test_journal_is_told_from_what_stands_around_it(rest: str, expected: tuple[str, ...]) -> None:
    found = reference(f"Roe A, Doe B. Leading the wards of tomorrow. {rest}")
    assert found is not None
    assert (found.container, found.volume, found.issue, found.pages, found.date) == expected


def test_day_on_which_a_page_was_changed_is_none_of_publication() -> None:
    found = reference("Roe, A. On leading wards. Last updated 6 May 2020. https://x.example/1")
    assert found is not None
    assert found.date is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roe A. Leading wards. BMJ Leader. 2020;4:1-2. https://doi.org/10.5555/\nleader-2020-1\n\n", "10.5555/leader-2020-1"),
        ("1. Roe A. Leading wards. Med Care. 2020;4:1-2. doi:10.5555/leader-\n2020-1.\n2. Or", "10.5555/leader-2020-1"),
        ("Roe A. Leading wards. Med Care. 2020;4:1-2. doi: 10.5555/j.med.\n2020.11.", "10.5555/j.med.2020.11"),
        ("Roe A. Leading wards. Med Care. 2020;4:1-2. https://doi.org/10.5555/ leader-2020-1", "10.5555/leader-2020-1"),
        ("Roe, A. Leading wards. 2020. https://x.example/news-opinion/\nleading-wards.", "https://x.example/news-opinion/leading-wards"),
        ("Roe, A. Leading wards. 2020. https://x.example/news/\n2020-05-06", "https://x.example/news/"),
        ("* Roe, A. [Leading wards](https://x.example/1). 3 May 2020.", "https://x.example/1"),
    ],
)  # fmt: skip
def test_address_broken_over_lines_is_whole(text: str, expected: str) -> None:
    (found,) = reading(text.encode()).references
    assert found.title == "Leading wards"
    assert expected in (found.doi, found.url)


@pytest.mark.parametrize("end", ["https://x.example/{}", "BMJ Leader. 2020;4(3):12{}-8", "doi:10.5555/lead.{}"])
def test_references_on_one_line_are_two(end: str) -> None:
    line = f"Roe, A. First piece. 3 May 2020. {end.format(1)}. Doe, B. Second piece. 4 May 2021. {end.format(2)}."
    found = reading(line.encode()).references
    assert [(r.authors[0].family, r.title) for r in found] == [("Roe", "First piece"), ("Doe", "Second piece")]
    assert found[0].url != found[1].url or found[0].doi != found[1].doi or found[0].pages != found[1].pages


def test_journal_volume_and_pages_are_read_from_what_follows() -> None:
    found = reference(
        "Weiner, B. J., & Alexander, J. (1997). Promoting involvement. Health Services Research, 32(4), 491–510."
    )
    assert found is not None
    assert (found.container, found.volume, found.issue, found.pages) == (
        "Health Services Research",
        "32",
        "4",
        "491-510",
    )


def test_address_that_implies_a_doi_is_a_candidate_only() -> None:
    found = reference(
        "Jones, L. Role of leaders. 12 September 2022. https://bmjleader.bmj.com/content/early/leader-2022-000655.info"
    )
    assert found is not None
    assert (found.doi, found.candidate) == (None, "10.1136/leader-2022-000655")


def test_debris_of_a_template_is_dropped_and_said() -> None:
    text = "Array ( [0] => sitewide [1] => node_page )Roe, A. On leading wards. 3 May 2020. https://x.example/1\n"
    text += "Notice: Undefined index: a in /x.inc on line 7\n"
    found = reading(text.encode())
    assert [r.title for r in found.references] == ["On leading wards"]
    assert found.dropped == [
        "Array ( [0] => sitewide [1] => node_page )",
        "Notice: Undefined index: a in /x.inc on line 7",
    ]


JONES = "Jones, L. Role of leaders: what can be learnt?"
NEXT = "\n"
ROE = "Roe, A. Second piece. 2021. https://x.example/2"


@pytest.mark.parametrize(
    "text",
    [
        f"{JONES}\n12 September 2022. https://x.example/1\n{ROE}",
        f"1. {JONES.replace(' what', NEXT + '   what')} 12 September 2022. https://x.example/1\n"
        f"2. {ROE.replace(' http', NEXT + 'http')}",
        f"• {JONES} 12 September 2022. https://x.example/1\n\n• {ROE}",
        f"[1] {JONES}\r\n12 September 2022.\r\nhttps://x.example/1\r\n[2] {ROE}",
        f"<ul><li>{JONES}<br>12 September 2022. <a href='https://x.example/1'>Read</a></li>"
        "<li>Roe, A. <a href='/2'>Second piece</a>. 2021.</li></ul>",
        f"<dl><dt>{JONES}</dt><dd>12 September 2022. <a href='https://x.example/1'>Read</a></dd><dt>{ROE}</dt></dl>",
        f"<table><tr><td>1</td><td>{JONES} 12 September 2022. https://x.example/1</td></tr><tr><td>{ROE}</td></tr></table>",
        f"<div><sup>1</sup> {JONES} 12 September 2022. https://x.example/1</div><div><sup>2</sup> {ROE}</div>",
        f"<p><i>{JONES}</i> 12 September 2022. https://x.example/1</p><script>var a = 1</script>"
        "<div>Roe, A. Second piece. 2021. <a href='https://x.example/2'>https://x.example/2</a></div>",
    ],
    ids=[
        "two lines",
        "wrapped",
        "bullets",
        "brackets",
        "html list",
        "definitions",
        "table",
        "footnotes",
        "html paragraphs",
    ],
)
def test_reference_on_several_lines_is_one(text: str) -> None:
    found = reading(text.encode(), base="https://x.example/list")
    assert [(r.title, r.year, r.url) for r in found.references] == [
        ("Role of leaders: what can be learnt?", 2022, "https://x.example/1"),
        ("Second piece", 2021, "https://x.example/2"),
    ]


def test_date_in_a_paragraph_of_its_own_ends_what_stands_before_it() -> None:
    found = reading(f"<p>{JONES}</p><p>12 September 2022. https://x.example/1</p><p>{ROE}</p>".encode()).references
    assert [(r.title, r.date, r.url) for r in found] == [
        ("Role of leaders: what can be learnt?", "2022-09-12", "https://x.example/1"),
        ("Second piece", "2021", "https://x.example/2"),
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_date_behind_an_address_is_that_of_something_else(gap: str) -> None:
    (found,) = reading(f"{ROE}{gap}12 September 2022. https://x.example/3".encode()).references
    assert (found.date, found.url) == ("2021", "https://x.example/2")


TITLED = "Leading the wards of tomorrow in health care organisations"


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ("Leading the Wards of Tomorrow in Healthcare Organizations", True),
        ("Leading the wards of tomorow in health-care organisations.", True),
        (f"{TITLED}: a mixed methods study", True),
        (f"{TITLED}: lessons from the first year", True),
        (f"{TITLED}: a study protocol", False),
        (f"{TITLED}: phase 2", False),
        (f"{TITLED}: authors’ reply", False),
        (f"Not {TITLED.lower()}", False),
        (TITLED.replace("health care", "mental health care"), False),
        (f"{TITLED}, part II", False),
    ],
)
def test_title_of_another_work_is_not_alike(other: str, *, alike: bool) -> None:
    for one, two in ((TITLED, other), (other, TITLED)):
        assert (title_likeness(one, two) >= 95) is alike
    assert title_likeness("Phase I of leading the wards", "Phase II of leading the wards") == 0


def test_page_of_a_faculty_is_read_to_its_three_references(shared: Path) -> None:
    (seed,) = (shared / "seeds").glob("001_*.txt")
    found = reading(seed.read_bytes())
    assert [(r.authors[0].family, r.date) for r in found.references] == [
        ("Jones", "2022-09-12"), ("Kirkpatrick", "2021-01-29"), ("Peveler", "2021-01-22"),
    ]  # fmt: skip
    assert all("20" not in r.title for r in found.references)


@given(st.text(max_size=300))
def test_any_line_is_read_or_not(line: str) -> None:
    found = reference(line)
    assert found is None or found.title


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(RecordError):
        reading(data)


@pytest.mark.parametrize(
    "text",
    [
        "Roe, A. " * 20_000,
        "Roe A, " * 20_000,
        "(2020) " * 20_000,
        "Array ( [0] => " * 5_000,
        "a\n" * 20_000,
        "Roe, A. B\n" * 3_000,
        "Roe A. B., " * 4_000,
        "Roe A. B. " * 4_000,
        "Roe, Anna, " * 4_000,
        "Anna Roe, " * 4_000,
        "Roe A. 1:2. " * 4_000,
        "10.5555/a- " * 4_000,
    ],
)
def test_long_text_ends_soon(text: str) -> None:
    begun = time.process_time()
    reading(text.encode())
    reference(text[:100_000])
    assert time.process_time() - begun < 4
