"""What a librarian decides, by the command line: it comes into the index at once, stays, and can be carried elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.cli import reviewing
from tests.keeping.conftest import Installation


def test_split_and_undo(installation: Installation) -> None:
    installation("run")
    assert installation.works == {"doi:10.1234/one", "doi:10.1234/three", "local:library:two"}
    said = installation("decide", "different", "10.1234/one", "archive a1", "--reason", "a reply", "--by", "Ada")
    assert "2 works written, 0 removed" in said
    (decision,) = installation.json("decisions")
    assert decision["state"] == "holds"
    assert decision["decision"]["sides"] == [[["archive", "a1"]], [["library", "one"]]]
    for command in (("index",), ("reindex",), ("harvest", "--full"), ("index",)):
        installation(*command)
        assert len(installation.works) == 4
    assert "a reply" in installation("explain", "10.1234/one")
    number = decision["decision"]["id"]
    installation("decisions", "--undo", number[:8], "--reason", "I was wrong")
    assert len(installation.works) == 3
    assert "undone (undo, decided by" in installation("decisions")
    assert "is undone already" in installation("decisions", "--undo", number, code=2)


def test_join_and_explain(installation: Installation) -> None:
    installation("run")
    said = installation("decide", "same", "library: two", "10.1234/three", "--reason", "a new title", "--by", "Ada")
    assert "1 work written, 1 removed" in said
    explained = installation("explain", "10.1234/three")
    assert "joined by: decision, with" in explained
    assert "by Ada: a new title" in explained
    installation("reindex")
    assert len(installation.works) == 2
    assert "that is one work" in installation("decide", "same", "two", "10.1234/three", code=2)


def test_a_value_is_pinned_and_let_go(installation: Installation) -> None:
    installation("run")
    said = installation("decide", "pin", "10.1234/one", "title=As printed", "issued=2020-09", "--by", "Ada")
    assert "title = As printed" in said
    assert installation.asked(installation.index, "select title, issued from works where doi = '10.1234/one'") == [
        ("As printed", "2020-09")
    ]
    assert "from curator: Ada (pinned; 1 other value" in installation("explain", "10.1234/one")
    assert "[curator: Ada]" in installation("show", "10.1234/one")
    assert "As printed" in installation("export", "--format", "ris", "--query", "printed")
    told = "select element, value, decided_by from pinned order by element"
    assert installation.asked(installation.index, told) == [
        ("issued", "2020-09", "Ada"),
        ("title", "As printed", "Ada"),
    ]
    installation("reindex")
    assert installation.json("search", "printed")[0]["key"] == "doi:10.1234/one"
    titles = [d["decision"]["id"] for d in installation.json("decisions") if d["decision"].get("element") == "title"]
    installation("decisions", "--undo", titles[0])
    assert installation.asked(installation.index, "select element from pinned") == [("issued",)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("titel=x", "did you mean 'title'"),
        ("title", "says no value"),
        ("issued=one day", "is not a date"),
        ("type=nonsense", "is not a term of `harvester vocabulary types`"),
        ("type=", "is not a term"),
        ("container.issn=1234-5678", "is not an ISSN"),
        ("doi=nonsense", "is not a DOI"),
        ("peer_reviewed=perhaps", "is not yes or no"),
        ("update_status=gone", "is not a status of"),
        ("update_status=addendum", "is not a status of"),
    ],
)
def test_what_cannot_be_pinned_is_said(installation: Installation, given: str, said: str) -> None:
    installation("run")
    assert said in " ".join(installation("decide", "pin", "10.1234/one", given, code=2).split())
    assert installation("decisions") == "nothing was decided\n"


def test_what_is_overruled_is_said(installation: Installation) -> None:
    installation("run")
    said = installation("decide", "same", "10.1234/one", "10.1234/three", "--by", "Ada")
    assert "overruled" not in said
    said = installation("decide", "different", "library one", "archive a3", "--by", "Bo")
    assert "overruled by it: " in said
    assert said.count("same doi:10.1234/") == 1
    assert installation.asked(installation.index, "select record_count from works where doi = '10.1234/one'") == [(2,)]
    assert [(d["decision"]["kind"], d["state"]) for d in installation.json("decisions")] == [
        ("different", "holds"),
        ("same", "overruled"),
    ]


def test_what_cannot_be_decided_is_said(installation: Installation) -> None:
    installation("run")
    assert "is not in the index" in installation("decide", "same", "10.1234/one", "10.1/none", code=2)
    assert "name two works" in installation("decide", "same", "10.1234/one", code=2)
    assert "name a record of it" in installation("decide", "different", "10.1234/one", "10.1234/one", code=2)
    assert "no decision has this number" in installation("decisions", "--undo", "abc", code=2)


def test_decisions_are_carried_to_another_installation(installation: Installation, tmp_path: Path) -> None:
    installation("run")
    installation("decide", "different", "10.1234/one", "archive a1", "--by", "Ada", "--reason", "a reply")
    installation(
        "decide", "pin", "library two", "volume=7", "authors=Darzi, Ara; World Health Organization", "--by", "Ada"
    )
    installation("decide", "suppress", "10.1234/three", "--reason", "asked")
    export = tmp_path / "decisions.jsonl"
    installation("decisions", "--export", str(export))
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["different", "pin", "pin", "suppress"]
    works = installation.works
    assert "0 decisions new, 4 known already" in installation("decisions", "--import", str(export))
    installation.store.unlink()
    for left in installation.folder.glob("store.db-*"):
        left.unlink()
    installation("run")
    assert installation.works != works
    assert "4 decisions new" in installation("decisions", "--import", str(export))
    assert installation.works == works
    assert installation.asked(installation.index, "select volume, authors from works where volume is not null") == [
        ("7", "Darzi, Ara; World Health Organization")
    ]
    before = installation.asked(installation.store, "select count(*) from decisions")
    installation("decisions", "--import", str(export))
    assert installation.asked(installation.store, "select count(*) from decisions") == before
    again = tmp_path / "again.jsonl"
    installation("decisions", "--export", str(again))
    assert again.read_text() == export.read_text()
    installation("check")


GOOD = '{"kind":"same","sides":[[["library","one"]],[["archive","a3"]]],"by":"Ada","decided":"2025-01-31T12:00:00Z"}'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "JSON is malformed"),
        ("[]", "Expected `object`"),
        ('{"kind":"pin","value":' + "[" * 50_000 + "]" * 50_000 + "}", "nested too deeply"),
        (GOOD.replace("Ada", "A\\ud800"), "surrogate"),
        (GOOD.replace("same", "samee"), "Invalid enum value"),
        (GOOD.replace('"by":"Ada"', '"by":" "'), "says nobody"),
        (GOOD.replace("2025-01", "2925-01"), "no moment of the past"),
        (GOOD.replace("Z", ""), "no moment of the past"),
        (GOOD.replace('"a3"', '""'), "neither of them empty"),
        (GOOD.replace('[["archive","a3"]]', "[]"), "two or more"),
        (GOOD.replace('"archive","a3"', '"library","one"'), "have a record twice"),
        (GOOD.replace('"kind"', '"id":"0123456789abcdef","kind"'), "leave it out of a line that you edit"),
        (GOOD.replace('"kind"', '"extra":1,"kind"'), "unknown field"),
        (GOOD.replace("same", "undo"), "is nothing that undo has"),
        (
            '{"kind":"pin","sides":[[["a","b"]]],"element":"title","value":{"a":1},"by":"A","decided":"2025-01-31T12:00:00Z"}',
            "is none that",
        ),
        (
            '{"kind":"pin","sides":[[["a","b"]]],"element":"type","by":"A","decided":"2025-01-31T12:00:00Z"}',
            "is none that",
        ),
        (
            '{"kind":"suppress","keys":["doi:10.1/a"],"value":"perhaps","by":"A","decided":"2025-01-31T12:00:00Z"}',
            "suppress has",
        ),
    ],
)
def test_a_faulty_line_stops_an_import_with_its_place(installation: Installation, line: str, said: str) -> None:
    installation("run")
    file = installation.folder / "faulty.jsonl"
    file.write_text(f"{GOOD}\n\n{line}\n")
    answer = " ".join(installation("decisions", "--import", str(file), code=2).split())
    assert said in answer
    assert "faulty.jsonl:3:" in answer
    assert "nothing was imported" in answer
    assert installation("decisions") == "nothing was decided\n"


def test_a_renamed_source_keeps_its_decisions(installation: Installation) -> None:
    installation("run")
    installation("decide", "different", "10.1234/one", "archive a1", "--by", "Ada")
    installation("source", "rename", "archive", "attic", "--yes")
    config = installation.folder / "config.toml"
    config.write_text(config.read_text().replace("source.archive", "source.attic"))
    installation("index")
    assert len(installation.works) == 4
    assert sorted(d["state"] for d in installation.json("decisions")) == ["holds", "undone"]


def test_a_restored_backup_has_what_was_decided_since(installation: Installation) -> None:
    installation("run")
    installation("backup", str(installation.folder / "backup.db"))
    installation("decide", "different", "10.1234/one", "archive a1", "--by", "Ada")
    installation("restore", str(installation.folder / "backup.db"))
    installation("index")
    assert len(installation.works) == 4


def doubtful(installation: Installation) -> None:
    title = "Shared leadership in emergency departments: a randomised trial of rounds"
    entry = f'[[entry]]\nid = "{{}}"\ntype = "article"\ntitle = "{title}"\ndate = "{{}}"\n'
    entry += 'authors = ["Okafor, Ada", "Lindqvist, Bo"]\n'
    (installation.folder / "library.toml").write_text(entry.format("early", "2014"))
    (installation.folder / "archive.toml").write_text(entry.format("late", "2015"))
    installation("run")


def test_pairs_in_doubt_are_listed_and_decided(installation: Installation) -> None:
    doubtful(installation)
    assert len(installation.works) == 2
    (pair,) = installation.json("review")
    assert {(pair[side]["source"], pair[side]["identifier"]) for side in ("one", "other")} == {
        ("library", "early"),
        ("archive", "late"),
    }
    verdicts = {line["element"]: line["verdict"] for line in pair["lines"]}
    assert (verdicts["title"], verdicts["year"]) == ("agrees", "differs")
    assert "\n1 pair waits for `harvester review`\n" in installation("status")
    said = installation("review")
    assert "1 of 1: unsure" in said
    assert "≠" in said
    installation("decide", "different", pair["one"]["work"], pair["other"]["work"])
    assert installation("review") == "nothing is in doubt\n"
    installation("reindex")
    assert installation("review") == "nothing is in doubt\n"


@pytest.mark.parametrize(("keys", "works"), [("xs", 1), ("d", 2), ("k", 2), ("q", 2), ("?s", 1)])
def test_one_key_decides(installation: Installation, keys: str, works: int) -> None:
    from harvester import query
    from harvester.config import load
    from harvester.jobs import reviewing as pairs

    doubtful(installation)
    config = load(installation.folder / "config.toml")
    with query.open_index(config.index) as db:
        found = list(pairs.pairs(db))
    pressed = iter(keys)
    reviewing.decide_each(config, found, 1, reason="looked", by="Ada", key=lambda: next(pressed))
    assert len(installation.works) == works
    assert len(installation.json("decisions")) == (keys[-1] in "sd")
