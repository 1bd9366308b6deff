"""Items to records; the golden pairs are in tests/golden."""

from __future__ import annotations

import json

import pytest
from golden.pairs import cases, raw_case

from formats_crossref.items import read
from harvester import schemas
from harvester.formats import crossref
from harvester.formats.crossref.decode import decode
from harvester.formats.crossref.item import KEYS
from harvester.formats.crossref.table import types
from harvester.record import Step

# https://api.crossref.org/types
TYPES = [
    "book",
    "book-chapter",
    "book-part",
    "book-section",
    "book-series",
    "book-set",
    "book-track",
    "component",
    "database",
    "dataset",
    "dissertation",
    "edited-book",
    "grant",
    "journal",
    "journal-article",
    "journal-issue",
    "journal-volume",
    "monograph",
    "other",
    "peer-review",
    "posted-content",
    "proceedings",
    "proceedings-article",
    "proceedings-series",
    "reference-book",
    "reference-entry",
    "report",
    "report-component",
    "report-series",
    "standard",
]
CASES = {path.stem: raw_case(path) for path in cases("crossref")}
TABLE = schemas.table("crosswalks/crossref")


@pytest.mark.parametrize("name", CASES)
def test_trace_names_every_key(name: str) -> None:
    steps: list[Step] = []
    crossref.read(CASES[name], "", steps)
    assert {s.path for s in steps} == set(json.loads(CASES[name].payload))


def test_trace_says_what_a_key_gave() -> None:
    steps: list[Step] = []
    crossref.read(CASES["retracted"], "", steps)
    status = [s for s in steps if s.path == "updated-by" and s.element == "update_status"]
    assert [s.value for s in status] == ["retraction"]


def test_every_key_of_an_item_is_in_the_crosswalk_once() -> None:
    assert set(KEYS) == set(TABLE["fields"]) | set(TABLE["ignored"])
    assert not set(TABLE["fields"]) & set(TABLE["ignored"])


def test_the_thirty_types_are_known_and_only_types_that_exist_are_used() -> None:
    ours = set(schemas.table("vocabularies/types"))
    assert set(TYPES) == set(types())
    assert set(TABLE["subtypes"].values()) <= ours
    assert {row["notice"] for row in TABLE["updates"].values() if "notice" in row} <= ours


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_of_crossref_is_read(kind: str) -> None:
    record = read(json.dumps({"DOI": "10.5555/1", "type": kind, "title": ["A title"], "ISSN": ["2398-631X"]}).encode())
    assert record.type == ("other" if kind == "posted-content" else types()[kind])
    assert record.type_raw == (kind,)
    own = kind in {"journal", "book-series", "report-series", "proceedings-series"}
    assert [i.relation for i in record.identifiers if i.scheme == "issn"] == ["self" if own else "container"]


def test_a_chapter_that_was_deposited_as_other_is_a_chapter() -> None:
    item = {"DOI": "10.5555/1", "type": "other", "container-title": ["A Book"], "ISBN": ["9780521877237"]}
    record = read(json.dumps(item).encode())
    assert record.type == "chapter"
    assert record.container is not None
    assert (record.container.type, record.container.isbn) == ("book", "9780521877237")


def test_unknown_keys_are_kept_wherever_they_stand() -> None:
    item = {"DOI": "10.5555/1", "shelf": 3, "author": [{"family": "Hair", "mood": "fine"}], "license": None}
    record = read(json.dumps(item).encode())
    assert record.extra == {"shelf": ["3"], "author[].mood": ["fine"]}
    assert [c.family for c in record.contributors] == ["Hair"]
    assert record.findings == ()


def test_one_odd_value_costs_that_value_only() -> None:
    item = {"DOI": "10.5555/1", "title": ["Kept"], "author": [{"family": "Hair"}, 17], "volume": {"a": 1}, "issue": "2"}
    found, lost, odd = decode(json.dumps(item).encode())
    assert found.title == ["Kept"]
    assert found.issue == "2"
    assert [a.family for a in found.author or ()] == ["Hair"]
    assert lost == {"author[]": ["17"], "volume": ['{"a": 1}']}
    assert odd == ["author[]", "volume"]


@pytest.mark.parametrize(
    ("title", "updates", "status"),
    [
        ("RETRACTED: Wards", [], "retraction"),
        ("RETRACTED: Wards", ["correction"], "retraction"),
        ("WITHDRAWN: Wards", [], "withdrawal"),
        ("RETRACTED: Wards", ["retraction", "reinstatement"], None),
        ("Retraction of troops", [], None),
    ],
)
def test_a_title_may_say_more_than_the_updates(title: str, updates: list[str], status: str | None) -> None:
    item = {"DOI": "10.5555/1", "title": [title], "updated-by": [{"DOI": "10.5555/2", "type": u} for u in updates]}
    assert read(json.dumps(item).encode()).update_status == status
