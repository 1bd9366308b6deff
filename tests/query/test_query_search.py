"""What a reader types, and what is found."""

from __future__ import annotations

import doctest
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harvester import query
from harvester.query import language
from harvester.query.fulltext import matching


def test_doctests() -> None:
    failed, attempted = doctest.testmod(language)
    assert attempted
    assert not failed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("leadership", [1, 3]),
        ("sharing", [1, 3]),  # in a title before among the authors
        ("leader", [1, 2]),  # not in the DOIs
        ("10.1136/leader", [1, 3]),
        ("LEAD*", [1, 2, 3]),
        ('"sharing leadership"', [1]),
        ("“sharing leadership”", [1]),
        ('"leadership sharing"', []),
        ('"current attit"*', [1]),
        ("sharing -trial", [1]),
        ("sharing NOT trial", [1]),
        ("sharing AND trial", [3]),
        ("nursing OR trial", [2, 3]),
        ("leadership nursing OR trial", [3]),
        ("(nursing OR trial) leadership", [3]),
        ("author:darzi", [1]),
        ('author:"Ara Darzi"', [1]),
        ('author:"Darzi, Ara"', [1]),
        ("author: fulop", [2]),
        ("title:leadership", [1]),
        ("abstract:leadership", [1, 3]),
        ('journal:"bmj leader"', [1]),
        ("bmj-leader", [1]),
        ("subject:integrated", [1]),
        ("year:2020", [1]),
        ("year:2019-2020", [1, 2]),
        ("year:2020–2021", [1, 3]),
        ("year:2021-", [3, 4]),
        ("year:-2019", [2]),
        ("year:2021..2019", [1, 2, 3]),
        ("type:thesis", [2]),
        ("type:Thesis type:article", [1, 2, 3]),
        ("-type:article", [2, 4]),
        ('type:"Journal article"', [1, 3]),
        ("type:articles,thesis", [1, 2, 3]),
        ("-type:article,thesis", [4]),
        ("source:spiral", [1, 2]),
        ("-source:spiral", [3, 4]),
        ('source:"SPIRAL, Imperial College London"', [1, 2]),
        ("language:French", [2]),
        ("(leadership OR nursing) trial", [3]),
        ("is:open -is:corrected", []),
        ("is:nothing-of-the-kind", []),
        ("language:en", [1, 2]),
        ("language:fr", [2]),
        ("language:e", []),
        ("orcid:https://orcid.org/0000-0001-5306-6140", [2]),
        ("issn:2398-631x", [1]),
        ("pmid:34567890 sharing", [1]),
        ("is:retracted", [3]),
        ("-is:retracted article:x", []),
        ("リーダーシップ", []),  # no word of its own in the title: the index knows no word boundaries of Japanese
        ("医療", [4]),
        ("year:soon leadership", []),  # no year: looked for as words
        ("colour:blue", []),
        ('"unbalanced', []),
        ("leadership (", [1, 3]),
        ('leadership " *', [1, 3]),
        ("AND OR leadership NOT", [1, 3]),
        ("", [1, 2, 3, 4]),
        ("* ( ) - \" '", [1, 2, 3, 4]),
    ],
)
def test_search(db: sqlite3.Connection, typed: str, expected: list[int]) -> None:
    found = query.search(db, typed)
    ids = [hit.work_id for hit in found.hits]
    assert sorted(ids) == expected
    assert found.total == len(expected)
    assert not found.exact
    assert query.all_ids(db, query.Search(typed)) == ids
    condition, values = matching(typed)
    assert [i for (i,) in db.execute(f"select id from works where {condition} order by id", values)] == expected


def test_title_weighs_more_than_authors_and_abstract(db: sqlite3.Connection) -> None:
    assert [hit.work_id for hit in query.search(db, "sharing").hits] == [1, 3]
    assert [hit.work_id for hit in query.search(db, "leadership").hits] == [1, 3]


def test_newest_first_where_no_words_are_asked_for(db: sqlite3.Connection) -> None:
    assert [hit.work_id for hit in query.search(db, "").hits] == [4, 3, 1, 2]


@pytest.mark.parametrize(
    "typed",
    [
        "10.1136/leader-2020-000228",
        " doi: 10.1136/LEADER-2020-000228 ",
        "https://doi.org/10.1136/leader-2020-000228",
        "https://dx.doi.org/10.1136%2Fleader-2020-000228",
        "hdl:10044/1/85584",
        "http://hdl.handle.net/10044/1/85584",
        "oai:spiral.imperial.ac.uk:10044/1/85584",
        "doi:10.1136/leader-2020-000228",
        "pmid:34567890",
    ],
)
def test_a_pasted_identifier_goes_to_its_work(db: sqlite3.Connection, typed: str) -> None:
    found = query.search(db, typed)
    assert found.exact
    assert [hit.key for hit in found.hits] == ["doi:10.1136/leader-2020-000228"]
    assert query.get(db, typed) == 1


