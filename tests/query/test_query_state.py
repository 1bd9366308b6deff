"""The state of a search as a URL, and searches that nobody would type."""

from __future__ import annotations

import doctest
import sqlite3
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harvester import facets, query
from harvester.facets import sort_title
from harvester.query import FACETS, Search, state
from harvester.query.state import MAX_DEPTH, MAX_SIZE, MAX_VALUE, MAX_VALUES, parse, query_string


def test_doctests() -> None:
    for module in (state, facets):
        failed, attempted = doctest.testmod(module)
        assert attempted
        assert not failed


_NAMES = st.sampled_from(["q", *FACETS, "from", "to", "sort", "size", "page", "after", "utm_source", ""])
_VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["newest", "2020", "-1", "9" * 30, "%00", "%ff", "%ED%A0%80", "+", "[1,\"2020\",3]", "[1e400]", "٣"]),
)  # fmt: skip
_QUERY_STRINGS = st.one_of(
    st.text(max_size=80), st.lists(st.builds("{}={}".format, _NAMES, _VALUES), max_size=12).map("&".join)
)


@given(_QUERY_STRINGS)
def test_any_query_string_is_a_search_with_one_address(text: str) -> None:
    search = parse(text)
    address = query_string(search)
    assert parse(address) == search
    assert query_string(parse(address)) == address
    assert 1 <= search.size <= MAX_SIZE
    assert search.size * search.page <= MAX_DEPTH
    assert all(facet in FACETS and 0 < len(values) <= MAX_VALUES for facet, values in search.chosen.items())
    assert all(0 < len(value) <= MAX_VALUE for values in search.chosen.values() for value in values)


def test_the_address_says_what_is_asked_and_no_more() -> None:
    search = parse(
        "sort=title&type=thesis&type=article&type=thesis&q=a+%22b+c%22&to=2019&from=2021&page=0&size=1000&x=1"
    )
    assert query_string(search) == "q=a+%22b+c%22&type=article&type=thesis&from=2019&to=2021&sort=title&size=100"
    assert parse_qs(query_string(search))["q"] == ['a "b c"']
    assert query_string(parse("page=3&after=[1,null,4]")) == "after=%5B1%2Cnull%2C4%5D"
    assert query_string(Search()) == ""


def test_chips() -> None:
    search = Search("x", page=4).with_value("type", "thesis").with_value("type", "article").with_value("type", "thesis")
    assert (search.chosen, search.page) == ({"type": ("article", "thesis")}, 1)
    assert search.without_value("type", "thesis").without_value("type", "article").chosen == {}
    assert search.without_value("year", "2019") == search


def test_floods_are_bounded() -> None:
    search = parse("&".join([f"subject={n}" for n in range(10_000)]) + "&q=" + "x" * 100_000)
    assert len(search.chosen["subject"]) == MAX_VALUES
    assert len(parse("q=" + "x" * 100_000).text) <= 4000


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_QUERY_STRINGS)
@example("q=%00&type=%00&journal=%ED%A0%80")
@example('after=["title",1,"2020",3]&sort=title')
@example('after=["newest",1,"2020",3]&sort=title')
@example('after=["relevance",0,"x",9223372036854775808]&q=leadership')
@example('after=["relevance",0,1e999,3]&q=leadership')
@example("journal=" + "%F0%9F%98%80" * 300)
def test_any_query_string_is_answered(db: sqlite3.Connection, text: str) -> None:
    found = query.find(db, parse(text))
    assert list(found.facets) == list(FACETS)
    assert len(found.hits) <= found.search.size
    assert query_string(parse(query_string(found.search))) == query_string(found.search)


@pytest.mark.parametrize(
    "text",
    ["x" * 100_000, '"' * 50_000, "🙂 " * 5000, "النص العربي", "\u202eright to left", "a NEAR/3 b", "title : x", "{title}: x",
     "^x", "x AND", "((((((((((", "*", "'; drop table works; --", "\ud83d", "\0\0", "医療" * 2000, "-" * 4000, "OR " * 4000,
     "year:" * 900, "a:b:c:d", "https://doi.org/", "doi:", "http://[::1", "10." + "9" * 3000, "e" + "\u0301" * 3000]
)  # fmt: skip
def test_hostile_texts_are_answered(db: sqlite3.Connection, text: str) -> None:
    for sort in ("relevance", "newest", "oldest", "title"):
        found = query.find(db, Search(text, {"type": (text,), "subject": (text,), "journal": (text,)}, sort=sort))
        assert found.total == len(found.hits) or found.next
    assert query.find(db, Search(text)).ignored >= 0


def test_how_a_text_is_understood(db: sqlite3.Connection) -> None:
    def read(text: str) -> tuple[str, ...]:
        return query.find(db, Search(text)).understood

    assert read('shared "integrated care" nurs* -trial') == ("shared", '"integrated care"', "nurs*", "not: trial")
    assert read("nursing OR trial author:darzi in:bmj") == ("nursing or trial", "author: darzi", "journal: bmj")
    assert read("nurses trial nurses -x type:thesis -x") == ("nurses", "trial", "not: x", "type: thesis")
    assert read("year:2019-2020 -type:thesis year:2021-") == ("year: 2019-2020", "not: type: thesis", "year: 2021-")
    assert read("https://doi.org/10.1136/leader-2020-000228") == (
        "identifier: https://doi.org/10.1136/leader-2020-000228",
    )
    assert read("colour:blue") == ("colour:blue",)
    assert read("") == ()


def test_a_pasted_identifier_goes_to_its_work_whatever_is_chosen(db: sqlite3.Connection) -> None:
    found = query.find(db, Search("10.1136/LEADER-2020-000228", {"type": ("thesis",)}, page=7))
    assert (found.goes_to, found.total) == ("doi:10.1136/leader-2020-000228", 1)
    assert query.find(db, Search("leadership")).goes_to is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("leadershpi", "leadership"),
        ("Laedership", "leadership"),
        ("sharing leadershp", "sharing leadership"),
        ("author:dazri", "author:darzi"),
        ("leadership", None),  # it is found
        ("qqqqqq", None),
        ("leadershpi qqqqqq", None),
        ("10.1136/nothing", None),
        ("type:thseis leadership", None),  # a filter is no word
        ('"leadership sharing"', None),  # both are words
    ],
)
def test_another_spelling_is_suggested_where_nothing_is_found(
    db: sqlite3.Connection, typed: str, expected: str | None
) -> None:
    found = query.find(db, Search(typed))
    assert found.suggestion == expected
    assert not expected or query.find(db, Search(expected)).total


def test_titles_are_sorted_without_article_case_and_marks() -> None:
    titles = ["Zebra", "The apple", "“Éclairs” at work", "An ecology", "a", "The", "Ärzte", "10 years", "医療"]
    ordered = ["10 years", "a", "The apple", "Ärzte", "“Éclairs” at work", "An ecology", "The", "Zebra", "医療"]
    assert sorted(titles, key=sort_title) == ordered
