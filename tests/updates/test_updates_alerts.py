"""Alerts: what is new, corrected or retracted, as a mail for each listing and in feeds."""

from __future__ import annotations

import email
import email.policy
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harvester import jobs
from harvester.news import Item, letter
from tests.updates.test_updates_news import CONFIG, NOTICE, RETRACTION, WORK, World, item

Call = Callable[..., tuple[int, bytes, bytes]]
LISTINGS = """
[web]
title = "Evidence base"
base_url = "https://library.example.org/evidence"
[listing.new]
title = "New ideas"
[[listing.new.section]]
title = "Articles"
query = "leadership"
[listing.old]
title = "Old ideas – kept"
[[listing.old.section]]
title = "Articles"
query = "wards"
"""
TITLE = "Sharing leadership in hospitals: a very long title that goes on and on about what happened on wards in Öland"
ARTICLE = item(WORK, TITLE)
CORRECTION = item(
    "10.5555/erratum",
    "Erratum",
    **{
        "update-to": [
            {
                "DOI": WORK,
                "type": "correction",
                "label": "Correction",
                "source": "publisher",
                "updated": {"date-parts": [[2020, 3, 1]]},
            }
        ]
    },
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path)
    (tmp_path / "config.toml").write_text(CONFIG + LISTINGS)
    return found