def test_get(db: sqlite3.Connection) -> None:
    assert query.get(db, "3") == 3
    assert query.get(db, "34567890") == 1  # no work of this number: the PubMed id
    assert query.get(db, "http://example.org/ja/") == 4
    assert query.get(db, "hdl:10044/1/85584") == 1  # a redirect
    for unknown in (
        "",
        "99",
        "9" * 40,
        "10.1136/nothing",
        "leadership",
        "x" * 5000,
        "\ud800",
        "a\0b",
        "issn:2398-631X",
    ):
        assert query.get(db, unknown) is None


def test_snippets_mark_what_was_found(db: sqlite3.Connection) -> None:
    first, last = query.search(db, "leadership").hits
    assert f"{query.MARK_ON}leadership{query.MARK_OFF}" in first.snippet
    assert last.snippet == f"Only here does {query.MARK_ON}leadership{query.MARK_OFF} occur."
    assert not query.search(db, "type:thesis").hits[0].snippet


def test_snippets_are_of_the_abstract_where_it_has_the_words(db: sqlite3.Connection) -> None:
    assert "systems become more complex" in query.search(db, "leadership").hits[0].snippet
    assert query.search(db, "barriers").hits[0].snippet.startswith("Sharing leadership: current attitudes")


def test_pages(db: sqlite3.Connection) -> None:
    assert [h.work_id for h in query.search(db, "lead*", limit=2).hits] == query.all_ids(db, query.Search("lead*"))[:2]
    assert [h.work_id for h in query.search(db, "lead*", limit=2, offset=2).hits] == query.all_ids(
        db, query.Search("lead*")
    )[2:]
    assert query.search(db, "lead*", limit=0, offset=-3).total == 3
    assert query.search(db, "lead*", limit=10**30, offset=10**30).hits == ()


def test_terms_beyond_the_limit_are_counted(db: sqlite3.Connection) -> None:
    found = query.search(db, " ".join(f"w{n}" for n in range(language.MAX_TERMS + 5)))
    assert (found.total, found.ignored) == (0, 5)
    assert query.search(db, "x OR " * 100_000).total == 0


_TYPED = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ['"', "'", "(", ")", "*", "-", ":", "^", "+", "{", "}", "NEAR(", "AND", "OR", "NOT", "year:", "author:", "type:", "a",
             "title:", "leadership", " ", "\0", "\ud800", "10.1136/", "\\", ";", "--", "/*", "%", "_", "2020", "..", "doi:", "医"]
        ),
        max_size=14,
    ).map("".join),
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_TYPED)
@example("year:0000-9999 -year:- is: -is: language: -orcid:")
@example('author:"a b"* -author:"a b" title:(')
@example("-doi:10.1136/x NOT NOT OR OR")
def test_any_text_is_answered(db: sqlite3.Connection, typed: str) -> None:
    found = query.search(db, typed)
    assert found.exact or sorted(h.work_id for h in found.hits) == sorted(query.all_ids(db, query.Search(typed)))
    assert found.total == len(found.hits)


@given(_TYPED)
def test_nothing_typed_becomes_syntax(typed: str) -> None:
    question = language.parse(typed)
    bare = re.sub(r'"(?:[^"]|"")*"', "", f"{question.match} {question.without}")
    operators = {"AND", "OR", "NOT", "NEAR"}
    assert set(re.findall(r"[A-Za-z_]+", bare)) <= operators | {"doi"} | set(language.COLUMNS.values())


def test_a_source_is_found_by_its_name_before_the_title_of_another(index: Path, tmp_path: Path) -> None:
    copied = tmp_path / "index.db"
    shutil.copy(index, copied)
    with closing(sqlite3.connect(copied)) as db, db:
        db.execute("update sources set title = 'Crossref' where name = 'spiral'")
        db.execute("update sources set title = 'crossref' where name = 'curated'")
    with query.open_index(copied) as db:
        condition, values = matching("source:crossref")
        by_rule = [id_ for (id_,) in db.execute(f"select id from works where {condition} order by id", values)]
        assert sorted(hit.work_id for hit in query.search(db, "source:crossref").hits) == by_rule == [1, 3]
        by_title = sorted(hit.work_id for hit in query.search(db, "source:Crossref").hits)
        assert by_title == [1, 2, 4]
