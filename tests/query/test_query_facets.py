"""A search with facets against a plain reading of the same works; the ways for few and for many works against each other."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import small_index
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_index import doi, member, person

from harvester import facets, query
from harvester.merge import merge
from harvester.query import FACETS, Found, Search, ordering, results, selecting
from harvester.query.state import Sort
from harvester.record import Container, Description, Identifier, Record, Subject, Work

SIMPLE = [facet for facet in FACETS if facet != "journal"]
TYPES = ("article", "thesis", "report")
LANGUAGES = ((), ("en",), ("en-GB",), ("fr", "en"), ("cy",))
SUBJECTS = ("Leadership", "leadership", "NHS", "Integrated care", *(f"Subject {n}" for n in range(28)))
JOURNALS = (
    None,
    Container(title="BMJ Leader", issn="2398-631X"),
    Container(title="BMJ leader", eissn="2398-6328", issn="2398-631X"),
    Container(title="BMJ Lead", eissn="2398-6328"),
    Container(title="The BMJ Leader"),
    Container(title="Medicine", issn="0025-7974"),
    Container(title="Medicine", issn="1357-3039"),
    Container(title="Medicine"),
    Container(issn="0140-6736"),
    Container(title="Handbook of leadership", type="book"),
)
WORDS = ("leadership", "shared", "nursing", "trial", "managers", "the")


def _work(id_: int, dice: random.Random) -> Work:
    record = Record(
        title=" ".join(dice.sample(WORDS, dice.randint(1, 4))),
        type=dice.choice(TYPES),
        identifiers=(doi(f"10.1136/x.{id_}"), *((Identifier("pmid", "7"),) if id_ == 7 else ())),
        contributors=(person(dice.choice(("Darzi", "Fulop")), "A"),),
        descriptions=(Description(" ".join(dice.choices(WORDS, k=6))),),
        language=dice.choice(LANGUAGES),
        subjects=tuple(map(Subject, dice.sample(SUBJECTS, dice.randint(0, 5)))),
        issued=dice.choice((None, "2019", "2019-05", "2020-09-28", "2021", "1999")),
        container=dice.choice(JOURNALS),
        access=dice.choice((None, "open", "restricted")),
        update_status="retraction" if id_ % 40 == 0 else None,
    )
    sources = dice.sample(("crossref", "spiral", "curated"), dice.randint(1, 2))
    members = [member(id_ * 10 + n, source, f"10.1136/x.{id_}", record) for n, source in enumerate(sources)]
    return merge(id_, f"doi:10.1136/x.{id_}", members)


_DICE = random.Random(5)
WORKS = {id_: _work(id_, _DICE) for id_ in range(1, 161) if id_ % 9}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_index.create(tmp_path_factory.mktemp("facets") / "index.db", WORKS.values())


@pytest.fixture(scope="module")
def db(path: Path) -> Iterator[sqlite3.Connection]:
    with query.open_index(path) as connection:
        yield connection


def as_few_as(most: int, patch: pytest.MonkeyPatch) -> None:
    """So many works count as few."""
    for module in (results, ordering, selecting):
        patch.setattr(module, "FEW", most)
    patch.setattr(selecting, "SPARSE", 20 if most else 10**9)


TEXTS = st.sampled_from(
    ["", "leadership", "shared leadership", "trial OR nursing", "-trial", "type:thesis", "-type:thesis leadership",
     "author:darzi", "year:2019-2020", "-year:2019 the", "language:en", "language:en-GB", "is:retracted",
     "-is:retracted access:open", "lead*", "is:open", "-is:corrected -is:open",
     "type:\"Journal article\" language:english", "source:spiral -source:crossref", "title:trial", "pmid:7 OR x",
     "nothing", "doi:10.1136/x.8", "subject:nhs"]
)  # fmt: skip
CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "type": st.lists(st.sampled_from([*TYPES, "nothing"]), max_size=2).map(tuple),
        "source": st.lists(st.sampled_from(["crossref", "spiral"]), max_size=2).map(tuple),
        "language": st.lists(st.sampled_from(["en", "fr", "xx"]), max_size=2).map(tuple),
        "subject": st.lists(st.sampled_from([s.lower() for s in SUBJECTS]), max_size=3).map(tuple),
        "access": st.just(("open",)),
        "year": st.lists(st.sampled_from(["2019", "2020"]), max_size=2).map(tuple),
        "journal": st.lists(st.sampled_from(["2398-6328", "2398-631X", "Medicine", "1357-3039"]), max_size=2).map(
            tuple
        ),
    },
)
YEARS = st.sampled_from([(None, None), (2019, None), (None, 2019), (2019, 2020), (1, 2)])
SEARCHES = st.builds(
    Search,
    TEXTS,
    CHOSEN,
    YEARS,
    st.sampled_from(["relevance", "newest", "oldest", "title"]),
    st.sampled_from([1, 3, 100]),
)
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plain(found: Found, ids: list[int]) -> object:
    order = [] if found.search.sort == "relevance" and found.understood else ids
    return found.total, sorted(ids), order, found.facets, found.years, found.goes_to


@often
@given(SEARCHES)
def test_few_and_many_works_are_counted_alike(db: sqlite3.Connection, search: Search) -> None:
    answers = []
    for most in (10_000, 0, 30):
        with pytest.MonkeyPatch.context() as patch:
            as_few_as(most, patch)
            answers.append(plain(query.find(db, search), query.all_ids(db, search)))
    assert answers[0] == answers[1] == answers[2]


@given(search=SEARCHES)
def test_each_line_says_what_its_part_finds_alone(db: sqlite3.Connection, search: Search) -> None:
    """Except a part that is left out: of that it says what is left out."""
    lines = query.lines(db, search)
    found = query.find(db, search)
    assert [line.part for line in lines if line.part] == list(found.understood)
    for line in lines:
        if line.chosen == "years":
            assert line.works == query.find(db, Search(years=search.years)).total
        elif line.chosen:
            assert line.works == query.find(db, Search(chosen={line.chosen: search.chosen[line.chosen]})).total
    if len(lines) == 1:
        of_all = query.find(db, Search()).total
        assert found.total == (of_all - lines[0].works if lines[0].part.startswith("not: ") else lines[0].works)


def test_the_lines_of_a_strategy(db: sqlite3.Connection) -> None:
    search = Search(
        "trial OR nursing -type:thesis author:darzi year:2019-2020", {"type": ("article", "thesis")}, (2019, None)
    )
    found = {line.part or line.chosen: line.works for line in query.lines(db, search)}
    alone = {
        "trial or nursing": "trial OR nursing", "author: darzi": "author:darzi", "not: type: thesis": "type:thesis",
        "year: 2019-2020": "year:2019-2020", "type": "type:article type:thesis", "years": "year:2019-",
    }  # fmt: skip
    assert found == {shown: query.find(db, Search(text)).total for shown, text in alone.items()}
    assert min(found.values()) > 0


def _has(work: Work, facet: str, names: tuple[str, ...]) -> bool:
    return any(f == facet and value in names for f, value in facets.values(work))


def _year(work: Work) -> int | None:
    return int(work.record.issued[:4]) if work.record.issued else None


@often
@given(SEARCHES)
def test_facets_count_what_choosing_them_would_find(db: sqlite3.Connection, search: Search) -> None:
    """Against all works that the text alone finds, narrowed one by one."""
    search.chosen.pop("journal", None)
    by_text = query.all_ids(db, Search(search.text))
    first, last = search.years

    def meets(work: Work, but: str) -> bool:
        year = _year(work)
        within = (first is None or (year or -1) >= first) and (last is None or (year or 10**6) <= last)
        return (but == "year" or within) and all(
            facet == but or _has(work, facet, names) for facet, names in search.chosen.items() if names
        )

    found = query.find(db, search)
    if found.goes_to:
        assert found.total == 1  # whatever else is chosen
        return
    assert found.total == sum(meets(WORKS[id_], "") for id_ in by_text)
    for facet in SIMPLE:
        counted = Counter(
            value for id_ in by_text if meets(WORKS[id_], facet) for f, value in facets.values(WORKS[id_]) if f == facet
        )
        listed = {v.value: v.count for v in found.facets[facet]}
        chosen = search.chosen.get(facet, ())
        assert listed == {value: counted[value] for value in listed}
        assert {v.value for v in found.facets[facet] if v.chosen} == set(chosen)
        assert (facet in found.more) is (len(counted) > selecting.SHOWN)
        if facet == "year":
            assert dict(found.years) == {int(year): works for year, works in counted.items()}
        elif facet not in found.more:
            assert counted.keys() <= listed.keys()
        else:
            assert min(v.count for v in found.facets[facet][: selecting.SHOWN]) >= max(
                works for value, works in counted.items() if value not in listed
            )


@often
@given(SEARCHES, st.sampled_from([10_000, 0, 30]))
def test_pages_by_number_and_by_cursor_make_the_whole(db: sqlite3.Connection, search: Search, few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        as_few_as(few, patch)
        whole = query.all_ids(db, search)
        found = query.find(db, search)
        assert (found.total, len(set(whole))) == (len(whole), len(whole))
        by_number: list[int] = []
        by_cursor: list[int] = []
        after = ""
        for number in range(1, min(len(whole), 12) // search.size + 2):
            page = query.find(db, replace(search, page=number))
            by_number += [hit.work_id for hit in page.hits]
            if number == 1 or after:
                page = query.find(db, replace(search, after=after))
                by_cursor += [hit.work_id for hit in page.hits]
                after = page.next
        assert by_number == whole[: len(by_number)]
        assert by_cursor == by_number


@pytest.mark.parametrize("text", ["", "leadership"])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "title"])
def test_a_cursor_of_another_order_begins_anew(db: sqlite3.Connection, sort: Sort, text: str) -> None:
    first = query.find(db, Search(text, sort=sort, size=5))
    others: list[Sort] = [s for s in ("relevance", "newest", "oldest", "title") if s != sort]  # type: ignore[misc]
    for other in others:
        after = query.find(db, Search(text, sort=other, size=5)).next
        found = query.find(db, Search(text, sort=sort, size=5, after=after))
        same = not text and {sort, other} == {"relevance", "newest"}  # which are one order
        assert (found.hits == first.hits) is not same


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
@pytest.mark.parametrize("few", [10_000, 0])
def test_a_cursor_stays_right_while_the_index_changes(
    tmp_path: Path, sort: Sort, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Works come and go between pages: none that stays is lost, none comes twice."""
    as_few_as(few, monkeypatch)
    dice = random.Random(11)
    present = dict(list(WORKS.items())[:70])
    text = "leadership OR trial OR the"
    seen: list[int] = []
    stayed: set[int] | None = None
    after = ""
    for turn in range(40):
        path = small_index.create(tmp_path / f"index-{turn}.db", present.values())
        with query.open_index(path) as db:
            page = query.find(db, Search(text, sort=sort, size=12, after=after))
            found = set(query.all_ids(db, Search(text)))
        seen += [hit.work_id for hit in page.hits]
        stayed = found if stayed is None else stayed & found
        after = page.next
        if not after:
            break
        for id_ in dice.sample(sorted(present), 3):
            del present[id_]
        present.update({id_: WORKS[id_] for id_ in dice.sample(sorted(WORKS), 3)})
    assert stayed is not None
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)


