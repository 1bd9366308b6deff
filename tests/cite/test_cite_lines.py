"""Reference lines as people write them: what is read is right, and what is not certain is not read."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.cite import reading, reference
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
        f"<p><i>{JONES}</i> 12 September 2022. https://x.example/1</p><script>var a = 1</script>"
        "<div>Roe, A. Second piece. 2021. <a href='https://x.example/2'>https://x.example/2</a></div>",
    ],
    ids=["two lines", "wrapped", "bullets", "brackets", "html list", "html paragraphs"],
)
def test_reference_on_several_lines_is_one(text: str) -> None:
    found = reading(text.encode(), base="https://x.example/list")
    assert [(r.title, r.year, r.url) for r in found.references] == [
        ("Role of leaders: what can be learnt?", 2022, "https://x.example/1"),
        ("Second piece", 2021, "https://x.example/2"),
    ]


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
    ],
)
def test_long_text_ends_soon(text: str) -> None:
    begun = time.process_time()
    reading(text.encode())
    reference(text[:100_000])
    assert time.process_time() - begun < 4
