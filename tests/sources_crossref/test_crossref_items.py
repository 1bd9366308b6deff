"""A page is whole or it is no page; an item is its own bytes."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.sources.crossref.items import NotAListError, records, work_list

ITEMS = [
    {"DOI": "10.5555/A", "title": ['A [b] {c} "d" \\'], "indexed": {"date-time": "2026-01-02T03:04:05Z"}},
    {"DOI": "10.5555/b", "author": [{"family": "Ödegård", "affiliation": []}], "indexed": {"timestamp": 1771562870635}},
    {"DOI": "10.5555/c"},
]


def page(items: list[bytes], total: int | None = None, before: bytes = b"", after: bytes = b"") -> bytes:
    head = b'{"status":"ok","message-type":"work-list","message-version":"1.0.0","message":{"facets":{"items":{"values":{}}},'
    rest = b'"total-results":%d,"items":[%s],"items-per-page":20,"query":{"start-index":0,"search-terms":null}}}'
    return before + head + rest % (len(items) if total is None else total, b", \n".join(items)) + after


def encoded() -> list[bytes]:
    return [json.dumps(item, ensure_ascii=False, indent=1).encode() for item in ITEMS]


def test_items_are_the_bytes_received() -> None:
    found = work_list(page(encoded(), 7, before=b"\xef\xbb\xbf \n", after=b"\r\n"))
    assert found.items == encoded()
    assert found.total == 7
    assert found.cursor == ""


def test_datestamps_and_identifiers() -> None:
    found, broken = records("leader", encoded())
    assert {doi: raw.datestamp for doi, raw in found.items()} == {
        "10.5555/a": "2026-01-02T03:04:05Z",
        "10.5555/b": "2026-02-20T04:47:50Z",
        "10.5555/c": "",
    }
    assert broken == []
    assert {raw.source for raw in found.values()} == {"leader"}


def test_of_two_the_one_indexed_later() -> None:
    older = b'{"DOI":"10.5555/a","indexed":{"date-time":"2025-01-01T00:00:00Z"}}'
    newer = b'{"DOI":"10.5555/A","indexed":{"date-time":"2026-01-01T00:00:00Z"}}'
    for order in ([older, newer], [newer, older]):
        found, _ = records("leader", order)
        assert found["10.5555/a"].payload == newer


def test_no_cut_of_a_page_is_a_page() -> None:
    body = page(encoded())
    for end in range(len(body)):
        with pytest.raises(NotAListError):
            work_list(body[:end])


def test_no_cut_of_a_page_with_an_unsound_item_is_a_page() -> None:
    body = page([*encoded(), b'{"DOI":"10.5555/x","title":["\\ud800"]}'])
    assert len(work_list(body).items) == 4
    for end in range(len(body)):
        with pytest.raises(NotAListError):
            work_list(body[:end])


def test_one_unsound_item_costs_one_item() -> None:
    unsound = b'{"DOI":"10.5555/x","a":' + b"[" * 3000 + b"]" * 3000 + b"}"
    found, broken = records("leader", work_list(page([encoded()[0], unsound, encoded()[1]])).items)
    assert set(found) == {"10.5555/a", "10.5555/b"}
    assert [(b.identifier, b.payload) for b in broken] == [("10.5555/x", unsound)]


@pytest.mark.parametrize(
    ("unsound", "mended"),
    [
        (rb'"half \ud83d, \\ud83d, \ud83d\ude00, \ude00 pair"', "half \ufffd, \\ud83d, \U0001f600, \ufffd pair"),
        (b'"a\x00b\x07c\nd"', "a b c d"),
        (b"NaN", None),
        (b'["-Infinity \\" NaN", -Infinity]', ['-Infinity " NaN', None]),
        (b'"W\xf6rk \xc3\xb6"', "W\ufffdrk \xf6"),
    ],
)
def test_what_can_be_mended_is_a_record_with_a_note(unsound: bytes, mended: object) -> None:
    item = b'{"DOI":"10.5555/x",\n "a":' + unsound + b"}"
    found, broken = records("leader", work_list(page([encoded()[0], item, encoded()[1]])).items)
    assert not broken
    assert set(found) == {"10.5555/a", "10.5555/b", "10.5555/x"}
    record = found["10.5555/x"]
    assert msgspec.json.decode(record.payload)["a"] == mended
    assert len(record.repairs) == 1
    assert not found["10.5555/a"].repairs


@pytest.mark.parametrize(
    "item", [b"null", b"[]", b'"10.5555/x"', b"17", b"{}", b'{"DOI":null}', b'{"DOI":["10.5555/x"]}', b'{"DOI":" "}']
)
def test_what_has_no_doi_is_kept_as_broken(item: bytes) -> None:
    found, broken = records("leader", [item])
    assert found == {}
    assert [b.payload for b in broken] == [item]


@given(st.binary(max_size=200))
def test_only_one_error_leaves_the_parser(body: bytes) -> None:
    with pytest.raises(NotAListError):
        work_list(body)


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=12,
    )
)
def test_any_item_is_a_record_or_broken(value: object) -> None:
    item = json.dumps(value).encode()
    found, broken = records("leader", [item])
    assert len(found) + len(broken) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the answer is empty"),
        (b"<html><head><title>504 Gateway Time-out</title>", "an HTML page entitled '504 Gateway Time-out'"),
        (b"Resource not found.", "not JSON: 'Resource not found.'"),
        (b'{"status":"ok","message-type":"member-list","message":{}}', "a 'member-list', not a list of works"),
        (b'{"status":"error","message-type":"exception","message":{"name":"x"}}', "status 'error'"),
        (b'{"status":"ok","message":{"items":[]}}', "not what was asked for .*`total-results`"),
        (b'{"status":"ok","message":{"items":{},"total-results":1}}', r"not what was asked for .*\$.items"),
        (b'{"status":"ok","message":{"items":[', "cut or not sound JSON"),
    ],
)
def test_what_came_instead_is_named(body: bytes, words: str) -> None:
    with pytest.raises(NotAListError, match=words):
        work_list(body)


def test_recorded_lists(shared: Path) -> None:
    """Envelopes as Crossref sent them in 2026."""
    lists = 0
    for path in sorted((shared / "corpus" / "crossref" / "lists").glob("*.json")):
        body = json.loads(path.read_text())["body"]
        if body["message-type"] == "work-list":
            found = work_list(json.dumps(body).encode())
            assert len(found.items) == len(body["message"]["items"])
            assert found.total == body["message"]["total-results"]
            kept, broken = records("leader", found.items)
            assert len(kept) == len(found.items)
            assert broken == []
            lists += 1
    assert lists > 8