def test_sorts(db: sqlite3.Connection) -> None:
    ids = query.all_ids(db, Search(sort="newest"))
    assert ids == sorted(WORKS, key=lambda id_: (WORKS[id_].record.issued or "", id_), reverse=True)
    ids = query.all_ids(db, Search(sort="oldest"))
    assert ids == sorted(WORKS, key=lambda id_: (WORKS[id_].record.issued or "9", id_))
    titles = {
        id_: facets.sort_title(work.record.title or "", (work.record.language or ("en",))[0])
        for id_, work in WORKS.items()
    }
    assert query.all_ids(db, Search(sort="title")) == sorted(WORKS, key=lambda id_: (titles[id_], id_))


def test_a_journal_is_one_value_whatever_its_records_call_it(db: sqlite3.Connection) -> None:
    def those(*containers: Container | None) -> int:
        return sum(work.record.container in containers for work in WORKS.values())

    listed = {v.value: (v.label, v.count) for v in query.find(db, Search()).facets["journal"]}
    assert listed == {
        "2398-631X": (listed["2398-631X"][0], those(*JOURNALS[1:5])),
        "0025-7974": ("Medicine", those(JOURNALS[5])),
        "1357-3039": ("Medicine", those(JOURNALS[6])),
        "Medicine": ("Medicine", those(JOURNALS[7])),  # there are two with ISSNs: nobody can tell which
        "0140-6736": ("0140-6736", those(JOURNALS[8])),
    }
    assert listed["2398-631X"][0] in {"BMJ Leader", "BMJ leader", "BMJ Lead", "The BMJ Leader"}
    for name in ("2398-6328", "2398-631x", "bmj leader", "The BMJ Lead"):
        found = query.find(db, Search(chosen={"journal": (name,)}))
        assert (found.total, found.search.chosen) == (those(*JOURNALS[1:5]), {"journal": ("2398-631X",)}), name


