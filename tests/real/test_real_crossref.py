"""Real works of Crossref: all are read, and facts that were checked by hand come out as written down."""

from __future__ import annotations

import gzip
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harvester.formats import crossref
from harvester.record import RawRecord, Record

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "crossref_expected.toml").read_text(encoding="utf-8")
)


def _read(payload: bytes) -> Record:
    return crossref.read(RawRecord(source="crossref", identifier="", format="crossref", payload=payload), "")


@cache
def _samples(folder: Path) -> list[bytes]:
    payloads: list[bytes] = []
    for path in sorted(folder.glob("*.gz")):
        content = gzip.decompress(path.read_bytes())
        if content.startswith(b'{"items"') or b'"items"' in content[:20]:
            payloads += [bytes(raw) for raw in msgspec.json.decode(content, type=dict[str, list[msgspec.Raw]])["items"]]
        else:
            payloads += [line for line in content.splitlines() if line.strip()]
    return payloads


@cache
def _works(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in (*folder.glob("works/*.json"), *folder.glob("trimmed/*.json")):
        item = json.loads(path.read_bytes())
        item = item.get("message", item)
        found[item["DOI"].lower()] = json.dumps(item).encode()
    return found


def test_every_sampled_work_is_read(shared: Path) -> None:
    payloads = _samples(shared / "corpus" / "crossref" / "samples")
    assert len(payloads) == 8000
    untitled = 0
    for payload in payloads:
        record = _read(payload)
        untitled += record.title is None
        assert record.identifiers[0].scheme == "doi"
        assert all(f.code != "unexpected-shape" for f in record.findings), record.identifiers[0].value
    assert untitled == 405


def test_every_work_of_every_list_answer_is_read(shared: Path) -> None:
    read = 0
    for path in (shared / "corpus" / "crossref" / "lists").glob("*.json"):
        message = json.loads(path.read_bytes())["body"]["message"]
        for item in message.get("items", []) if isinstance(message, dict) else []:
            if isinstance(item, dict) and "DOI" in item:
                record = _read(json.dumps(item).encode())
                assert all(f.code != "unexpected-shape" for f in record.findings), item["DOI"]
                read += 1
    assert read > 100


@pytest.mark.parametrize("doi", EXPECTED)
def test_facts_checked_by_hand(doi: str, shared: Path) -> None:
    record = _read(_works(shared / "corpus" / "crossref")[doi])
    facts = _facts(record)
    expected = EXPECTED[doi]
    assert {name: facts[name] for name in expected} == expected


def _facts(record: Record) -> dict[str, Any]:
    """What the expectations speak of; TOML has no null, so what is missing is ''."""
    container = record.container
    authors = [c for c in record.contributors if c.role == "author"]
    dates = {d.type: d.value or "" for d in reversed(record.dates)}
    return {
        "title": record.title or "",
        "titles": [[t.type, t.title] for t in record.titles],
        "type": record.type,
        "authors": len(authors),
        "first_author": authors[0].name if authors else "",
        "last_author": authors[-1].name if authors else "",
        "last_author_kind": authors[-1].kind if authors else "",
        "first_orcid": (authors[0].orcid or "") if authors else "",
        "first_orcid_authenticated": bool(authors and authors[0].orcid_authenticated),
        "suffixes": [c.suffix for c in authors if c.suffix],
        "editors": [c.name for c in record.contributors if c.role == "editor"],
        "issued": record.issued or "",
        **{name: dates.get(name, "") for name in ("print", "online", "posted", "accepted", "received")},
        "published_in": (container.title or "") if container else "",
        "container_type": (container.type or "") if container else "",
        "issn": (container.issn or "") if container else "",
        "eissn": (container.eissn or "") if container else "",
        "isbn": [i.value for i in record.identifiers if i.scheme == "isbn"],
        "pii": [i.value for i in record.identifiers if i.scheme == "pii"],
        "trial": [i.value for i in record.identifiers if i.scheme == "trial"],
        "volume": record.volume or "",
        "issue": record.issue or "",
        "start_page": record.start_page or "",
        "end_page": record.end_page or "",
        "article_number": record.article_number or "",
        "publisher": record.publisher or "",
        "language": list(record.language),
        "access": record.access or "",
        "licences": [lic.spdx for lic in record.licenses if lic.spdx],
        "funding": [[f.funder_name or "", f.funder_id or "", f.award_number or ""] for f in record.funding],
        "relations": [[r.type, r.target] for r in record.relations],
        "update_status": record.update_status or "",
        "references": record.references_count or 0,
        "cited_by": record.cited_by_count or 0,
        "institutions": [[i.role, i.name or i.ror or ""] for i in record.institutions],
        "event_place": (record.event.place or "") if record.event else "",
        "edition": record.edition or "",
        "period": record.period or "",
        "rights": list(record.rights),
        "findings": sorted({f.code for f in record.findings}),
        "files": len(record.files),
        "part": record.part or "",
        "abstract_start": record.descriptions[0].text[:60] if record.descriptions else "",
    }
