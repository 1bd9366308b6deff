"""Files from the config to the index: what comes, what goes, what is said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources_files.dumps import lines, oai_page, oai_record, packed, work

Run = Callable[..., tuple[int, bytes, bytes]]

CONFIG = """
[harvester]
contact = "librarian@example.org"

[source.dump]
kind = "files"
path = "dump"

[source.sheet]
kind = "files"
path = "sheet.csv"
id_column = "No"
enabled = false
[source.sheet.columns]
Title = "title"
Author = "contributors"
"""


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "1.json.gz").write_bytes(packed(json.dumps({"items": [work(n) for n in range(4)]}).encode()))
    (tmp_path / "dump" / "2.xml").write_bytes(oai_page(oai_record(1), oai_record(2)))
    (tmp_path / "sheet.csv").write_text("No;Title;Author\n1;Leading;Darzi, A\n2;Following;Bicknell, C\n")
    return tmp_path


def run(command_line: Run, folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, err = command_line("-c", str(folder / "config.toml"), *words, "--json")
    assert out, err
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return code, found


def tally(report: dict[str, Any]) -> dict[str, int]:
    (source,) = report["sources"]
    return {key: value for key, value in source["tally"].items() if value}


def titles(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "data" / "index.db") as db:
        return [title for (title,) in db.execute("select title from works order by title")]


def test_from_files_to_works_and_away_again(command_line: Run, installation: Path) -> None:
    code, report = run(command_line, installation, "run")
    assert (code, tally(report)) == (0, {"fetched": 6, "new": 6})
    assert titles(installation) == [
        "Leadership 0",
        "Leadership 1",
        "Leadership 1",
        "Leadership 2",
        "Leadership 2",
        "Leadership 3",
    ]
    (installation / "dump" / "2.xml").unlink()
    (installation / "dump" / "1.json.gz").write_bytes(packed(lines([work(1), work(2, title=["Led"]), work(9)])))
    code, report = run(command_line, installation, "run")
    assert (code, tally(report)) == (0, {"fetched": 3, "new": 1, "changed": 1, "unchanged": 1, "deleted": 4})
    assert titles(installation) == ["Leadership 1", "Leadership 9", "Led"]


def test_files_that_did_not_change_are_complete_without_being_read(
    command_line: Run, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.sources.files.places.Place.settled", lambda *_: True)
    run(command_line, installation, "run")
    code, report = run(command_line, installation, "run")
    assert (code, tally(report), report["sources"][0]["verdict"]) == (0, {}, "complete")
    assert len(titles(installation)) == 6
    code, report = run(command_line, installation, "run", "--full")
    assert (code, tally(report)) == (0, {"fetched": 6, "unchanged": 6})


def test_a_limit_leaves_the_rest_for_later(command_line: Run, installation: Path) -> None:
    code, report = run(command_line, installation, "run", "--limit", "3")
    assert (code, report["sources"][0]["verdict"]) == (3, "incomplete (stopped at the limit of 3 records)")
    code, report = run(command_line, installation, "run")
    assert (code, len(titles(installation))) == (0, 6)


def test_damage_is_partial_and_takes_nothing_away(command_line: Run, installation: Path) -> None:
    run(command_line, installation, "run")
    path = installation / "dump" / "1.json.gz"
    path.write_bytes(packed(lines([work(n) for n in range(2)]))[:-9])
    code, report = run(command_line, installation, "run")
    assert code == 3
    assert "1.json.gz: is damaged, or not whole" in report["sources"][0]["verdict"]
    assert len(titles(installation)) == 6


def test_a_broken_record_is_in_quarantine_until_it_is_whole(command_line: Run, installation: Path) -> None:
    path = installation / "dump" / "1.json.gz"
    path.write_bytes(lines([work(1)]) + b'{"DOI": "10.5555/leader.2", "indexed": }\n')
    code, report = run(command_line, installation, "run")
    assert (code, tally(report)) == (3, {"fetched": 4, "new": 3, "quarantined": 1})
    _, found = run(command_line, installation, "quarantine")
    assert found["identifier"] == "10.5555/leader.2"
    assert found["reason"].startswith(f"{path}:2: not sound JSON")
    path.write_bytes(lines([work(1), work(2)]))
    assert run(command_line, installation, "run")[0] == 0


def test_what_was_damaged_in_the_store_is_had_from_the_files_again(
    command_line: Run, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.sources.files.places.Place.settled", lambda *_: True)
    run(command_line, installation, "run")
    with sqlite3.connect(installation / "data" / "store.db") as db:
        db.execute("update records set payload = x'00' where identifier = '10.5555/leader.2'")
    command_line("-c", str(installation / "config.toml"), "check", "--repair")
    assert len(run(command_line, installation, "retry")[1]["sources"]) == 1
    assert "Leadership 2" in titles(installation)
    assert command_line("-c", str(installation / "config.toml"), "check")[0] == 0


def test_a_spreadsheet(command_line: Run, installation: Path) -> None:
    code, report = run(command_line, installation, "run", "sheet")
    assert (code, tally(report)) == (0, {"fetched": 2, "new": 2})
    assert titles(installation) == ["Following", "Leading"]
    config = installation / "config.toml"
    config.write_text(CONFIG.replace('Title = "title"', 'Title = "titles"'))
    code, report = run(command_line, installation, "run", "sheet")
    assert (code, tally(report)) == (0, {"fetched": 2, "changed": 2})


def test_the_doctor_says_what_is_there(command_line: Run, installation: Path) -> None:
    (installation / "dump" / "3.json").write_bytes(b'{"indexed": 1, "DOI": ""}\n' + lines([work(7)]))
    code, out, _ = command_line("-c", str(installation / "config.toml"), "doctor", "dump")
    assert b"7 records in" in out
    assert b"5 crossref, 2 oai_dc" in out
    assert b"3.json:1: has no DOI" in out
    assert code == 0
    (installation / "dump" / "4.json").write_bytes(b"")
    code, out, _ = command_line("-c", str(installation / "config.toml"), "doctor", "dump")
    assert b"4.json: is empty" in out
    assert code != 0


def test_a_folder_that_is_not_there(command_line: Run, installation: Path) -> None:
    run(command_line, installation, "run")
    (installation / "dump").rename(installation / "elsewhere")
    code, _, err = command_line("-c", str(installation / "config.toml"), "run")
    assert code == 2
    assert b"dump: there is no such file; write it, or change `path` of its source" in err
    assert len(titles(installation)) == 6


@pytest.mark.parametrize(("setting", "works"), [("", 1), ("distinct = true\n", 2)])
def test_rows_that_look_alike_are_one_work_if_the_source_has_not_each_work_once(
    command_line: Run, installation: Path, setting: str, works: int
) -> None:
    config, title = installation / "config.toml", "Shared leadership in emergency departments at night and by day"
    config.write_text(CONFIG.replace("enabled = false\n", setting))
    (installation / "sheet.csv").write_text(
        f'No;Title;Author\n1;{title};"Okafor, A"\n2;{title.upper()};"Okafor, Ada"\n'
    )
    assert run(command_line, installation, "run", "sheet")[0] == 0
    assert len(titles(installation)) == works