def test_values_are_called_as_people_call_them(db: sqlite3.Connection) -> None:
    shown = query.find(db, Search()).facets
    assert {v.value: v.label for v in shown["type"]} == {
        "article": "Journal article",
        "thesis": "Thesis or dissertation",
        "report": "Report",
    }
    assert {v.label for v in shown["language"]} == {"English", "French", "Welsh"}
    assert {v.label for v in shown["access"]} == {"Open access", "Restricted"}
    assert {v.value: v.label for v in shown["source"]}["crossref"] == "BMJ Leader"
    subjects = {v.value: v.label for v in shown["subject"]}
    assert (subjects["leadership"], subjects["nhs"], subjects["integrated care"]) == (
        "Leadership",
        "NHS",
        "Integrated care",
    )
    unknown = query.find(db, Search(chosen={"type": ("nothing",), "language": ("cy", "gd")}))
    assert [(v.label, v.count) for v in unknown.facets["language"] if v.value == "gd"] == [("Scottish Gaelic", 0)]
    assert unknown.total == 0


def test_an_index_that_changed_is_read_anew(tmp_path: Path) -> None:
    path = small_index.create(tmp_path / "index.db", [WORKS[1], WORKS[2]])
    with query.open_index(path) as db:
        assert query.find(db, Search()).total == 2
        with closing(sqlite3.connect(path)) as writer:
            for table, column in (("facets", "work_id"), ("works", "id")):
                writer.execute(f"delete from {table} where {column} = 1")
            writer.execute(
                "insert into meta values ('built', 'later') on conflict (name) do update set value = 'later'"
            )
            writer.commit()
        assert query.find(db, Search()).total == 1


def test_a_subject_is_spelt_as_most_works_spell_it(tmp_path: Path) -> None:
    spelt = "Public Health, Environmental and Occupational Health"
    terms = (spelt, spelt, spelt.lower(), "Éducation", "éducation", "Éducation")
    works = [
        small_index.single(n, Record(title="T", subjects=(Subject(term),), identifiers=(doi(f"10.1/{n}"),)))
        for n, term in enumerate(terms, 1)
    ]
    with closing(query.open_index(small_index.create(tmp_path / "index.db", works))) as db:
        found = query.find(db, Search())
    assert [(v.label, v.count) for v in found.facets["subject"]] == [(spelt, 3), ("Éducation", 3)]