def mail(world: World, command_line: Call, *arguments: str) -> EmailMessage:
    code, out, err = command_line("-c", str(world.folder / "config.toml"), "news", "--mail", *arguments)
    assert code == 0, err
    assert b"\r" not in out, "sendmail reads lines as the system writes them"
    found = email.message_from_bytes(out, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


# --- the mail --------------------------------------------------------------------------------------------------------


def test_a_mail_that_sendmail_takes(world: World, command_line: Call) -> None:
    world.has(ARTICLE)
    world.has(RETRACTION)
    found = mail(world, command_line, "--since", "1", "--to", "ada@example.org", "--to", "bo@example.org")
    assert found["Subject"] == "Evidence base: retracted 1, new 2"
    assert (found["From"], found["To"]) == ("Evidence base <a@example.org>", "ada@example.org, bo@example.org")
    assert found["Date"].datetime.tzinfo is not None
    assert found.get_content_type() == "text/plain"
    body = found.get_content()
    assert max(len(line) for line in body.splitlines() if "https://" not in line) <= 72
    assert body.startswith("What is new since ")
    assert "https://library.example.org/evidence\n" in body
    new, old = body.split("\n\n\n")[1:]
    assert new.startswith("New ideas\n=========\n")
    assert old.startswith("Old ideas – kept\n")
    for part in (new, old):  # it stands in both
        assert (
            "\n* Sharing leadership in hospitals: a very long title that goes on and on\n  about what happened" in part
        )
        assert "  https://doi.org/10.5555/work\n" in part
        assert "2020-03-01, https://doi.org/10.5555/notice, by publisher" in " ".join(part.split())
    assert new.index("Retracted (1)") < new.index("New works (2)")
    assert "Retraction: Sharing leadership" not in old.replace("notice: Retraction", "")


def test_a_mail_about_one_listing(world: World, command_line: Call) -> None:
    world.has(ARTICLE, item("10.5555/other", "Leadership elsewhere"))
    found = mail(world, command_line, "--since", "1", "--listing", "old")
    assert found["Subject"] == "Evidence base: new 1"
    assert found["To"] == "a@example.org"
    assert "New ideas" not in found.get_content()
    code, out, _ = command_line(
        "-c", str(world.folder / "config.toml"), "news", "--since", "1", "--listing", "old", "--json"
    )
    (row,) = [json.loads(line) for line in out.splitlines()]
    assert (code, row["key"], row["listings"]) == (0, f"doi:{WORK}", ["new", "old"])


def test_nothing_new_sends_nothing_unless_asked(world: World, command_line: Call) -> None:
    world.has(ARTICLE)
    config = str(world.folder / "config.toml")
    code, out, err = command_line("-c", config, "news", "--mail", "--since", "2999-01-01")
    assert (code, out) == (0, b"")
    assert b"nothing new" in err
    found = mail(world, command_line, "--since", "2999-01-01", "--empty")
    assert found["Subject"] == "Evidence base: nothing new"
    assert "Nothing is new since 1 January 2999, 00:00 UTC." in found.get_content()


def test_what_is_hidden_is_no_news_of_a_listing_and_what_comes_in_is(world: World, command_line: Call) -> None:
    config = str(world.folder / "config.toml")
    world.has(ARTICLE, item("10.5555/tea", "Tea breaks"))
    with closing(sqlite3.connect(world.config.store)) as db, db:  # all that was long ago
        for table, column in (("listed", "since"), ("work_keys", "issued"), ("index_runs", "at")):
            db.execute(f"update {table} set {column} = '2020-01-01T00:00:00Z'")
    assert command_line("-c", config, "list", "section", "old", "Articles", "10.5555/tea")[0] == 0
    assert command_line("-c", config, "list", "hide", "new", WORK, "--reason", "x")[0] == 0
    world.has(RETRACTION)
    found = mail(world, command_line, "--since", "2021-01-01")
    new, old = found.get_content().split("\n\n\n")[1:]
    assert "Sharing leadership in hospitals" not in new.replace("Retraction: Sharing leadership", "")
    assert "Retracted (1)" in old
    assert "New in a listing (1)\n\n* Tea breaks" in old
    assert found["Subject"] == "Evidence base: retracted 1, new 2"
    out = command_line("-c", config, "news", "--since", "2021-01-01", "--listing", "old")[1].decode()
    assert "New in a listing\n  Tea breaks\n      https://doi.org/10.5555/tea\n      in old\n" in out


def test_who_decided_is_not_in_a_mail(world: World, command_line: Call) -> None:
    world.has(ARTICLE)
    world.has(item(WORK, f"RETRACTED: {TITLE}"))
    command_line("-c", str(world.folder / "config.toml"), "decide", "pin", WORK, "update_status=", "--by", "Ada")
    body = mail(world, command_line).get_content()
    assert "by an editor" in body
    assert "Ada" not in body


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--mail", "--to", "ada"), "'ada' is no e-mail address"),
        (("--mail", "--to", "a@example.org\nBcc: b@example.org"), "is no e-mail address"),
        (("--mail", "--listing", "nwe"), "did you mean 'new'?"),
        (("--mail", "--json"), "exclude each other"),
        (("--to", "a@example.org"), "say --mail"),
    ],
)
def test_mistakes(world: World, command_line: Call, arguments: tuple[str, ...], words: str) -> None:
    world.has(ARTICLE)
    code, out, err = command_line("-c", str(world.folder / "config.toml"), "news", *arguments)
    assert (code, out) == (2, b"")
    assert words in " ".join(err.decode().split())


_items = st.builds(
    Item,
    what=st.sampled_from(["new", "listed", "status", "update", "copy"]),
    run=st.just(1),
    at=st.just("2026-11-22T00:00:00Z"),
    key=st.text(max_size=20),
    title=st.text(max_size=200),
    url=st.text(max_size=50) | st.just("https://example.org/" + "x" * 1200),
    type=st.just("article"),
    after=st.sampled_from(["", "retraction", "VoR", "a; b"]),
    notice_title=st.text(max_size=50),
    listings=st.just(("a",)),
)


