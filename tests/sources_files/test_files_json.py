"""JSON files are cut into items: in whatever layout, in whatever pieces, whatever else is in them."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.formats import slicing
from harvester.formats.slicing import Slice
from harvester.formats.slicing.json import objects
from sources_files.dumps import work

_texts = st.text(max_size=8) | st.sampled_from(['}, {"DOI": "', '"items": [', "\\", '"', "]}", "{", "\n{", "\u2028"])
_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_items = st.lists(
    st.dictionaries(st.sampled_from(["indexed", "reference", "title", "author"]), _values).map(
        lambda fields: {"DOI": "10.5555/a"} | fields if len(fields) % 2 else fields | {"DOI": "10.5555/b"}
    ),
    max_size=5,
)

LAYOUTS = {
    "an array": lambda items: json.dumps(items),
    "an array without blanks": lambda items: json.dumps(items, separators=(",", ":"), ensure_ascii=False),
    "an array, an item a line": lambda items: "[\n" + ",\n".join(map(json.dumps, items)) + "\n]\n",
    "an array for people": lambda items: json.dumps(items, indent=2),
    "items": lambda items: json.dumps({"items": items}),
    "items, one a line": lambda items: '{"items":[' + ",\n".join(map(json.dumps, items)) + "\n]\n}\n",
    "items for people": lambda items: json.dumps({"items": items}, indent=1, ensure_ascii=False),
    "an answer of Crossref": lambda items: json.dumps(
        {"status": "ok", "message": {"facets": {}, "total-results": 9, "items": items, "query": {"search-terms": None}}}
    ),
    "an answer of DataCite": lambda items: json.dumps({"data": items, "meta": {"total": 9}, "links": {"self": "x"}}),
    "JSON lines": lambda items: "".join(json.dumps(item) + "\n" for item in items),
    "JSON lines with ends of Windows": lambda items: "\r\n".join(map(json.dumps, items)),
    "objects for people": lambda items: "\n".join(json.dumps(item, indent=2) for item in items),
    "a JSON text sequence": lambda items: "".join(f"\x1e{json.dumps(item)}\n" for item in items),
    "answers, one a line": lambda items: "\n".join(json.dumps({"message": {"items": [item]}}) for item in items),
}


class _Pieces(io.BytesIO):
    """A stream that gives some bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, _: int | None = -1, /) -> bytes:
        return super().read(self.size)


def cut(data: bytes, size: int = 1 << 16) -> list[Slice]:
    return list(objects(_Pieces(data, size)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str) -> None:
    items = [work(number, reference=[{"key": "}, {"}]) for number in range(3)]
    assert [json.loads(each.payload) for each in cut(LAYOUTS[layout](items).encode())] == items


@given(layout=st.sampled_from(sorted(LAYOUTS)), items=_items, size=st.integers(8, 200))
def test_items_come_out_as_they_stand_there(layout: str, items: list[dict[str, Any]], size: int) -> None:
    found = cut(LAYOUTS[layout](items).encode(errors="replace"), size)
    assert [json.loads(each.payload) for each in found] == json.loads(
        json.dumps(items, ensure_ascii=False).encode(errors="replace")
    )
    assert not any(each.fault for each in found)


@given(st.binary(max_size=300) | st.text(alphabet='{}[]",:\\ \n1a', max_size=300).map(str.encode), st.integers(1, 50))
def test_whatever_comes_is_cut_or_refused(data: bytes, size: int) -> None:
    with suppress(RecordError):
        cut(data, size)


@given(_items.filter(bool), st.data())
def test_a_cut_file_is_never_taken_for_a_whole_one(items: list[dict[str, Any]], data: st.DataObject) -> None:
    whole = json.dumps({"items": items}).encode()
    end = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(RecordError):
        cut(whole[:end])


def test_a_line_that_is_broken_costs_that_line() -> None:
    good = [json.dumps(work(n)) for n in range(4)]
    broken = [
        good[0],
        good[1][:40],
        good[1].replace('"title"', "title"),
        '{"DOI": "10.5555/\x01"}',
        good[2] + "}",
        good[3],
        "42",
    ]
    found = cut("\n".join(broken).encode())
    assert [each.line for each in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [each.payload.decode() for each in found] == broken
    assert [each.fault for each in found] == [""] * 6 + ["is not a JSON object"]


def test_an_item_that_no_parser_takes_costs_that_item() -> None:
    odd = '{"DOI": "10.5555/odd", "score": NaN, "title": ["half \\ud83d"], "note": "\x02"}'
    found = cut(f'{{"items":[{json.dumps(work(1))},{odd},{json.dumps(work(2))}]}}'.encode())
    assert [each.payload.decode() for each in found] == [json.dumps(work(1)), odd, json.dumps(work(2))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"status": "ok", "message-type": "work", "message": {"DOI": "10.5555/1"}}', ['{"DOI": "10.5555/1"}']),
        (
            '{"data": {"id": "10.5555/1", "type": "dois", "attributes": {}}}',
            ['{"id": "10.5555/1", "type": "dois", "attributes": {}}'],
        ),
        ('{"DOI": "10.5555/1", "message": {"a": 1}}', ['{"DOI": "10.5555/1", "message": {"a": 1}}']),
        ('{"id": "a", "relationships": {"references": {"data": [{"id": "b"}]}}}', None),
        ('{"hits": {"hits": [{"id": 1}], "total": 1}}', ['{"id": 1}']),
        ('{"items": []}', []),
        ('{"items": ["10.5555/1"]}', None),
        ("[]", []),
        ("", []),
        ("\ufeff[{}]", ["{}"]),
    ],
)
def test_what_holds_the_records(text: str, expected: list[str] | None) -> None:
    found = [each.payload.decode() for each in cut(text.encode())]
    assert found == ([text] if expected is None else expected)


def test_other_encodings() -> None:
    text = json.dumps([{"title": "Führung"}], ensure_ascii=False)
    assert [json.loads(each.payload) for each in cut(text.encode("utf-16"))] == [{"title": "Führung"}]
    assert [json.loads(each.payload) for each in cut(text.encode("utf-16-be"))] == [{"title": "Führung"}]


def test_a_string_without_end_is_not_read_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "LARGEST", 1 << 20)
    with pytest.raises(RecordError, match="no end of a record within 1 MB of line 2"):
        cut(b'[{"a": 1},\n{"b": "' + b"x" * (8 << 20) + b'"}]')


def test_brackets_without_end_are_not_counted_forever() -> None:
    with pytest.raises(RecordError, match="nests 10000 brackets and more in line 1"):
        cut(b'{"a":' + b"[" * 1_000_000)
