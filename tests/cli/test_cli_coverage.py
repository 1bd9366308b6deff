"""``harvester coverage``: text for people, CSV for spreadsheets, lines for programs."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path

import pytest
from conftest import Harvester

from harvester.coverage import Covered


@pytest.mark.usefixtures("there")
def test_people_see_what_is_where(harvester: Harvester) -> None:
    shown = harvester("coverage")
    assert shown.code == 0
    assert shown.out.startswith("all works: ")
    assert re.match(
        r"all works: \d+ works, 57 of them known to Crossref; 41 of these in a repository \(71 %\)\n", shown.out
    )
    assert "  in no repository\n" in shown.out
    assert "Crossref knows, no repository holds: " in shown.out
    assert "more: --csv has them all" in shown.out


def test_what_was_retracted_is_marked(harvester: Harvester, there: Path) -> None:
    with sqlite3.connect(next(there.rglob("index-*.db"))) as db:
        (id_,) = db.execute("select work_id from coverage where state = 'missing' order by issued, work_id").fetchone()
        db.execute("update works set update_status = 'retraction' where id = ?", (id_,))
    db.close()
    assert re.search(r"\)  \[retraction\]( |\n)", harvester("coverage").out)


@pytest.mark.usefixtures("there")
def test_csv_and_json_have_every_row(harvester: Harvester) -> None:
    rows = list(csv.DictReader(io.StringIO(harvester("coverage", "--csv").out)))
    lines = harvester("coverage", "--json").lines
    assert [row["key"] for row in rows] == [line["key"] for line in lines]
    assert list(rows[0])[: len(Covered.__struct_fields__)] == list(Covered.__struct_fields__)
    assert {row["state"] for row in rows} >= {"missing", "open"}
    missing = [line for line in lines if line["state"] == "missing"]
    assert all(line["repositories"] is None and line["in_crossref"] for line in missing)


def test_no_cell_of_the_csv_is_a_formula(harvester: Harvester, there: Path) -> None:
    with sqlite3.connect(next(there.rglob("index-*.db"))) as db:
        db.execute("update works set title = '=HYPERLINK(\"https://evil.example\")'")
    db.close()
    rows = list(csv.DictReader(io.StringIO(harvester("coverage", "--csv").out)))
    assert all(row["title"].startswith("'=HYPERLINK") for row in rows)


@pytest.mark.usefixtures("there")
def test_a_journal_by_its_issn_or_its_name(harvester: Harvester) -> None:
    by_name = harvester("coverage", "--journal", "BMJ leader", "--json").lines
    assert by_name
    assert {line["published_in"] for line in by_name} == {"BMJ Leader"}
    assert harvester("coverage", "--journal", "2398-631X").code == 0


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--journal", "BMJ Leeder"), "nothing in the index is of journal BMJ Leeder; did you mean 'BMJ Leader'?"),
        (("--journal", "2398-6311"), "is no ISSN"),
        (("--institution", "University of Atlantis"), "nothing in the index is of University of Atlantis"),
        (("--csv", "--json"), "choose one"),
    ],
)
def test_what_is_not_there_is_said(harvester: Harvester, asked: tuple[str, ...], said: str) -> None:
    ended = harvester("coverage", *asked)
    assert ended.code == 2
    assert said in ended.err
    assert ended.out == ""


@pytest.mark.usefixtures("there")
def test_crossref_is_asked_about_so_many_items_and_no_more(harvester: Harvester) -> None:
    ended = harvester("coverage", "--ask", "--limit", "2")
    assert ended.code == 0, ended.err
    assert "Crossref was asked about 2 items, of " in ended.err


def test_where_crossref_cannot_be_asked_the_rest_is_told_and_the_exit_code_says_so(
    harvester: Harvester, there: Path
) -> None:
    path = there / "config.toml"
    text = path.read_text("utf-8")
    address = next(line for line in text.splitlines() if line.startswith("url") and "/crossref" in line)
    text = text.replace(address, 'url = "http://127.0.0.1:9/"')
    path.write_text(text.replace("[http]\n", "[http]\nretries = 0\n"), "utf-8")
    ended = harvester("coverage", "--ask")
    assert ended.code == 4
    assert "could not be asked" in ended.err
    assert ended.out.startswith("all works: ")
