"""What an editor says of works in a listing: by command, in an editor, by hand in the file; it stays, and is traceable."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.locks import lock
from tests.keeping.conftest import CONFIG, Installation

ONE, TWO, THREE = "doi:10.1234/one", "local:library:two", "doi:10.1234/three"


@pytest.fixture
def listed(installation: Installation) -> Installation:
    rules = 'type = ["article"]\n\n[[listing.all.section]]\ntitle = "Read first"\n\n[web]\nbase_url = "https://l.example.org"\n'
    (installation.folder / "config.toml").write_text(CONFIG + rules)
    installation("run")
    return installation


def standing(installation: Installation) -> list[tuple[str, str]]:
    return installation.asked(
        installation.index,
        "select l.section, w.key from listing_items l join works w on w.id = l.work_id"
        " order by l.section_position, l.position",
    )


def file(installation: Installation) -> Path:
    return installation.folder / "listings" / "all.toml"


def published(installation: Installation) -> dict[str, str]:
    """Every file of the site but the pages of works, with what is in it."""
    site = installation.folder / "site"
    return {
        str(p.relative_to(site)): p.read_text()
        for p in site.rglob("*")
        if p.is_file() and p.name != ".harvester-site" and "work" not in p.relative_to(site).parts
    }


# --- by command ------------------------------------------------------------------------------------------------------


def test_pinned_hidden_moved_annotated(listed: Installation) -> None:
    assert {key for _, key in standing(listed)} == {ONE, TWO, THREE}
    listed("list", "pin", "all", "10.1234/three", "two", "--by", "Ada")
    assert [key for _, key in standing(listed)] == [THREE, TWO, ONE]
    listed("list", "pin", "all", ONE, "--at", "1", "--by", "Ada")
    listed("list", "order", "all", "https://doi.org/10.1234/three", "2")
    listed("list", "note", "all", "10.1234/one", "Start here: https://example.org/why", "--by", "Bo")
    listed("list", "section", "all", "read FIRST", "two", "--by", "Ada")
    listed("list", "hide", "all", "10.1234/three", "--reason", "out of date", "--by", "Cy")
    assert standing(listed) == [("Everything", ONE), ("Read first", TWO)]
    for name, text in published(listed).items():
        assert "Annual report" not in text, name
        if name in ("index.html", "listing.md", "fragment.html"):
            assert "https://example.org/why" in text
    assert not list((listed.folder / "site" / "work").rglob("*three*"))
    before = file(listed).read_text()
    for command in (("index",), ("reindex",), ("harvest", "--full"), ("run",)):
        listed(*command)
        assert standing(listed) == [("Everything", ONE), ("Read first", TWO)]
    assert file(listed).read_text() == before
    shown = listed("list", "show", "all")
    assert "[hidden: out of date, pinned (1), in place 2; by Cy," in shown
    assert "Everything" in shown
    assert "Not in it" in shown
    assert "all            2" not in listed("list")
    explained = listed("explain", "10.1234/three")
    assert "all: not in it: hidden: out of date" in explained
    assert "; by Cy, 20" in explained


def test_it_is_known_who_said_what(listed: Installation) -> None:
    listed("list", "hide", "all", "10.1234/three", "--reason", "out of date", "--by", "Ada")
    listed("list", "clear", "all", "10.1234/three", "hide", "--by", "Bo")
    assert "Annual report" in listed("list", "show", "all")
    assert file(listed).read_text().count("\n[[entry]]") == 0
    file(listed).write_text('[[entry]]\nwork = "10.1234/three"\nnote = "By hand."\n')
    listed("index")
    found = listed.json("list", "log", "all")
    assert [(f["by"], f["work"], "hide" in f["said"], bool(f["said"])) for f in found] == [
        ("", "10.1234/three", False, True),
        ("Bo", THREE, False, False),
        ("Ada", THREE, True, True),
    ]
    assert "in the file, by hand  10.1234/three: note: By hand." in listed("list", "log", "all")
    assert "Bo  doi:10.1234/three: taken back" in listed("list", "log", "all")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("pin", "al", ONE), "'al' is no listing in"),
        (("pin", "all", "10.1/none"), "'10.1/none' is not in the index"),
        (("hide", "all", ONE, "--reason", " "), "is empty; say why"),
        (("hide", "all", ONE), "Missing option '--reason'"),
        (("section", "all", "Read frist", ONE), "did you mean 'Read first'?"),
        (("note", "all", ONE, ""), "`harvester list clear` takes a note back"),
    ],
)
def test_what_cannot_be_is_said(listed: Installation, command: tuple[str, ...], words: str) -> None:
    assert words in " ".join(listed("list", *command, code=2).split())
    assert not file(listed).exists()


def test_nothing_is_lost_of_a_file_with_mistakes(listed: Installation) -> None:
    listed("list", "hide", "all", "10.1234/three", "--reason", "out of date", "--by", "Ada")
    broken = file(listed).read_text() + '[[entry]]\nwork = "10.1234/one"\npin = "first"\n'
    file(listed).write_text(broken)
    words = "pin: must be a whole number, 1 for the first, not 'first'"
    assert words in listed("run", code=2)
    assert words in listed("reindex", code=2)
    assert words in listed("config", "check", code=2)
    assert words in listed("doctor", code=2)
    assert f"{words}\nall: what its file said last holds" in listed("list")
    assert words in listed("list", "pin", "all", ONE, code=2)
    assert file(listed).read_text() == broken
    assert {key for _, key in standing(listed)} == {ONE, TWO}, "what it said last holds"
    file(listed).unlink()
    assert "is not there any more; what it said of 1 work holds" in listed("run", code=2)
    assert {key for _, key in standing(listed)} == {ONE, TWO}
    listed("list", "pin", "all", ONE)
    assert 'hide = "out of date"' in file(listed).read_text(), "the file is written anew with what it said last"
    listed("run")
    assert {key for _, key in standing(listed)} == {ONE, TWO}
    file(listed).write_text("")
    listed("run")
    assert {key for _, key in standing(listed)} == {ONE, TWO, THREE}


def test_what_names_nothing_is_said_and_kept(listed: Installation) -> None:
    file(listed).parent.mkdir()
    file(listed).write_text('[[entry]]\nwork = "10.1234/later"\nhide = "not ours"\n')
    words = "10.1234/later: no work in the index answers to it"
    for command in (("index",), ("config", "check"), ("doctor",), ("list",)):
        assert words in listed(*command), command
    assert "all.toml:1: 10.1234/later" in listed("config", "check")
    assert "no effect: no work in the index" in listed("list", "show", "all")
    listed.library(("later", "It came", "10.1234/later"))
    listed("run")
    assert "doi:10.1234/later" in listed.works
    assert "doi:10.1234/later" not in {key for _, key in standing(listed)}


def test_it_follows_a_work_that_is_merged_away(listed: Installation) -> None:
    listed("list", "hide", "all", "two", "--reason", "x")
    listed("list", "pin", "all", "10.1234/three")
    listed("decide", "same", "library two", "10.1234/three")
    assert [key for _, key in standing(listed)] == [ONE]
    assert len([row for row in listed.json("list", "show", "all") if row["said"]]) == 2


def test_a_run_without_news_still_asks_the_file(listed: Installation) -> None:
    assert "nothing changed: 0 rows written" in listed("run")
    file(listed).parent.mkdir()
    file(listed).write_text(f'[[entry]]\nwork = "{ONE}"\nhide = "x"\n')
    listed("run")
    assert ONE not in {key for _, key in standing(listed)}


def test_a_backup_that_is_put_back_knows_what_was_said_since(listed: Installation) -> None:
    listed("list", "pin", "all", ONE, "--by", "Ada")
    listed("backup", str(listed.folder / "kept.db"))
    listed("list", "hide", "all", THREE, "--reason", "x", "--by", "Bo")
    listed("restore", str(listed.folder / "kept.db"))
    assert [(f["by"], f["work"]) for f in listed.json("list", "log", "all")] == [("Bo", THREE), ("Ada", ONE)]
    file(listed).unlink()
    listed("index", code=2)
    assert standing(listed) == [("Everything", ONE), ("Everything", TWO)]


# --- in an editor ----------------------------------------------------------------------------------------------------


def editor(installation: Installation, monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, str]) -> None:
    """An editor that puts something in the place of what it finds, another thing each time that it is called."""
    count = installation.folder / "calls"
    script = installation.folder / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        f"count, changes = pathlib.Path({str(count)!r}), {list(changes)!r}\n"
        "n = int(count.read_text()) if count.exists() else 0\n"
        "count.write_text(str(n + 1))\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "old, new = changes[min(n, len(changes) - 1)]\n"
        "text = path.read_text()\nassert old in text, text\npath.write_text(text.replace(old, new))\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)


def test_edit(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    editor(listed, monkeypatch, (f'work = "{THREE}"\n', f'work = "{THREE}"\nhide = "old"\n'))
    listed("list", "edit", "all", "--by", "Ada")
    assert THREE not in {key for _, key in standing(listed)}
    text = file(listed).read_text()
    assert text.count("\n[[entry]]") == 1, "what was only offered is left out"
    assert '# Annual report. https://doi.org/10.1234/three\n[[entry]]\nwork = "doi:10.1234/three"\nhide = "old"' in text
    assert listed.json("list", "log", "all")[0]["by"] == "Ada"
    editor(listed, monkeypatch, ("hide =", "hide ="))
    assert "nothing was changed" in listed("list", "edit", "all")
    assert file(listed).read_text() == text
    assert [p.name for p in file(listed).parent.iterdir()] == ["all.toml"]


def test_whoever_edits_sees_what_a_key_is(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    listed("list", "pin", "all", THREE)
    with file(listed).open("a") as text:
        text.write('[[entry]]\nwork = "10.1234/one"\npin = 2\n\n[[entry]]\nwork = "10.1234/none"\npin = 3\n')
    before = file(listed).read_text()
    named = "# What these name:\n#   10.1234/one: Sharing leadership in hospitals. https://doi.org/10.1234/one\n"
    editor(listed, monkeypatch, (f"{named}#   10.1234/none: no work in the index answers to it\n\n", ""))
    assert "nothing was changed" in listed("list", "edit", "all")
    assert file(listed).read_text() == before


def test_an_edit_with_mistakes_is_kept_and_goes_on(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    (listed.folder / "calls").write_text("0")
    changes = (
        (f'work = "{ONE}"\n', f'work = "{ONE}"\npni = 1\nsection = "Read frist"\n'),
        ('pni = 1\nsection = "Read frist"', "pin = 1"),
    )
    editor(listed, monkeypatch, *changes)
    (listed.folder / "calls").unlink()
    said = listed("list", "edit", "all", code=2)
    assert "pni: is not known; did you mean 'pin'?" in said
    assert "'Read frist' is no section of this listing; did you mean 'Read first'?" in said
    assert "goes on with it" in " ".join(said.split())
    assert not file(listed).exists()
    assert "which was not finished" in listed("list", "edit", "all")
    assert standing(listed)[0] == ("Everything", ONE)
    assert [p.name for p in file(listed).parent.iterdir()] == ["all.toml"]


def test_nobody_writes_over_anybody(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else pins a work while the editor is open."""
    other = '[[entry]]\nwork = "10.1234/three"\npin = 1\n'
    script = listed.folder / "editor.sh"
    script.write_text(
        f"#!/bin/sh\nprintf '{other}' > {file(listed)}\nprintf '[[entry]]\\nwork = \"two\"\\nhide = \"x\"\\n' >> $1\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    said = " ".join(listed("list", "edit", "all", code=2).split())
    assert "was changed meanwhile by somebody else; what you wrote is in" in said
    assert file(listed).read_text() == other
    (draft,) = file(listed).parent.glob("*.draft.toml")
    assert 'hide = "x"' in draft.read_text()
    monkeypatch.setenv("VISUAL", "true")
    said = " ".join(listed("list", "edit", "all").split())
    assert "was begun from an older text; take from it what you need" in said
    assert 'hide = "x"' in draft.read_text()


def test_an_editor_that_fails(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "false")
    assert "false: Editing failed; set EDITOR to one that can be started" in listed("list", "edit", "all", code=2)
    assert not file(listed).exists()


def test_no_editor_is_started_where_nobody_sits(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert "there is no terminal for an editor" in listed("list", "edit", "all", code=2)
    assert not file(listed).parent.exists()


def test_a_file_with_mistakes_can_be_edited(listed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    file(listed).parent.mkdir()
    file(listed).write_text(f'[[entry]]\nwork = "{ONE}"\npni = 1\n')
    editor(listed, monkeypatch, ("pni", "pin"))
    listed("list", "edit", "all")
    assert standing(listed)[0][1] == ONE


def test_while_the_index_is_being_made(listed: Installation) -> None:
    with lock(listed.folder / "locks", "index"):
        said = listed("list", "hide", "all", ONE, "--reason", "x", "--by", "Ada", code=75)
    assert "that is written and stays" in said
    listed("index")
    assert ONE not in {key for _, key in standing(listed)}
    assert listed.json("list", "log", "all")[0]["by"] == "Ada"


# --- whatever is said, in whatever order -----------------------------------------------------------------------------

_said: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"work": st.sampled_from([ONE, "10.1234/three", "two", "https://doi.org/10.1234/one", "10.1234/none"])},
    optional={
        "pin": st.integers(1, 3),
        "order": st.integers(1, 4),
        "section": st.sampled_from(["Everything", "Read first", "Gone"]),
        "note": st.sampled_from(["A note.", 'Ünï "quoted"']),
        "hide": st.just("why"),
    },
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_said, max_size=4, unique_by=lambda said: said["work"]))
def test_an_index_made_anew_has_the_same_listing(listed: Installation, choices: list[dict[str, Any]]) -> None:
    from harvester.lines import quoted

    text = "".join(
        "[[entry]]\n" + "".join(f"{k} = {quoted(v) if isinstance(v, str) else v}\n" for k, v in choice.items()) + "\n"
        for choice in choices
    )
    file(listed).parent.mkdir(exist_ok=True)
    file(listed).write_text(text)
    listed("index")
    first = listed.asked(listed.index, "select * from listing_items order by section_position, position")
    for path in listed.folder.glob("index*.db*"):
        path.unlink()
    listed("harvest", "--full")
    listed("index")
    assert listed.asked(listed.index, "select * from listing_items order by section_position, position") == first
    listed("reindex")
    assert listed.asked(listed.index, "select * from listing_items order by section_position, position") == first
