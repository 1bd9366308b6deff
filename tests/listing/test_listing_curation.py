"""What people say of works in a listing: read, edited as text, and followed."""

from __future__ import annotations

import doctest
import logging
import sqlite3
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import ConfigError
from harvester.listing import Listing, Section, curation, editing
from harvester.listing.curation import Choice, read
from harvester.listing.select import items, unmet

SECTIONS = ("Articles", "Theses")
FILE = """\
# Ours.

# Why it is here
[[entry]]
work = "10.1136/leader-2021-1" # a DOI
note = \"\"\"
Two
[[entry]]
lines.\"\"\" # as is
pin = 2

[[entry]]
# within
work = "hdl:10044/1/3"
hide = "gone"
"""


def said(db: sqlite3.Connection, *choices: Choice, sections: tuple[Section, ...] = ()) -> dict[str, list[int]]:
    there = sections or (Section("Articles", type=("article",)), Section("Theses", type=("thesis",)), Section("Others"))
    found = items(db, {"evidence-base": Listing("L", sections=there)}, {"evidence-base": choices})
    assert [i.position for i in found if i.section == "Articles"] == list(
        range(1, 1 + sum(i.section == "Articles" for i in found))
    )
    return {s.title: [i.work_id for i in found if i.section == s.title] for s in there}


# --- what is said is followed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "articles"),
    [
        ([], [4, 2, 6, 1, 7, 8]),
        ([Choice("10.1/u", pin=1)], [8, 4, 2, 6, 1, 7]),
        ([Choice("10.1/u", pin=2), Choice("10.1/w", pin=1)], [7, 8, 4, 2, 6, 1]),
        ([Choice("10.1/u", pin=1), Choice("10.1/w", pin=1)], [7, 8, 4, 2, 6, 1]),  # of equal ones the newest
        ([Choice("10.1/u", pin=1), Choice("10.1/w", order=2)], [8, 4, 7, 2, 6, 1]),
        ([Choice("10.1/w", order=99)], [4, 2, 6, 1, 8, 7]),
        ([Choice("https://doi.org/10.1136/LEADER-2021-1", hide="wrong")], [4, 6, 1, 7, 8]),
        ([Choice("4", hide="x"), Choice("10.1136/leader-2021-1", hide="y", pin=1)], [6, 1, 7, 8]),
        ([Choice("10044/1/3", section="articles")], [4, 2, 6, 1, 3, 7, 8]),
        ([Choice("10.1/w", section="Others")], [4, 2, 6, 1, 8]),
    ],
)
def test_the_order_of_a_section(writer: sqlite3.Connection, choices: list[Choice], articles: list[int]) -> None:
    found = said(writer, *choices)
    assert found["Articles"] == articles
    assert (3 in found["Theses"]) == (3 not in articles)


def test_it_goes_before_settings_but_not_before_an_exclusion(writer: sqlite3.Connection) -> None:
    there = (Section("A", include=("10.1/u",), exclude=("10.1/w",)), Section("B", type=("article",), limit=2))
    found = said(
        writer, Choice("10.1/u", section="B"), Choice("10.1/w", section="A"), Choice("2", hide="x"), sections=there
    )
    assert found == {"A": [], "B": [6, 8]}


def test_notes(writer: sqlite3.Connection) -> None:
    listing = Listing("L", sections=(Section("Articles", type=("article",)),))
    found = items(
        writer, {"evidence-base": listing}, {"evidence-base": [Choice("4", note="Mine."), Choice("1", pin=1)]}
    )
    assert [(i.work_id, i.note, i.reason) for i in found[:2]] == [(1, None, "rule"), (4, "Mine.", "curated entry")]


def test_two_names_of_one_work_are_one(writer: sqlite3.Connection) -> None:
    first, later = Choice("10.1/u", pin=1, note="a"), Choice("8", note="b")
    (found,) = items(
        writer,
        {"l": Listing("L", sections=(Section("S", include=("8",)),))},
        {"l": [first, later]},
    )
    assert found.note == "b"
    assert curation.united(first, later) == Choice("10.1/u", pin=1, note="b")


