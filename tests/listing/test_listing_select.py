"""Which work stands where."""

from __future__ import annotations

import logging
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import ConfigError
from harvester.listing import Listing, Section, check, dates
from harvester.listing.dates import newest_first, span
from harvester.listing.select import ListingItem, items


def listed(db: sqlite3.Connection, *sections: Section, name: str = "evidence-base") -> dict[str, list[int]]:
    found = items(db, {name: Listing("The evidence base", sections=sections)})
    assert len({item.work_id for item in found}) == len(found), "a work stands once"
    return {s.title: [i.work_id for i in found if i.section == s.title] for s in sections}


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (Section("S"), []),
        (Section("S", type=("article",)), [2, 6, 1, 7, 8]),
        (Section("S", type=("article", "thesis")), [2, 6, 1, 3, 7, 8]),
        (Section("S", type=("article",), source=("spiral",)), [1]),
        (Section("S", source=("spiral", "curated")), [4, 1, 3, 5]),
        (Section("S", subject=("integrated care",)), [1]),
        (Section("S", subject=("integrated",)), []),
        (Section("S", query="leadership"), [1, 3]),
        (Section("S", query="leadership", type=("thesis",)), [3]),
        (Section("S", query='"unbalanced (((', type=("thesis",)), []),
        (Section("S", since="2021"), [2, 6, 4]),
        (Section("S", since="2021-02", until="2021-03"), [2, 6]),
        (Section("S", until="2019-01-15"), [3, 7]),  # 2019 may lie within; the undated one is not taken
        (Section("S", since="2020-09-28", until="2020-09-28"), [1]),
        (Section("S", since="2020-09-29", until="2020-12"), []),
        (Section("S", type=("article",), limit=2), [2, 6]),
        (Section("S", type=("article",), limit=2, include=("hdl:10044/1/3",)), [2, 3]),
        (Section("S", type=("article",), exclude=("10.1136/leader-2021-1", "no such work")), [6, 1, 7, 8]),
        (Section("S", include=("https://doi.org/10.1136/LEADER-2021-1", "doi:10.1/u", "hdl:10044/1/3")), [2, 3, 8]),
        (Section("S", include=("10.1/u",), exclude=("10.1/u",)), []),
    ],
)
def test_rules(writer: sqlite3.Connection, section: Section, expected: list[int]) -> None:
    assert listed(writer, section) == {"S": expected}


def test_a_work_stands_in_the_first_section_that_takes_it(writer: sqlite3.Connection) -> None:
    recent, rest = Section("Recent", since="2021", limit=2), Section("All", type=("article", "web-opinion"))
    assert listed(writer, recent, rest) == {"Recent": [2, 6], "All": [4, 1, 7, 8]}


def test_people_decide_before_rules(writer: sqlite3.Connection) -> None:
    rule, curated, named = (
        Section("Rule", type=("web-opinion", "thesis")),
        Section("Articles"),
        Section("Named", include=("3",)),
    )
    assert listed(writer, rule, curated, named) == {"Rule": [], "Articles": [4], "Named": [3]}
    deaf = Section("Articles", curated=False)
    assert listed(writer, rule, deaf) == {"Rule": [4, 3], "Articles": []}
    assert listed(writer, Section("Articles", exclude=("4",)), rule) == {"Articles": [], "Rule": [4, 3]}


def test_a_curated_entry_is_pinned_and_annotated(writer: sqlite3.Connection) -> None:
    listing = Listing("L", sections=(Section("Articles", type=("article",)),))
    found = items(writer, {"evidence-base": listing})
    assert found[0] == ListingItem(
        "evidence-base", "Articles", 1, 1, 4, "Opinion. See https://www.example.org/more.", "curated entry"
    )
    assert [i.work_id for i in found] == [4, 2, 6, 1, 7, 8]
    assert [i.position for i in found] == [1, 2, 3, 4, 5, 6]
    assert {i.reason for i in found[1:]} == {"rule"}


def test_pins_beyond_the_end_and_equal_pins(writer: sqlite3.Connection) -> None:
    writer.execute("insert into curated_entries values (1, 'evidence-base', 'Articles', 99, null, 10)")
    writer.execute("insert into curated_entries values (8, 'evidence-base', 'Articles', 1, null, 80)")
    writer.execute("insert into curated_entries values (3, 'evidence-base', 'Articles', -5, null, 30)")
    # Equal pins: the newer one comes later, so each is as near to its place as it can be.
    assert listed(writer, Section("Articles")) == {"Articles": [8, 4, 3, 1]}


