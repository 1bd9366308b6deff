"""`harvester news`: what is new, told once, from what the store keeps; a new build forgets and doubles nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harvester import jobs, news
from harvester.config import Config, load
from harvester.errors import USAGE
from harvester.store import Store

CONFIG = """
[harvester]
contact = "a@example.org"
[source.crossref]
kind = "files"
path = "in"
format = "crossref"
"""
WORK, NOTICE = "10.5555/work", "10.5555/notice"
Call = Callable[..., tuple[int, bytes, bytes]]


def item(doi: str, title: str, **more: Any) -> dict[str, Any]:
    return {"DOI": doi, "type": "journal-article", "title": [title], "issued": {"date-parts": [[2019]]}} | more


def said(doi: str, type_: str, *day: int) -> dict[str, Any]:
    return {"DOI": doi, "type": type_, "label": type_, "source": "publisher", "updated": {"date-parts": [list(day)]}}


ARTICLE = item(WORK, "Sharing leadership in hospitals")
RETRACTION = item(NOTICE, "Retraction: Sharing leadership", **{"update-to": [said(WORK, "retraction", 2020, 3, 1)]})
REINSTATEMENT = item("10.5555/back", "It stands", **{"update-to": [said(WORK, "reinstatement", 2021, 1)]})


class World:
    """A configuration with a folder of records, and what `news` says of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "in").mkdir()
        (folder / "config.toml").write_text(CONFIG)

    @property
    def config(self) -> Config:
        return load(self.folder / "config.toml")

    def has(self, *items: dict[str, Any]) -> int:
        """Let the source have these records, and run. Returns the run's number."""
        for one in items:
            (self.folder / "in" / f"{one['DOI'].replace('/', '-')}.json").write_text(json.dumps(one))
        return jobs.run(self.config, jobs.Plan()).run_id

    def told(self, run_id: int, moment: str = "") -> list[tuple[str, str, str]]:
        """(what, DOI, status) since a run."""
        from harvester import query

        with Store.read_only(self.config.store) as store, query.open_index(self.config.index) as db:
            return [(i.heading, i.key.removeprefix("doi:"), i.after) for i in news.since(store, db, run_id, moment)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_retraction_is_news_and_so_is_what_takes_it_back(world: World) -> None:
    first = world.has(ARTICLE)
    assert world.told(first) == [("New works", WORK, "")]
    second = world.has(RETRACTION)
    assert world.told(second) == [("Retracted", WORK, "retraction"), ("New works", NOTICE, "")]
    third = world.has(REINSTATEMENT)
    assert world.told(third) == [("Reinstated", WORK, ""), ("New works", "10.5555/back", "")]
    assert world.told(second)[:2] == [("Retracted", WORK, "retraction"), ("Reinstated", WORK, "")]


def test_a_new_work_is_news_as_a_whole(world: World) -> None:
    world.has(item("10.5555/other", "Something else"))
    run = world.has(ARTICLE, RETRACTION)
    assert sorted(world.told(run)) == [("New works", NOTICE, ""), ("New works", WORK, "retraction")]


def test_a_new_build_tells_nothing_twice_and_forgets_nothing(world: World) -> None:
    world.has(ARTICLE)
    run = world.has(RETRACTION)
    before = world.told(1), world.told(run)
    for path in world.folder.glob("data/index*"):
        path.unlink()
    jobs.reindex(world.config, workers=1)
    assert (world.told(1), world.told(run)) == before
    world.has()
    assert world.told(run) == before[1]


def test_what_a_new_build_brings_is_news(world: World) -> None:
    """A kill between index and store: the next run compares everything."""
    world.has(ARTICLE)
    run = world.has(RETRACTION)
    told = world.told(run)
    with closing(sqlite3.connect(world.config.store)) as db:
        db.executescript(
            f"delete from news; delete from index_runs where run_id = {run}; delete from known_works where status <> '';"
            " update meta set value = 'x' where name = 'indexed'"
        )
    again = jobs.update(world.config).run_id
    assert ("Retracted", WORK, "retraction") in told
    assert ("Retracted", WORK, "retraction") in world.told(again)


def test_a_run_without_news_is_no_news(world: World) -> None:
    world.has(ARTICLE)
    run = world.has()
    assert world.told(run) == []


def test_copies_that_may_be_read_are_news(world: World) -> None:
    world.has(ARTICLE)
    link = {"URL": "https://example.org/a.pdf", "content-version": "vor", "content-type": "application/pdf"}
    license_ = {"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "vor", "delay-in-days": 0,
                "start": {"date-parts": [[2019, 1, 1]]}}  # fmt: skip
    run = world.has(ARTICLE | {"link": [link], "license": [license_]})
    assert world.told(run) == [("Copies that may be read now", WORK, "VoR")]


def test_the_command_says_it_for_people_and_programs(world: World, command_line: Call) -> None:
    world.has(ARTICLE)
    world.has(RETRACTION)
    config = str(world.folder / "config.toml")
    code, out, _ = command_line("-c", config, "news")
    text = out.decode()
    assert code == 0
    assert text.index("Retracted") < text.index("New works")
    assert "https://doi.org/10.5555/work" in text
    assert "2020-03-01, https://doi.org/10.5555/notice, by publisher" in text
    code, out, _ = command_line("-c", config, "news", "--json", "--since", "1")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert next((r["what"], r["after"], r["date"], r["notice_title"]) for r in rows) == (
        "status", "retraction", "2020-03-01", "Retraction: Sharing leadership",
    )  # fmt: skip
    for since in ("2020-01-01", "2020-01-01T00:00:00+01:00", "20200101", "7 days", "36h"):
        code, out, _ = command_line("-c", config, "news", "--since", since)
        assert (code, b"Retracted" in out) == (0, True)


def test_who_says_it_and_whether_it_still_holds(world: World, command_line: Call) -> None:
    def told(*arguments: str) -> str:
        code, out, _ = command_line("-c", str(world.folder / "config.toml"), *arguments)
        assert code == 0
        return out.decode()

    first = world.has(ARTICLE)
    world.has(item(WORK, "RETRACTED: Sharing leadership in hospitals"))
    assert "      by crossref, in the title alone\n" in told("news")
    told("decide", "pin", WORK, "update_status=", "--by", "Ada")
    assert "      by curator: Ada\n" in told("news")
    since = told("news", "--since", str(first))
    assert "in hospitals  (no longer so)\n      https://doi.org/10.5555/work\n" in since
    assert since.count("(no longer so)") == 1


def test_nothing_new_is_said_aside(world: World, command_line: Call) -> None:
    world.has(ARTICLE)
    code, out, err = command_line("-c", str(world.folder / "config.toml"), "news", "--since", "2999-01-01")
    assert (code, out) == (0, b"")
    assert b"nothing new since 2999-01-01T00:00:00Z" in err


@pytest.mark.parametrize("since", ["99", "tomorrow", "2020-13-01", "0", "", "-1", "9" * 30])
def test_a_time_that_is_none_is_a_mistake(since: str, world: World, command_line: Call) -> None:
    world.has(ARTICLE)
    code, out, err = command_line("-c", str(world.folder / "config.toml"), "news", f"--since={since}")
    assert (code, out) == (USAGE, b"")
    assert b"--since" in err


def test_a_second_correction_is_news_too(world: World) -> None:
    def correction(number: int) -> dict[str, Any]:
        return item(f"10.5555/c{number}", "Correction", **{"update-to": [said(WORK, "correction", 2020, number)]})

    world.has(ARTICLE)
    world.has(correction(1))
    run = world.has(correction(2))
    assert world.told(run)[0] == ("Corrected", WORK, "correction")
    run = world.has(RETRACTION)
    assert [told for told in world.told(run) if told[1] == WORK] == [("Retracted", WORK, "retraction")]
    run = world.has(correction(3))
    assert world.told(run)[0] == ("Corrected", WORK, "correction")