def test_what_has_no_effect_is_said_and_kept(writer: sqlite3.Connection, caplog: pytest.LogCaptureFixture) -> None:
    choices = [
        Choice("10.9999/nowhere", pin=1),
        Choice("5", note="stands nowhere"),
        Choice("8", section="Article"),
        Choice("5", hide="stands nowhere anyway"),
    ]
    with caplog.at_level(logging.WARNING):
        assert said(writer, *choices)["Articles"] == [4, 2, 6, 1, 7, 8]
    assert "10.9999/nowhere: no work in the index answers to it" in caplog.text
    listing = Listing("L", sections=(Section("Articles"), Section("Closed", exclude=("8",))))
    found = [why for _, why in unmet(writer, listing, [*choices[:3], Choice("8", section="Closed")], {1})]
    assert found == [
        "no work in the index answers to it",
        "no section takes it; say in which one it is to stand (section)",
        "there is no section 'Article'; did you mean 'Articles'?",
        "a section leaves it out (`exclude` in the config file)",
    ]


# --- the file is read ------------------------------------------------------------------------------------------------


def test_a_file() -> None:
    first, second = read(FILE, "f.toml", SECTIONS)
    assert first == Choice("10.1136/leader-2021-1", pin=2, note="Two\n[[entry]]\nlines.")
    assert second == Choice("hdl:10044/1/3", hide="gone")
    assert read('[[entry]]\nwork = "x"\n', "f.toml") == []
    assert read("", "f.toml") == []
    assert read('[[entry]]\nwork = " x "\npin = true\nsection = " THESES"', "f", SECTIONS) == [
        Choice("x", pin=1, section="Theses")
    ]
    assert [curation.decoded(curation.encoded(c)) for c in (first, second)] == [first, second]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('entry = "x"', "f.toml:1: entry: must be tables; write [[entry]] above each"),
        ('title = "x"', "f.toml:1: title: is not known here"),
        ("[[entry]]\npin = 1", "f.toml:1: work: is missing"),
        ('[[entry]]\nwork = "x"\npinned = 1', "f.toml:3: pinned: is not known; did you mean 'pin'?"),
        ('[[entry]]\nwork = "x"\npin = 0', "f.toml:3: pin: must be a whole number, 1 for the first, not 0"),
        ('[[entry]]\nwork = "x"\npin = "1"', "f.toml:3: pin: must be a whole number"),
        ('[[entry]]\nwork = "x"\norder = true', "f.toml:3: order: must be a whole number, 1 for the first, not true"),
        ('[[entry]]\nwork = "x"\nhide = true', "f.toml:3: hide: must be text in quotes that says why, not true"),
        ('[[entry]]\nwork = "x"\nhide = " "', "f.toml:3: hide: is empty; say why"),
        (
            '[[entry]]\nwork = "x"\nsection = "Artikles"',
            "'Artikles' is no section of this listing; did you mean 'Articles'?",
        ),
        ('[[entry]]\nwork = "x"\n[[entry]]\nwork = " x"', "f.toml:4: work: stands in line 1 already"),
        ('[[entry]]\nwork = "x', "f.toml:2: is not valid TOML"),
        ("[[entry]]\nwork = 5", "f.toml:2: work: must be text in quotes, not 5"),
        ("entry = [1]", "must be tables"),
        ('[[entry]]\nwork = ""', "f.toml:2: work: is empty"),
    ],
)
def test_mistakes_have_their_line_and_a_cure(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text, "f.toml", SECTIONS)
    assert words in str(caught.value)


def test_every_mistake_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read('a = 1\n[[entry]]\npin = 0\nnote = 5\n[[entry]]\nwork = "y"\nhide = ""', "f.toml")
    assert len(caught.value.mistakes) == 5


# --- the file is edited ----------------------------------------------------------------------------------------------


