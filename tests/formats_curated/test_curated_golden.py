"""Entries to records; the golden pairs are in tests/golden."""

from __future__ import annotations

import json
from typing import Any

import pytest
from golden.pairs import FOLDER
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import RecordError
from harvester.formats import curated
from harvester.record import RawRecord, Record, Step


def read(payload: bytes, trace: list[Step] | None = None) -> Record:
    raw = RawRecord(source="fmlm", identifier="entry", format="curated", payload=payload)
    return curated.read(raw, "", trace)


def test_every_field_is_used_in_the_case_of_all_fields_and_traced() -> None:
    payload = (FOLDER / "curated" / "all_fields.json").read_bytes()
    assert set(json.loads(payload)) == set(curated.Entry.__struct_fields__)
    steps: list[Step] = []
    read(payload, trace=steps)
    assert {s.path for s in steps} == set(curated.Entry.__struct_fields__)
    assert all(s.value not in (None, [], "") for s in steps), [s.path for s in steps if not s.value]


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"title": 3}', b'{"title": "\xff"}', b'{"authors": "one"}'])
def test_what_is_no_entry_is_refused(payload: bytes) -> None:
    with pytest.raises(RecordError, match="is not an entry"):
        read(payload)


@given(
    st.fixed_dictionaries(
        {}, optional={f: st.text(max_size=60) for f in ("title", "date", "url", "doi", "pages", "period")}
    )
)
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_reader(values: dict[str, Any]) -> None:
    record = read(json.dumps(values, ensure_ascii=True).encode()) if _sound(values) else None
    assert record is None or record.type == "other"


def _sound(values: dict[str, str]) -> bool:
    return not any("\ud800" <= c <= "\udfff" for v in values.values() for c in v)


def test_a_link_that_suggests_a_doi_is_a_candidate_and_a_resolver_link_is_one() -> None:
    def dois(**values: str) -> list[tuple[str, str]]:
        found = read(json.dumps({"title": "x", **values}).encode()).identifiers
        return [(i.value, i.relation) for i in found if i.scheme == "doi"]

    info = "https://bmjleader.bmj.com/content/early/2022/09/11/leader-2022-000655.info"
    assert dois(url=info) == [("10.1136/leader-2022-000655", "candidate")]
    assert dois(url=info, doi="10.1136/leader-2022-000655") == [("10.1136/leader-2022-000655", "self")]
    assert dois(url="https://doi.org/10.5555/1") == [("10.5555/1", "self")]
    assert dois(url="https://www.example.org/doi/10.5555/1") == [("10.5555/1", "candidate")]
