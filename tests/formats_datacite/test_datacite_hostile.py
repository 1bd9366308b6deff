"""Whatever the bytes, the readers of DataCite, OpenAIRE and CSL give a record or a RecordError."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from golden.pairs import cases, raw_case
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from harvester import schemas
from harvester.errors import RecordError
from harvester.normalise import normalise
from harvester.record import RawRecord, Record

XML = [*cases("datacite"), *cases("oai_openaire")]
KEYS = {
    name: sorted({path.partition("/")[0] for path in schemas.table(f"crosswalks/{table}")["fields"]})
    for name, table in (("datacite_json", "datacite"), ("csl_json", "csl_json"))
}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
INNER = st.sampled_from(
    [
        *(
            "name",
            "title",
            "titles",
            "date",
            "dateType",
            "date-parts",
            "season",
            "family",
            "literal",
            "affiliation",
            "award",
        ),
        *("nameIdentifiers", "relatedIdentifier", "relationType", "rights", "rightsURI", "lang"),
        *("geoLocationPoint", "geoLocationPolygon", "polygonPoint"),
    ]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER, inner, max_size=4),
    max_leaves=10,
)


def read(name: str, payload: bytes) -> Record:
    return normalise(RawRecord(source="t", identifier="x", format=name, payload=payload))


@pytest.mark.parametrize("name", KEYS)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_value_under_any_key_costs_no_record(name: str, data: st.DataObject) -> None:
    item: dict[str, Any] = {"title": "Kept", "titles": [{"title": "Kept"}]}
    for key in data.draw(st.lists(st.sampled_from(KEYS[name]), min_size=1, max_size=3)):
        if key not in ("title", "titles"):
            item[key] = data.draw(JSON)
    record = read(name, json.dumps(item).encode())
    assert record.title == "Kept"
    msgspec.json.encode(record)


@settings(max_examples=80, deadline=None)
@given(path=st.sampled_from([*XML, *cases("datacite_json"), *cases("csl_json")]), data=st.data())
def test_mutilated_bytes_are_read_or_refused(path: Path, data: st.DataObject) -> None:
    raw = raw_case(path)
    payload = bytearray(raw.payload)
    for _ in range(data.draw(st.integers(1, 3))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(payload)) | st.just(len(payload)))
    with suppress(RecordError):
        msgspec.json.encode(normalise(structs.replace(raw, payload=bytes(payload[:cut]))))


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "is not JSON"),
        (b"[]", "is no object of JSON but list"),
        (b'"x"', "is no object of JSON but str"),
        (b'{"title": "\xff"}', "is not UTF-8"),
        (b'{"title": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b'{"a": ' * 5_000 + b"1" + b"}" * 5_001, "nested too deeply"),
    ],
)
def test_what_is_no_item_is_refused_with_its_reason(name: str, payload: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        read(name, payload)


def test_json_that_only_a_strict_parser_refuses_is_read() -> None:
    record = read("csl_json", b'\xef\xbb\xbf{"title": "A\\ud800 title", "volume": NaN, "note": "a\tb"}')
    assert (record.title, record.volume) == ("A\ufffd title", None)


def test_long_values_take_no_longer_than_they_are() -> None:
    """Half a minute and more if any pattern looked back."""
    long = "a, " * 200_000
    for key in ("descriptions", "creators", "publisher", "relatedIdentifiers", "rightsList", "sizes", "geoLocations"):
        read("datacite_json", json.dumps({key: [long]}).encode())
    for key in ("note", "author", "keyword", "ISBN", "page", "title", "issued", "URL"):
        read("csl_json", json.dumps({key: long}).encode())
