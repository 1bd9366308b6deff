"""Lists of several pages: their tokens, and what becomes of them while the index changes."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harvester import provider, query
from harvester.provider import tokens
from harvester.provider.protocol import OaiError
from harvester.provider.tokens import Place
from harvester.record import RawRecord
from tests.index import histories
from tests.index.histories import SETTINGS
from tests.provider.library import OAI, Harvester, Library, doi, fresh

WHOLE = "verb=ListRecords&metadataPrefix=oai_dc"


def token_of(library: Library, text: str = WHOLE) -> str:
    return library.ask(text).findtext(f".//{OAI}resumptionToken") or ""


def test_pages_count_and_the_last_token_is_empty(library: Library) -> None:
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    tokens = [page.find(f".//{OAI}resumptionToken") for page in library.pages(WHOLE)]
    told = [(t.get("cursor"), t.get("completeListSize"), bool(t.text)) for t in tokens if t is not None]
    assert told == [("0", "7", True), ("3", "7", True), ("6", "7", False)]
    assert library.ask("verb=ListIdentifiers&metadataPrefix=oai_dc").find(f".//{OAI}resumptionToken") is None
    (page,) = library.pages(f"{WHOLE}&set=type:article&until=2000-01-01")  # nothing matches, so there is no list
    assert page.find(f".//{OAI}error") is not None


def test_a_token_is_good_for_any_number_of_times(library: Library) -> None:
    """A harvester whose connection broke asks again."""
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    token = token_of(library)
    first, again = (library.ask(f"verb=ListRecords&resumptionToken={token}") for _ in range(2))
    assert [h.text for h in first.iter(f"{OAI}identifier")] == [h.text for h in again.iter(f"{OAI}identifier")]
    library.rebuild()
    after = library.ask(f"verb=ListRecords&resumptionToken={token}")
    assert [h.text for h in first.iter(f"{OAI}identifier")] == [h.text for h in after.iter(f"{OAI}identifier")]


def test_a_token_keeps_what_the_list_was_asked_for(library: Library) -> None:
    library.listed = {"base": [2, 3, 4, 5, 6]}
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    assert library.live("&set=listing:base") == ["2", "3", "4", "5", "6"]
    pages = list(library.pages("verb=ListRecords&metadataPrefix=marcxml&set=listing:base&from=2000-01-01"))
    assert [len(list(page.iter("{http://www.loc.gov/MARC21/slim}record"))) for page in pages] == [3, 2]


@pytest.mark.parametrize("at", range(0, 120, 7))
def test_a_token_that_was_tampered_with_is_none(library: Library, at: int) -> None:
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    token = token_of(library)
    at %= len(token)
    forged = f"{token[:at]}{'A' if token[at] != 'A' else 'B'}{token[at + 1 :]}"
    for other in (forged, token[:at], token[at + 1 :], token + "A", token + token):
        assert library.codes(f"verb=ListRecords&resumptionToken={other}") == ["badResumptionToken"]
    assert library.codes(f"verb=ListIdentifiers&resumptionToken={token}") == ["badResumptionToken"]


def test_a_token_of_another_store_or_namespace_is_none(library: Library, tmp_path: Path) -> None:
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    token = token_of(library)
    (tmp_path / "other").mkdir()
    other = Library(tmp_path / "other").harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    assert other.codes(f"verb=ListRecords&resumptionToken={token}") == ["badResumptionToken"]
    other.store.close()
    library.settings = replace(library.settings, namespace="other.example.org")
    assert library.codes(f"verb=ListRecords&resumptionToken={token}") == ["badResumptionToken"]


@settings(max_examples=200)
@given(st.text() | st.text("ABCDEFabcdef0123456789-_=", max_size=200))
def test_no_text_that_we_did_not_write_is_a_token(text: str) -> None:
    with pytest.raises(OaiError):
        tokens.read(text, "ListRecords", "key")


@given(st.builds(Place))
def test_tokens_are_read_as_they_were_written(place: Place) -> None:
    assert tokens.read(tokens.write(place, "key"), place.verb, "key") == place


def test_what_changes_while_it_is_listed_comes_at_the_end(library: Library) -> None:
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 8)))
    harvester = Harvester(library)
    seen: list[list[str]] = []
    pages = library.pages(WHOLE)
    for step, page in enumerate(pages):
        harvester.take(page)
        seen.append([(each.text or "").rpartition("/")[2] for each in page.iter(f"{OAI}identifier")])
        if step == 0:  # one that was listed, one that was not, one that goes, one that comes
            library.harvest(doi(1, "Work 1, revised"), doi(5, "Work 5, revised"))
            library.harvest(doi(6, "Work 6", deleted=True), doi(8, "Work 8"))
    assert seen == [["1", "2", "3"], ["4", "7", "1"], ["5", "6", "8"]]
    assert harvester.held == fresh(library)


def test_a_list_that_shrinks_to_nothing_says_so(library: Library) -> None:
    """All that a list with an end had left has changed since, and belongs to a later one."""
    library.harvest(*(doi(n, f"Work {n}") for n in range(1, 6)))
    until = max(library.datestamps().values())
    token = token_of(library, f"{WHOLE}&until={until}")
    library.harvest(*(doi(n, f"Work {n}, revised") for n in range(1, 6)))
    assert library.codes(f"verb=ListRecords&resumptionToken={token}") == ["noRecordsMatch"]


# --- incrementally ---------------------------------------------------------------------------------------------------

_Step = tuple[list[RawRecord], bool, list[int], bool]
steps = st.lists(
    st.tuples(
        histories.changes,
        st.booleans(),  # the precedence of the sources is turned round
        st.lists(st.integers(1, 6), max_size=3, unique=True),  # works of the listing
        st.booleans(),  # in place, or made anew
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12)
@given(steps, st.data())
def test_a_harvester_that_goes_on_holds_what_a_new_one_gets(history: list[_Step], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        with library.store:
            harvesters = [Harvester(library, spec) for spec in ("", "listing:base", "source:alpha", "type:article")]
            configured = SETTINGS
            for changes, turn, listed, anew in history:
                configured = histories.turned(configured) if turn else configured
                histories.save(library.store, changes)
                library.listed = {"base": listed}
                (library.rebuild if anew else library.update)(settings=configured)
                for harvester in harvesters:
                    if data.draw(st.booleans()):
                        harvester.harvest()
            for harvester in harvesters:
                harvester.harvest()
                assert harvester.held == fresh(library, harvester.set_spec)
                assert set(harvester.held) == {i for i, h in library.headers(_asked(harvester)).items() if not h[1]}


def _asked(harvester: Harvester) -> str:
    return f"&set={harvester.set_spec}" if harvester.set_spec else ""


def test_a_page_costs_the_same_wherever_it_is(library: Library) -> None:
    """Counted in steps of SQLite's machine. Ten thousand records have one datestamp, as after the first index."""
    library.harvest(doi(1, "One"))
    gone = [(n, f"doi:10.5555/{n}", "2020-01-01T00:00:00Z", 1, "type:article", "", b"") for n in range(10, 10_010)]
    with closing(sqlite3.connect(library.index.resolve())) as db:
        db.executemany("insert into provided values (?, ?, ?, ?, ?, ?, ?)", gone)
        for spec in ("", "type:article"):
            db.executemany("insert into provided_sets values (?, ?, ?)", [(spec, row[2], row[0]) for row in gone])
        db.commit()
    for spec in ("", "type:article"):
        costs = []
        for after in (10, 5_000, 9_970):
            place = Place("ListIdentifiers", "oai_dc", "", "", spec, "2020-01-01T00:00:00Z", after, after, 10_000)
            steps = []
            with query.open_index(library.index) as db:
                (epoch,) = db.execute("select value from meta where name = 'store'").fetchone()
                token = tokens.write(place, f"{epoch.partition(' ')[0]} {library.settings.namespace}")
                asked = {"verb": ["ListIdentifiers"], "resumptionToken": [token]}
                db.set_progress_handler(lambda: steps.append(1), 10)  # noqa: B023 (called within this round)
                said = provider.answer(
                    db, library.settings, asked, "https://library.example.org/oai", datetime.now(UTC)
                )
            assert said.body.count(b"<header") == 30
            costs.append(len(steps))
        assert max(costs) - min(costs) <= 0.2 * max(costs), costs
