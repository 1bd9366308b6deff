"""Findings that any record shows by itself, and the citation date."""

from __future__ import annotations

import doctest

import pytest

from harvester import checks
from harvester.checks import check, issued
from harvester.record import Date, Identifier, Record


def codes(record: Record) -> list[str]:
    return [finding.code for finding in check(record, this_year=2026)]


def test_a_sound_record_has_no_findings() -> None:
    dates = (Date("accepted", "2020-04-28"), Date("online", "2020-05-13"), Date("issued", "2020-09-28"))
    assert (
        codes(Record(title="Sharing leadership", type="article", dates=dates, start_page="128", end_page="134")) == []
    )


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (Record(), "no-title"),
        (Record(title="Front Matter"), "stub-title"),
        (Record(title="Lidership in sant\ufffd"), "title-replacement-character"),
        (Record(title="T", type_raw=("Interpretive dance",)), "type-unknown"),
        (Record(title="T", dates=(Date("issued", "2031"),)), "future-date"),
        (Record(title="T", dates=(Date("accepted", "2020-05-20"), Date("online", "2020-05-13"))), "date-order"),
        (Record(title="T", dates=(Date("submitted", "2021"), Date("accepted", "2020-12-01"))), "date-order"),
        (Record(title="T", start_page="134", end_page="128"), "page-order"),
        (Record(title="T", identifiers=(Identifier("doi", "10.1/a"), Identifier("doi", "10.1/b"))), "several-dois"),
    ],
)
def test_each_finding(record: Record, code: str) -> None:
    assert codes(record) == [code]


@pytest.mark.parametrize(
    "dates",
    [
        (Date("accepted", "2020-05-20"), Date("online", "2020-05")),
        (Date("accepted", "2020-05-20"), Date("issued", "2020")),
        (Date("accepted", "2020-05-20"), Date("issued", "2020-21")),
        (Date("accepted", "2020-05-20"), Date("issued", "1985~")),
        (Date("accepted", "2020-05-20"), Date("online", None, "soon")),
        (Date("available", "2010-01-01"), Date("accepted", "2020-05-20")),
    ],
)
def test_what_is_not_certainly_out_of_order_is_not_blamed(dates: tuple[Date, ...]) -> None:
    assert codes(Record(title="T", dates=dates)) == []


def test_a_doi_of_a_version_does_not_count_as_a_second_one() -> None:
    found = (
        Identifier("doi", "10.1/a"),
        Identifier("doi", "10.1/b", "version"),
        Identifier("doi", "10.1/c", "container"),
    )
    assert codes(Record(title="T", identifiers=found)) == []


@pytest.mark.parametrize(
    ("dates", "in_issue", "expected"),
    [
        ([("online", "2020-05-13"), ("issued", "2020-09-28")], True, "2020-09-28"),
        ([("online", "2020-05-13"), ("print", "2020-09"), ("issued", "2020-05-13")], True, "2020-09"),
        ([("online", "2020-05-13"), ("print", "2020-09")], False, "2020-05-13"),
        ([("issued", "2019")], False, "2019"),
        ([("posted", "2021-01-02"), ("created", "2021-01-01")], False, "2021-01-02"),
        ([("created", "2021-01-01")], True, "2021-01-01"),
        ([("accepted", "2020-04-28"), ("deposited", "2020-12-21"), ("embargo-end", "2022")], True, None),
        ([("issued", None)], False, None),
        ([("online", "2020-05"), ("online", "2020-03-01")], False, "2020-03-01"),
        ([], True, None),
    ],
)
def test_citation_date(dates: list[tuple[str, str | None]], in_issue: bool, expected: str | None) -> None:
    assert issued([Date(kind, value) for kind, value in dates], in_issue) == expected


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(checks).failed == 0
