"""The program against the emulated API: what it keeps, says, and exits with."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harvester.cli import call
from harvester.jobs.patience import Patience
from harvester.sandbox.crossref import CrossrefApp
from harvester.sandbox.server import Clock

from .conftest import ISSN, sampled, work

DAY = 86_400


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Place:
    """A folder with a config.toml and what the program makes in it."""

    def __init__(self, folder: Path, base: str, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.base = base
        self.capture = capture
        self.configure(f'filter = {{issn = "{ISSN}"}}')

    def configure(self, selection: str, rows: int = 20) -> None:
        text = '[harvester]\ncontact = "librarian@example.org"\n[source.leader]\nkind = "crossref"\n'
        text += f'url = "{self.base}"\nrows = {rows}\n{selection}\n'
        (self.folder / "config.toml").write_text(text)

    def __call__(self, *arguments: str) -> Ended:
        self.capture.readouterr()
        code = call(["-c", str(self.folder / "config.toml"), *arguments])
        return Ended(code, *self.capture.readouterr())

    def rows(self, sql: str, database: str = "store.db") -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.folder / "data" / database)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    @property
    def live(self) -> set[str]:
        return {i for (i,) in self.rows("select identifier from records where deleted = 0 and vanished is null")}

    @property
    def vanished(self) -> set[str]:
        return {i for (i,) in self.rows("select identifier from records where deleted = 0 and vanished is not null")}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(Patience, "sleep", lambda _, seconds: found.append(seconds))
    return found


@pytest.fixture
def place(tmp_path: Path, app: CrossrefApp, waits: list[float], capfd: pytest.CaptureFixture[str]) -> Iterator[Place]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield Place(tmp_path, app.base, capfd)  # type: ignore[attr-defined]
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_everything_arrives(place: Place, app: CrossrefApp) -> None:
    assert place("harvest").code == 0
    assert place.live == set(app.items)
    assert place.rows("select place, complete_through, verdict from lists") == [
        (None, "2026-09-01T12:00:00Z", "complete")
    ]
    again = place("run")
    assert again.code == 0
    assert place.rows("select count(*) from works", "index.db") == [(130,)]


def test_blocked_is_left_alone_for_a_day(place: Place, app: CrossrefApp, clock: Clock) -> None:
    app.fail("403", skip=8, times=1000)
    ended = place("harvest")
    assert ended.code == 4
    assert "Crossref has blocked us; do not try again before you have written to support@crossref.org" in ended.err
    asked = len(app.log)  # type: ignore[attr-defined]
    assert asked == 9
    ((place_kept, through),) = place.rows("select place, complete_through from lists")
    assert place_kept
    assert through is None
    ((seconds,),) = place.rows("select unixepoch(not_before) - unixepoch(started) from schedule")
    assert seconds >= DAY
    place("harvest", "--due")
    assert len(app.log) == asked  # type: ignore[attr-defined]
    app.heal()
    assert place("harvest").code == 0  # whoever says so by hand means it
    assert place.live == set(app.items)


@pytest.mark.parametrize(
    "fault", sampled(["503", "html", "truncated", "gzip", "drop", "429", "exception", "text", "null"], 5)
)
def test_what_fails_to_the_end_goes_on_next_time(place: Place, app: CrossrefApp, fault: str) -> None:
    app.fail(fault, skip=14, times=1000)
    assert place("harvest").code == 3  # some of it came
    kept = place.live
    assert 0 < len(kept) < 130
    assert place.rows("select complete_through from lists") == [(None,)]
    app.heal()
    app.log.clear()  # type: ignore[attr-defined]
    assert place("harvest").code == 0
    assert place.live == set(app.items)
    assert len(app.log) < 31  # type: ignore[attr-defined]  # not from the start


def test_a_long_rest_is_kept(place: Place, app: CrossrefApp, waits: list[float]) -> None:
    app.fail("retry-after", skip=3, amount=3 * 3600)
    ended = place("harvest")
    assert ended.code == 4
    assert "come back in 10800 s" in ended.err
    assert max(waits, default=0) < 60
    ((seconds,),) = place.rows("select unixepoch(not_before) - unixepoch(started) from schedule")
    assert seconds >= 3 * 3600


def test_a_count_that_does_not_add_up_is_said(place: Place, app: CrossrefApp) -> None:
    app.fail("total", times=100_000, amount=2, when="works?")
    ended = place("harvest")
    assert ended.code == 3
    assert "incomplete (130 of 132 works in all time)" in ended.out
    assert place.live == set(app.items)
    assert place.rows("select complete_through from lists") == [(None,)]


def test_refused_in_crossrefs_own_words(place: Place) -> None:
    place.configure('filter = {type = "article"}')
    ended = place("harvest")
    assert ended.code == 4
    assert "Type specified as article but must be one of" in ended.err


def test_a_filter_that_does_not_exist(place: Place, app: CrossrefApp) -> None:
    place.configure('filter = {isn = "2049-3630"}')
    ended = place("harvest")
    assert ended.code == 2
    assert "isn: is no filter of Crossref's works; did you mean 'issn'?" in ended.err
    assert app.log == []  # type: ignore[attr-defined]


def test_a_doi_that_is_not_at_crossref_is_a_loss_once(place: Place, app: CrossrefApp, clock: Clock) -> None:
    place.configure('filter = {doi = ["10.5555/lead.0001", "10.5555/none"]}')
    assert place("harvest").code == 3
    assert "10.5555/none" in place("quarantine").out
    assert place("harvest").code == 0
    app.put(work(1, DOI="10.5555/none"))
    assert place("harvest").code == 0
    assert "10.5555/none" not in place("quarantine").out
    assert place.live == {"10.5555/lead.0001", "10.5555/none"}


def test_a_doi_of_a_list_vanishes_and_comes_again(place: Place, app: CrossrefApp) -> None:
    place.configure('filter = {doi = ["10.5555/lead.0001", "10.5555/lead.0002"]}')
    assert place("run").code == 0
    item = app.items["10.5555/lead.0002"]
    app.remove("10.5555/lead.0002")
    place("run")
    assert place.vanished == {"10.5555/lead.0002"}
    assert place.rows("select count(*) from works", "index.db") == [(2,)]
    app.put(item)
    assert place("run").code == 0
    assert place.vanished == set()


def test_what_a_whole_list_no_longer_names_is_marked_never_dropped(place: Place, app: CrossrefApp) -> None:
    assert place("run").code == 0
    app.remove("10.5555/lead.0007")
    app.items["10.5555/lead.0008"]["ISSN"] = ["1111-1119"]  # it only left the filter
    assert place("run").code == 0
    assert place.vanished == set()  # an update cannot know
    assert place("run", "--full").code == 0
    assert place.vanished == {"10.5555/lead.0007"}
    assert place.rows("select count(*) from works", "index.db") == [(130,)]
    assert ("vanished",) in place.rows("select distinct code from findings", "index.db")


def test_an_index_that_lost_its_works_takes_nothing_away(place: Place, app: CrossrefApp) -> None:
    assert place("harvest").code == 0
    for n in range(40, 130):
        app.remove(f"10.5555/lead.{n:04}")
    ended = place("harvest", "--full")
    assert ended.code == 3
    assert "90 of 130 records are no longer listed" in ended.out + ended.err
    assert place.vanished == set()
    assert place("harvest", "--full", "--force").code == 0
    assert len(place.vanished) == 90
    assert len(place.live) == 40


def test_a_token_stands_nowhere(place: Place, app: CrossrefApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSREF_PLUS", "c4nary-0815-4711")
    app.plus_tokens = {"something-else"}
    place.configure(f'filter = {{issn = "{ISSN}"}}\nplus_token_env = "CROSSREF_PLUS"')
    ended = place("-vv", "harvest")
    assert ended.code == 4
    assert "look at the variable that plus_token_env names" in ended.err
    assert "c4nary" not in ended.out + ended.err
    assert not [path for path in place.folder.rglob("*") if path.is_file() and b"c4nary" in path.read_bytes()]
    assert app.log[0].headers["crossref-plus-api-token"] == "Bearer c4nary-0815-4711"  # type: ignore[attr-defined]


ODD: list[tuple[str, bytes]] = [
    ("10.5555/lead.0001", b'{"DOI":"10.5555/lead.0001","title":["x"],"is-referenced-by-count":' + b"9" * 6000 + b"}"),
    ("10.5555/lead.0002", b'{"DOI":"10.5555/lead.0002","title":["x"],"author":' + b"[" * 300 + b"]" * 300 + b"}"),
    ("10.5555/lead.0003", b'{"DOI":"10.5555/lead.0003","title":["x"],"issued":{"date-parts":[[NaN]]}}'),
    ("10.5555/lead.0004", b'{"DOI":"10.5555/lead.0004","title":["\\ud800 x"]}'),
    ("10.5555/lead.0005", b'{"DOI":"10.5555/lead.0005","DOI":"10.5555/lead.0005","title":["x"],"title":["y"]}'),
    ("10.5555/lead.0006", b'{"DOI":["10.5555/lead.0006"],"title":["x"]}'),
    ("10.5555/lead.0007", b'{"DOI":10.5555,"title":["x"]}'),
    (
        "10.5555/lead.0008",
        b'{"DOI":"10.5555/lead.0008","title":{"a":1},"type":null,"author":{"x":2},"issued":7,"indexed":null,'
        b'"license":"x","link":3,"relation":[1],"update-to":{"DOI":3}}',
    ),
    ("10.5555/lead.0009", b"null"),
    ("10.5555/lead.0010", b'"text"'),
    ("10.5555/lead.0011", b'{"DOI":"","title":["x"]}'),
    ("10.5555/lead.0012", b'{"title":["x"]}'),
    ("10.5555/lead.0013", b'{"DOI":"../../../etc/passwd","title":["x"]}'),
    ("10.5555/lead.0014", b'{"DOI":"10.5555/\\u0000\\u0007x y","title":["\\u0000"]}'),
]


def test_odd_items_cost_themselves_only(place: Place, app: CrossrefApp) -> None:
    """Whatever a work is, the rest of its page is indexed, and the work is there or in quarantine."""
    app._sent.update(ODD)
    place.configure(f'filter = {{issn = "{ISSN}"}}', rows=1000)
    ended = place("run")
    assert ended.code == 3
    assert "Traceback" not in ended.err
    ((indexed,),) = place.rows("select count(*) from records", "index.db")
    ((quarantined,),) = place.rows("select count(*) from quarantine where resolved is null")
    assert indexed + quarantined == 130
    assert quarantined <= len(ODD)
    assert place("run").code == 0  # a loss is new once
    assert list(place.folder.parent.rglob("passwd")) == []


@pytest.mark.parametrize("times", [True, False])
def test_killed_at_every_page(place: Place, app: CrossrefApp, times: bool) -> None:
    """``--limit`` ends a run in mid-list: nothing is lost or doubled, and each run goes on where the last one was."""
    app.times = times
    runs = 0
    while place("harvest", "--limit", "30").code == 3:
        runs += 1
        assert runs < 20
    assert place.live == set(app.items)
    assert place.rows("select count(*) from records") == [(130,)]