def test_only_the_lines_of_a_key_change() -> None:
    changed = editing.with_value(FILE, "f", 0, "note", "New")
    assert changed == FILE.replace('note = """\nTwo\n[[entry]]\nlines.""" # as is', 'note = "New"')
    assert editing.with_value(FILE, "f", 0, "pin", None) == FILE.replace("pin = 2\n", "")
    assert editing.with_value(FILE, "f", 1, "order", 3) == FILE.replace('10044/1/3"\n', '10044/1/3"\norder = 3\n')
    assert editing.with_value(FILE, "f", 1, "note", None) == FILE
    assert editing.without(FILE, "f", 0) == "# Ours.\n\n" + FILE[FILE.rindex("[[entry]]") :]
    assert editing.without(FILE, "f", 1) == FILE[: FILE.rindex("\n\n[[entry]]")] + "\n"


def test_what_is_not_written_as_tables_is_left_to_people() -> None:
    with pytest.raises(ConfigError, match=r"write \[\[entry\]\] above each"):
        editing.with_value('entry = [{work = "x"}]', "f", 0, "pin", 1)
    with pytest.raises(ConfigError, match=r"write \[\[entry\]\] above each"):
        editing.with_entry('entry = [{work = "x"}]', "f", Choice("y"), "", "l")


def test_what_is_offered_and_not_used_is_left_out() -> None:
    listed = [
        ("Articles", "doi:10.1/a", "A. One."),
        ("Articles", "doi:10.1/b", 'B. "Two"\n.'),
        ("Theses", "hdl:1/2", "C."),
    ]
    text = editing.prefilled(FILE, "evidence-base", listed, {"hdl:10044/1/3": "Le leadership médical."})
    assert '# A. One.\n[[entry]]\nwork = "doi:10.1/a"' in text
    assert "#   hdl:10044/1/3: Le leadership médical." in text
    assert editing.kept(text) == FILE
    edited = text.replace('work = "doi:10.1/b"', 'work = "doi:10.1/b"\n# mine\npin = 1')
    assert editing.kept(edited) == FILE + '\n# B. "Two" .\n[[entry]]\nwork = "doi:10.1/b"\n# mine\npin = 1\n'
    assert editing.kept(FILE) == FILE
    assert editing.bare(FILE) == {1}
    new = editing.kept(editing.prefilled("", "evidence-base", listed, {}))
    assert read(new, "f") == []
    assert new.startswith("# What people say")


_texts = st.text(max_size=30).filter(str.strip)
_choices = st.builds(
    Choice,
    work=_texts,
    pin=st.none() | st.integers(1, 99),
    section=st.just("") | _texts,
    order=st.none() | st.integers(1, 99),
    note=st.just("") | _texts,
    hide=st.just("") | _texts,
)


@settings(max_examples=50)
@given(st.lists(_choices, max_size=5, unique_by=lambda c: c.work.strip()), _texts, _texts, st.integers(0, 4))
def test_what_is_written_is_what_is_read(choices: list[Choice], citation: str, note: str, at: int) -> None:
    stripped = [
        Choice(c.work.strip(), c.pin, c.section.strip(), c.order, c.note.strip(), c.hide.strip()) for c in choices
    ]
    text = ""
    for choice in stripped:
        text = editing.with_entry(text, "f", choice, citation, "l")
    assert read(text, "f") == [c for c in stripped if c.says]
    offered = editing.prefilled(text, "l", [(citation, note, citation)], {c.work: citation for c in stripped})
    assert tomllib.loads(offered)
    assert editing.kept(offered).strip() == (text.strip() or editing.HEAD.format(name="l").strip())
    if at < len(stripped):
        text = editing.with_value(text, "f", at, "note", note.strip())
        assert tomllib.loads(text)["entry"][at]["note"] == note.strip()
        assert len(tomllib.loads(editing.without(text, "f", at)).get("entry", [])) == len(stripped) - 1


@pytest.mark.parametrize("module", [curation, editing])
def test_doctests(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
