"""Whatever the bytes, a reader gives a record or a RecordError."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from golden.pairs import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from formats_crossref.items import raw, read
from harvester.clean import identifiers
from harvester.errors import RecordError
from harvester.formats import crossref
from harvester.formats.crossref import values
from harvester.formats.crossref.decode import decode
from harvester.formats.crossref.item import KEYS
from harvester.formats.crossref.updates import status_of
from harvester.record import Step

ITEMS = [json.loads(p.read_bytes()) for p in cases("crossref")]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object but list"),
        (b'"10.5555/1"', "not a JSON object but str"),
        (b"{}", "has no DOI"),
        (b'{"DOI": "no doi at all"}', "has no DOI: 'no doi at all'"),
        (b'{"DOI": null}', "has no DOI"),
        (b'{"DOI": "10.5555/1"', "not JSON"),
        (b'{"DOI": "10.5555/\xff"}', "not UTF-8"),
        (b"Resource not found.", "not JSON"),
        (b'{"DOI": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b'{"a": ' * 5_000 + b"1" + b"}" * 5_001, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "is not JSON"),
    ],
)
def test_what_is_no_item_is_refused_with_its_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        read(payload)


def test_what_json_allows_and_databases_do_not_is_mended() -> None:
    payload = b'{"DOI": "10.5555/1", "score": NaN, "title": ["A \\ud800 title"], "shelf": "\\udfff"}'
    steps: list[Step] = []
    record = crossref.read(raw(payload), "", steps)
    assert {s.path for s in steps} == {"DOI", "score", "title", "shelf"}
    assert record.title is not None
    record.title.encode()
    assert record.extra == {"shelf": ["\ufffd"]}


@given(st.sampled_from(ITEMS), st.sampled_from(sorted(KEYS)), JSON)
@settings(max_examples=300, deadline=None)
def test_any_value_under_any_key_costs_no_record(item: dict[str, Any], key: str, value: Any) -> None:
    changed = {**item, key: value, "DOI": "10.5555/kept"}
    record = read(json.dumps(changed).encode())
    assert record.identifiers[0].value == "10.5555/kept"
    msgspec.json.encode(record).decode()


@given(st.sampled_from(cases("crossref")), st.data())
@settings(max_examples=200, deadline=None)
def test_mutilated_bytes_are_read_or_refused(path: Any, data: st.DataObject) -> None:
    payload = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(payload)))
    for tried in (bytes(payload), bytes(payload[:cut])):
        assert len(crossref.digest(tried)) == 16
        with suppress(RecordError):
            assert read(tried).identifiers[0].scheme == "doi"


def test_a_record_of_the_known_shape_takes_the_fast_way_and_says_the_same_on_the_slow_one() -> None:
    for item in ITEMS:
        fast, lost, odd = decode(json.dumps(item).encode())
        if not lost and not odd:
            slow, unknown, _ = decode(json.dumps({**item, "never heard of": 1}).encode())
            assert unknown == {"never heard of": ["1"]}
            for name in fast.__struct_fields__:
                if not isinstance(getattr(fast, name), msgspec.Raw):
                    assert getattr(fast, name) == getattr(slow, name), name


# --- digest ----------------------------------------------------------------------------------------------------------


def test_citations_and_index_times_are_no_change_of_a_record() -> None:
    item = {"DOI": "10.5555/1", "indexed": {"timestamp": 1}, "is-referenced-by-count": 1, "score": 1.0, "title": ["A"]}
    same = {**item, "indexed": {"timestamp": 2}, "is-referenced-by-count": 7, "score": 12.5}
    digest = crossref.digest(json.dumps(item).encode())
    assert digest == crossref.digest(json.dumps(same).encode())
    assert digest != crossref.digest(json.dumps({**item, "title": ["B"]}).encode())
    assert digest != crossref.digest(json.dumps({**item, "deposited": {"timestamp": 3}}).encode())
    assert len(digest) == 16
    assert crossref.digest(item) == crossref.digest(msgspec.json.encode(item))


def test_values_that_move_between_keys_change_the_digest() -> None:
    assert crossref.digest(b'{"a":1,"b":23}') != crossref.digest(b'{"a":12,"b":3}')
    assert crossref.digest(b'{"volume":"1"}') != crossref.digest(b'{"issue":"1"}')


# --- updates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "status"),
    [
        ([], None),
        ([("addendum", None)], None),
        ([("new_version", None), ("erratum", None)], "correction"),
        ([("removal", None), ("withdrawal", None)], "withdrawal"),
        ([("expression_of_concern", "2019"), ("correction", "2020")], "expression-of-concern"),
        ([("retraction", None), ("reinstatement", "2020-01-01")], None),
        ([("retraction", "2020-01-01"), ("reinstatement", "2020-01-01")], None),
        ([("retraction", "2020"), ("reinstatement", "2020-06")], None),
        ([("retraction", "2021-01-01"), ("reinstatement", "2020-06")], "retraction"),
        ([("correction", "2018"), ("retraction", "2019"), ("reinstatement", "2020")], "correction"),
        ([("partial_retraction", "2019")], "partial-retraction"),
        ([("unheard of", "2019")], None),
    ],
)
def test_status_is_the_worst_that_stands(done: list[tuple[str, str | None]], status: str | None) -> None:
    assert status_of(done) == status
    assert status_of(reversed(done)) == status


def test_emails_in_the_names_of_groups_are_left_out() -> None:
    item = {"DOI": "10.5555/1", "author": [{"name": "Aja Study Group, Tehran. Email: someone@example.com"}]}
    record = read(json.dumps(item).encode())
    assert "@" not in msgspec.json.encode(record).decode()
    assert [f.code for f in record.findings] == ["email-dropped"]


# --- shortcuts -------------------------------------------------------------------------------------------------------


@given(st.from_regex(values.SOUND_DOI, fullmatch=True))
@settings(max_examples=300)
def test_a_doi_that_is_not_cleaned_needs_no_cleaning(doi: str) -> None:
    assert values.doi(doi) == identifiers.doi(doi)