@given(st.lists(st.tuples(st.text(max_size=30), st.lists(_items, max_size=3)), max_size=2), st.text(max_size=120))
def test_any_text_makes_a_message(groups: list[tuple[str, list[Item]]], title: str) -> None:
    raw = letter.message(
        groups,
        title=title,
        home="",
        since="then",
        sender="a@example.org",
        to=["b@example.org"],
        limit=2,
        date=datetime(2026, 11, 22, tzinfo=UTC),
    )
    assert max(map(len, raw.split(b"\n"))) <= 998
    assert raw.isascii()
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert [*found] == [
        "From",
        "To",
        "Subject",
        "Date",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
    assert found["To"] == "b@example.org"
    assert [a.addr_spec for a in found["From"].addresses] == ["a@example.org"]


# --- the feeds -------------------------------------------------------------------------------------------------------

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(world: World, path: str = "new/feed.atom") -> dict[str, tuple[str, str, str]]:
    """DOI -> (title, published, updated)."""
    jobs.publish(world.config)
    root = etree.parse(world.config.site / path).getroot()
    entries = root.xpath("a:entry", namespaces=ATOM)
    return {
        str(e.xpath("string(a:id)", namespaces=ATOM)).partition("/doi/")[2].removesuffix(".html"): tuple(
            str(e.xpath(f"string(a:{name})", namespaces=ATOM)) for name in ("title", "published", "updated")
        )
        for e in entries
    }  # type: ignore[return-value]


def long_ago(world: World) -> None:
    with closing(sqlite3.connect(world.config.store)) as db, db:
        for table, column in (("records", "first_seen"), ("listed", "since"), ("news", "at")):
            db.execute(f"update {table} set {column} = '2020-01-01T00:00:00Z'")
    jobs.reindex(world.config)


@pytest.mark.parametrize(("notice", "word"), [(RETRACTION, "[Retracted]"), (CORRECTION, "[Corrected]")])
def test_updated_moves_with_what_becomes_of_a_work(world: World, notice: dict[str, object], word: str) -> None:
    """Also where the notice is older than the work's record here: a reader learns of it now."""
    world.has(ARTICLE)
    long_ago(world)
    assert feed(world) == {WORK: (TITLE, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z")}
    world.has(notice)
    title, published, updated = feed(world)[WORK]
    assert title == f"{word} {TITLE}"
    assert published == "2020-01-01T00:00:00Z"
    assert updated > "2026"
    assert next(iter(feed(world))) in {WORK, str(notice["DOI"])}


def test_updated_stays_where_nothing_is_seen(world: World) -> None:
    world.has(ARTICLE)
    world.has(RETRACTION)
    long_ago(world)
    before = feed(world)
    assert set(before) == {WORK, NOTICE}
    world.has(ARTICLE | {"subject": ["Management"], "reference-count": 5})
    (world.folder / "in" / "copy.json").write_text(json.dumps(ARTICLE))
    for change in (world.has, lambda: jobs.reindex(world.config)):
        change()
        assert feed(world) == before


def test_what_comes_into_a_listing_is_new_in_its_feed(world: World, command_line: Call) -> None:
    world.has(ARTICLE, item("10.5555/tea", "Tea breaks"))
    long_ago(world)
    assert set(feed(world, "old/feed.atom")) == {WORK}
    command_line("-c", str(world.folder / "config.toml"), "list", "section", "old", "Articles", "10.5555/tea")
    found = feed(world, "old/feed.atom")
    assert list(found) == ["10.5555/tea", WORK]
    assert found["10.5555/tea"][1] == found["10.5555/tea"][2] > "2026"
    command_line("-c", str(world.folder / "config.toml"), "list", "hide", "old", "10.5555/tea", "--reason", "x")
    assert set(feed(world, "old/feed.atom")) == {WORK}
    command_line("-c", str(world.folder / "config.toml"), "list", "clear", "old", "10.5555/tea", "hide")
    assert feed(world, "old/feed.atom") == found, "what comes back is no news"


def test_all_listings_have_a_feed_together(world: World) -> None:
    world.has(ARTICLE, item("10.5555/ward", "How wards learn"), item("10.5555/tea", "Tea breaks"))
    assert set(feed(world, "feed.atom")) == {WORK, "10.5555/ward"}
    found = json.loads((world.config.site / "feed.json").read_bytes())
    assert found["title"] == "Evidence base"
    assert found["feed_url"] == "https://library.example.org/evidence/feed.json"
    assert len(found["items"]) == 2
    home = (world.config.site / "index.html").read_text()
    assert re.search(r'<link rel="alternate" type="application/atom\+xml" href="feed.atom"', home)