def test_an_inclusion_keeps_the_note_of_the_curated_entry(writer: sqlite3.Connection) -> None:
    (item,) = items(writer, {"evidence-base": Listing("L", sections=(Section("Articles", include=("4",)),))})
    assert (item.reason, item.note) == ("include", "Opinion. See https://www.example.org/more.")


def test_wishes_that_cannot_be_met_are_said(writer: sqlite3.Connection, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        listed(writer, Section("Articles", include=("10.9999/nowhere",)))
    assert "include '10.9999/nowhere': no work" in caplog.text
    assert "asks for section 'No such section'; there are: 'Articles'" in caplog.text


def test_a_section_that_is_not_there_is_said_once(writer: sqlite3.Connection, caplog: pytest.LogCaptureFixture) -> None:
    asked = writer.execute("select count(*) from curated_entries where listing = 'evidence-base'").fetchone()[0]
    writer.execute("update curated_entries set section = 'Gone' where listing = 'evidence-base'")
    with caplog.at_level(logging.WARNING):
        listed(writer, Section("Articles"))
    assert asked > 1
    assert [record.getMessage() for record in caplog.records] == [
        f"listing evidence-base: {asked} curated entries ask for section 'Gone'; there are: 'Articles'"
    ]


def test_each_listing_for_itself(writer: sqlite3.Connection) -> None:
    section = Section("Articles", type=("web-opinion",))
    found = items(
        writer, {"evidence-base": Listing("A", sections=(section,)), "another": Listing("B", sections=(section,))}
    )
    assert [(i.listing, i.work_id) for i in found] == [("evidence-base", 4), ("another", 4)]


def test_selection_writes_nothing(writer: sqlite3.Connection) -> None:
    before = writer.total_changes
    items(writer, {"evidence-base": Listing("L", sections=(Section("Articles", query="leadership"),))})
    assert writer.total_changes == before


def test_settings_that_make_no_sense(writer: sqlite3.Connection) -> None:
    sections = (Section("A", since="soon"), Section("a", until="2020-13"), Section(" ", type=("articel",), limit=0))
    listing = Listing("", language="english please", sections=sections)
    assert [key for key, _ in check(listing)] == [
        "title", "language", "section.0.since", "section.1.title", "section.1.until", "section.2.title", "section.2.type",
        "section.2.limit",
    ]  # fmt: skip
    assert "did you mean 'article'?" in dict(check(listing))["section.2.type"]
    with pytest.raises(ConfigError, match=r"listing\.x.section\.0\.since: 'soon' is not a date"):
        items(writer, {"x": listing})


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2020", ("2020-01-01", "2020-12-31")),
        ("2020-02", ("2020-02-01", "2020-02-29")),
        ("2020-02-30", None),
        ("2020-24", ("2020-12-01", "2020-12-31")),
        ("1985~", ("1985-01-01", "1985-12-31")),
        ("19XX", ("1900-01-01", "1999-12-31")),
        ("0000", ("0000-01-01", "0000-12-31")),
        ("0000-02", ("0000-01-01", "0000-12-31")),
        ("2020-XX-XX", ("2020-01-01", "2020-12-31")),
        ("2020-09-28T10:00:00Z", ("2020-09-28", "2020-09-28")),
        ("2019/2020-03", ("2019-01-01", "2020-03-31")),
        ("../2020", ("0000-01-01", "2020-12-31")),
        ("2020/", ("2020-01-01", "9999-12-31")),
        ("../..", None),
        ("", None),
        (None, None),
    ],
)
def test_spans(edtf: str | None, expected: tuple[str, str] | None) -> None:
    assert span(edtf) == expected


def test_newest_first() -> None:
    given = ["2019", None, "2020-21", "2020-03", "2020-03-02", "n.d.", "2020-03-01", "2020", "2019-12-31"]
    assert sorted(given, key=newest_first) == [
        "2020-03-02", "2020-03-01", "2020-03", "2020-21", "2020", "2019-12-31", "2019", None, "n.d.",
    ]  # fmt: skip


@given(st.one_of(st.text(), st.from_regex(dates._DATE, fullmatch=True)))
def test_spans_of_any_text(text: str) -> None:
    days = span(text)
    assert days is None or len(days[0]) == len(days[1]) == 10
    assert newest_first(text) == newest_first(text)
