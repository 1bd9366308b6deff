"""Each command, as its users call it: what it prints, what it changes, how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import bibtexparser
import pytest
import rispy
from conftest import Harvester

from harvester.facets import sort_title
from harvester.store import Store

DOI = "10.1136/leader-2020-000228"


def test_init_writes_a_config_that_is_sound(harvester: Harvester, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert harvester("init", str(folder)).code == 0
    assert {path.name for path in folder.iterdir()} == {"config.toml", "curated.toml"}
    checked = harvester("-c", str(folder / "config.toml"), "config", "check")
    assert (checked.code, "no mistakes" in checked.out, "`contact` is empty" in checked.err) == (0, True, True)
    again = harvester("init", str(folder))
    assert again.code == 2
    assert "is there already; it was left alone" in again.err


def test_init_keeps_curated_entries_that_are_there(harvester: Harvester, tmp_path: Path) -> None:
    (tmp_path / "curated.toml").write_text("# mine\n")
    assert harvester("init", str(tmp_path)).code == 0
    assert (tmp_path / "curated.toml").read_text() == "# mine\n"
    assert (tmp_path / "config.toml").exists()


def test_sources(harvester: Harvester, fresh: Path) -> None:
    assert [row["source"] for row in harvester("sources", "--json").lines] == [
        "bmj-leader",
        "spiral",
        "whiterose",
        "fmlm",
    ]
    assert "Sandbox Crossref" in harvester("sources").out


def test_harvest_index_run(harvester: Harvester, fresh: Path) -> None:
    dry = harvester("harvest", "--dry-run", "--json", "spiral", "fmlm")
    assert dry.code == 0
    assert [(s["source"], s["tally"]["new"]) for s in dry.lines[0]["sources"]] == [("spiral", 41), ("fmlm", 14)]
    assert not (fresh / "store.db").exists()

    limited = harvester("harvest", "--limit", "7", "--json", "spiral")
    assert limited.code == 3
    assert limited.lines[0]["sources"][0]["verdict"] == "incomplete (stopped at the limit of 7 records)"
    assert harvester("harvest", "--since", "2022-01-01T12:00:00Z", "--until", "2022-01-01", "whiterose").code == 0
    window = harvester("harvest", "--since", "2022-01-01", "--until", "2022-12-31T00:00:00Z", "whiterose")
    assert window.code == 0
    assert "complete since 2022-01-01 until 2022-12-31T00:00:00Z" in window.out

    index = harvester("index", "--json")
    assert index.code == 0
    assert index.lines[0]["index"]["works"] > 10
    run = harvester("run", "--json")
    assert run.code == 3  # a record of the script goes to quarantine, the first time
    assert run.lines[0]["index"]["unreadable"] == 1
    assert run.lines[0]["site"] == [str(fresh / "site" / "index.html"), str(fresh / "site" / "listing.md")]
    again = harvester("run", "--full")
    assert again.code == 0
    assert "nothing changed: 0 rows written" in again.out
    assert again.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["harvest", "nosuch"], "'nosuch' is no source in config.toml; there are bmj-leader, spiral, whiterose, fmlm"),
        (
            ["harvest", "--since", "2026-02-30"],
            "'2026-02-30' is no date; write it as 2026-01-31 or 2026-01-31T12:00:00Z",
        ),
        (["harvest", "--since", "2026-01-31T25:00:00Z"], "is no date"),
        (["harvest", "--until", "2026-01-31zzz"], "is no date"),
        (["harvest", "--since", "2026-2-3"], "is no date"),
        (["harvest", "--since", ""], "is no date"),
        (
            ["harvest", "--since", "2026-01-02", "--until", "2026-01-01"],
            "--since 2026-01-02 is after --until 2026-01-01",
        ),
        (
            ["harvest", "--since", "2026-01-02", "--until", "2026-01-01T23:59:59Z"],
            "--since 2026-01-02 is after --until 2026-01-01T23:59:59Z",
        ),
        (["run", "--since", "2199-01-01"], "--since 2199-01-01 lies in the future"),
        (["run", "--due", "--since", "2020-01-01"], "--due and --since/--until exclude each other"),
        (["harvest", "--full", "--until", "2026-01-01"], "--full and --since/--until exclude each other"),
        (["run", "--limit", "0"], "0 is not in the range"),
        (["reindex", "--source", "nosuch"], "'nosuch' is no source"),
        (["reindex", "--source", "spiral", "--diff"], "leave --source out"),
        (["reindex", "--workers", "0"], "0 is not in the range"),
        (["export"], "Missing option '--format'"),
        (["export", "--format", "ris", "--source", "nosuch"], "'nosuch' is no source"),
        (["status", "--stale", "1x"], "'1x' is no length of time; write 36h, or '2 days'"),
        (["status", "--stale", "soon"], "is no length of time"),
        (["status", "--stale", "9" * 30 + "d"], "is no length of time"),
        (["quarantine", "nosuch"], "'nosuch' is no source"),
        (["quarantine", "--raw", "99"], "there is no quarantined record 99"),
        (["quarantine", "--raw", "9" * 30], "there is no quarantined record"),
        (["show", "nosuch"], "'nosuch' is not in the index; `harvester search` finds works by their words"),
        (["show", "9" * 30], "is not in the index"),
        (["show", "bell\a"], r"'bell\x07' is not in the index"),
        (["explain", ""], "'' is not in the index"),
        (["search"], "Missing argument"),
        (["search", "--limt", "1", "x"], "No such option '--limt'"),
        (["clean", "colour", "red"], "'colour' is not one of 'doi'"),
        (["nosuch"], "No such command 'nosuch'"),
        (["-c", "nosuch.toml", "status"], "nosuch.toml: there is no such file; `harvester init` writes one"),
    ],
)
def test_mistakes_of_users(harvester: Harvester, there: Path, arguments: list[str], said: str) -> None:
    ended = harvester(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["runs"],
        ["quarantine"],
        ["search", "x"],
        ["show", "1"],
        ["explain", "1"],
        ["export", "--format", "ris", "-o", "works.ris"],
        ["publish"],
        ["index"],
        ["index", "rollback"],
        ["reindex"],
        ["reindex", "--diff"],
    ],
)
def test_before_the_first_harvest(harvester: Harvester, fresh: Path, arguments: list[str]) -> None:
    ended = harvester(*arguments)
    assert (ended.code, ended.out) == (6, "")
    assert (
        "there is no store yet; `harvester harvest` makes it" in ended.err or "`harvester index` makes one" in ended.err
    )
    assert {path.name for path in fresh.iterdir()} <= {"config.toml", "curated.toml", "locks"}


def test_reindex_diff_and_rollback(harvester: Harvester, there: Path) -> None:
    assert "made anew" in harvester("reindex", "--workers", "2").out
    assert "index updated" in harvester("reindex", "--source", "spiral").out
    assert harvester("reindex", "--diff").out == "No work would change.\n"
    assert harvester("reindex", "--diff", "--json").lines == []
    (there / "config.toml").write_text((there / "config.toml").read_text().replace("rank = 2\n", "rank = 20\n"))
    changes = harvester("reindex", "--diff", "--json").lines
    assert {change["kind"] for change in changes} == {"changes"}
    rolled = harvester("index", "rollback")
    assert rolled.code == 0
    assert "is generation 1 again" in rolled.out
    assert "the index is held: rolled back to generation 1" in harvester("status").out
    held = harvester("index")
    assert (held.code, held.out) == (0, "")
    assert "the index is held" in held.err
    assert harvester("reindex").code == 0
    assert "held" not in harvester("status").out
    nothing_before = harvester("index", "rollback"), harvester("index", "rollback"), harvester("index", "rollback")
    assert nothing_before[-1].code == 6


def test_status_and_runs(harvester: Harvester, there: Path) -> None:
    text = (there / "config.toml").read_text()
    shutil.copyfile(there / "curated.toml", there / "new.toml")
    (there / "config.toml").write_text(
        text.replace("[source.fmlm]", '[source.new]\nkind = "files"\npath = "new.toml"\n[source.fmlm]')
    )
    status = {row["source"]: row for row in harvester("status", "--json").lines}
    assert (status["spiral"]["records"], status["spiral"]["deleted"], status["spiral"]["quarantined"]) == (41, 1, 1)
    assert (status["new"]["records"], status["new"]["last_complete"]) == (0, None)
    assert "never harvested" in harvester("status").out
    (there / "config.toml").write_text(text)
    assert harvester("status", "--stale", "36h").code == 0
    stale = harvester("status", "--json", "--stale", "0h")
    assert (stale.code, stale.err) == (7, "stale: bmj-leader, spiral, whiterose, fmlm\n")
    assert len(stale.lines) == 4
    assert [row["source"] for row in harvester("runs", "--json").lines] == ["bmj-leader", "spiral", "whiterose", "fmlm"]
    assert "exit 3" in harvester("runs", "--limit", "9" * 30).out


def test_quarantine(harvester: Harvester, there: Path) -> None:
    (entry,) = harvester("quarantine", "--json", "spiral").lines
    assert (entry["stage"], entry["element"]) == ("read", "metadata")
    assert "java.lang.NullPointerException" in harvester("quarantine").out
    assert harvester("quarantine", "fmlm").out == "Nothing is in quarantine.\n"
    raw = harvester("quarantine", "--raw", str(entry["id"]))
    assert raw.out.startswith("<record>")
    assert raw.out.endswith("</record>")
    with Store.read_only(there / "store.db") as store:
        assert raw.out.encode() == store.quarantined_payload(entry["id"])


def test_search(harvester: Harvester, there: Path) -> None:
    found = harvester("search", "--json", "leadership", "--limit", "200")
    assert len(found.lines) > 50
    assert found.err == ""
    assert [hit["doi"] for hit in harvester("search", "--json", DOI).lines] == [DOI]
    without = harvester("search", "--json", "leadership", "-nursing", "--limit", "200").lines
    assert 0 < len(without) < len(found.lines)
    assert harvester("search", "--json", "-nursing", "--limit", "1").code == 0
    by_title = [hit["label"] for hit in harvester("search", "--json", "leadership", "--sort", "title").lines]
    assert by_title == sorted(by_title, key=sort_title)
    assert "did you mean: leadership" in harvester("search", "leadershpi").err
    assert "6 terms beyond the limit" in harvester("search", *(f"w{n}" for n in range(70))).err
    assert harvester("search", "-h").out.startswith("Usage: harvester search")
    for odd in ("", '"', "łódź 漢字 🎉", "a " * 5000, "bell\a\x1b[31m", os.fsdecode(b"\xff\xfe")):
        ended = harvester("search", odd)
        assert ended.code == 0
        assert "\x1b" not in ended.out


def test_show_and_explain(harvester: Harvester, there: Path) -> None:
    (work,) = harvester("show", "--json", f"https://doi.org/{DOI.upper()}").lines
    assert work["key"] == f"doi:{DOI}"
    text = harvester("show", DOI).out
    assert "Aufegger" in text
    assert "spiral: oai:spiral.imperial.ac.uk:10044/1/85584 (xoai), rank 2" in text
    raw = harvester("show", "--raw", DOI)
    assert '"DOI"' in raw.out
    assert "<metadata>" in raw.out
    assert "--- spiral oai:spiral.imperial.ac.uk:10044/1/85584 (xoai)" in raw.err
    explained = harvester("explain", DOI).out
    assert "dcterms.dateAccepted = '2020-04-28'" in explained
    assert "128  with pages" in explained
    assert "ignored: always Crossref\n" in explained
    (whole,) = harvester("explain", "--json", DOI).lines
    assert {record["source"] for record in whole["records"]} == {"bmj-leader", "spiral"}


def test_publish(harvester: Harvester, there: Path) -> None:
    ended = harvester("publish", "elsewhere")
    assert ended.out.splitlines() == ["elsewhere/index.html", "elsewhere/listing.md"]
    assert (there / "elsewhere" / "index.html").read_bytes() == (there / "site" / "index.html").read_bytes()


def test_export_is_read_by_others(harvester: Harvester, there: Path) -> None:
    total = len(harvester("export", "--format", "jsonl").lines)
    assert total == 103  # two that no identifier unites, and everything else does
    assert len(rispy.loads(harvester("export", "--format", "ris").out)) == total
    assert len(list(csv.DictReader(io.StringIO(harvester("export", "--format", "csv").out)))) == total
    assert len(json.loads(harvester("export", "--format", "csl-json").out)) == total
    library = bibtexparser.parse_string(harvester("export", "--format", "bibtex").out)
    assert (len(library.entries), library.failed_blocks) == (total, [])
    some = harvester("export", "--format", "jsonl", "--source", "whiterose", "--query", "year:2020-").lines
    assert 0 < len(some) < total


def test_export_to_a_file_is_whole_or_not_at_all(harvester: Harvester, there: Path) -> None:
    plain = harvester("export", "--format", "ris").out
    assert harvester("export", "--format", "ris", "-o", "-").out == plain
    (there / "link.ris").symlink_to("works.ris")
    ended = harvester("export", "--format", "ris", "-o", "link.ris")
    assert (ended.code, ended.out, ended.err) == (0, "", "link.ris\n")
    assert (there / "link.ris").is_symlink()
    assert (there / "works.ris").read_bytes().decode() == plain
    assert harvester("export", "--format", "ris", "-o", os.devnull).code == 0
    assert not Path(os.devnull).is_file()
    for nowhere in ("absent/works.ris", "config.toml/works.ris", "/proc/works.ris"):
        ended = harvester("export", "--format", "ris", "-o", nowhere)
        assert (ended.code, ended.out) == (6, "")
        assert f"{nowhere}: cannot be written: " in ended.err
    (there / "index.db").unlink()
    assert harvester("export", "--format", "ris", "-o", "works.ris").code == 6
    assert (there / "works.ris").read_bytes().decode() == plain
    assert [path.name for path in there.iterdir() if path.name.endswith(".part")] == []


def test_clean(harvester: Harvester, monkeypatch: pytest.MonkeyPatch) -> None:
    assert harvester("clean", "doi", "https://doi.org/10.1136/LEADER-2020-000228", "x").lines == [
        {"given": "https://doi.org/10.1136/LEADER-2020-000228", "value": DOI},
        {"given": "x", "value": None},
    ]
    assert harvester("clean", "issn", "--", "-1").lines == [{"given": "-1", "value": None}]
    assert harvester("clean", "title", os.fsdecode(b"caf\xe9")).lines[0]["given"] == "caf\ufffd"
    (name,) = harvester("clean", "name", "Darzi, Ara").lines
    assert name["value"] == [{"kind": "person", "family": "Darzi", "given": "Ara"}]
    given = "2020-09\r\n\n\u2028\x0b\x852021\nlast".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="ascii"))
    lines = harvester("clean", "date").lines
    assert [line["given"] for line in lines] == ["2020-09", "", "\u2028\x0b\x852021", "last"]
    assert lines[0]["value"] is not None


def test_every_command_has_help_that_fits(harvester: Harvester) -> None:
    from harvester.cli import commands

    for name in commands():
        ended = harvester(name, "--help")
        assert (ended.code, ended.err) == (0, "")
        assert max(map(len, ended.out.splitlines())) <= 100
    assert harvester("--version").out.startswith("harvester, version ")
    assert harvester().code == 2
