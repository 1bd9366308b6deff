"""What the emulated Crossref API answers: envelopes, error bodies, stamps."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

from harvester.sandbox.crossref_filters import Item, first_day, invalid
from harvester.sandbox.server import Response

JSON: Final = {"Content-Type": "application/json"}
JSON_UTF8: Final = {"Content-Type": "application/json;charset=utf-8"}
TEXT: Final = {"Content-Type": "text/plain"}


def work_list(items: list[bytes], total: int, rows: int, asked: dict[str, str], found: Item, cursor: str) -> Response:
    head = {"facets": found} | ({"next-cursor": cursor} if cursor else {}) | {"total-results": total}
    tail = {
        "items-per-page": rows,
        "query": {"start-index": integer(asked.get("offset"), 0), "search-terms": asked.get("query")},
    }
    message = to_json(head)[:-1] + b',"items":[' + b",".join(items) + b"]," + to_json(tail)[1:]
    body = b'{"status":"ok","message-type":"work-list","message-version":"1.0.0","message":%s}' % message
    return Response(200, JSON, body)


def integer(text: str | None, default: int, most: int | None = None) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or (most is not None and int(text) > most):
        bound = f" less than or equal to {most}" if most is not None else ""
        message = f"Integer specified as {text} but must be a positive integer{bound}. "
        raise invalid("integer-not-valid", text, message)
    return int(text)


# --- answers ---------------------------------------------------------------------------------------------------------


def to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def answer(status: int, headers: dict[str, str], value: Any) -> Response:
    return Response(status, headers, to_json(value))


def single(kind: str, message: Item) -> Response:
    return answer(200, JSON, {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message})


def failure(kind: str, text: str) -> Item:
    return {"status": "failed", "message-type": kind, "message": text}


# --- stamps ----------------------------------------------------------------------------------------------------------


def stamp(at: datetime) -> Item:
    return {
        "date-parts": [[at.year, at.month, at.day]],
        "date-time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timestamp": int(at.timestamp() * 1000),
    }


def stamped(item: Item, now: datetime) -> Item:
    """With what Crossref adds to each deposit; a work without a date of creation was created when it was published."""
    doi = str(item.get("DOI", "")).lower()
    created = item.get("created") or stamp(published(item) or now)
    deposited = item.get("deposited") or created
    indexed = item.get("indexed") or {**deposited, "version": "3.54.5"}
    added = {
        "DOI": doi,
        "URL": f"https://doi.org/{doi}",
        "prefix": doi.partition("/")[0],
        "type": "other",
        "source": "Crossref",
        "member": "0",
        "is-referenced-by-count": 0,
        "reference-count": len(item.get("reference", ())),
        "references-count": len(item.get("reference", ())),
        "score": 1,
    }
    return {**added, **item, "created": created, "deposited": deposited, "indexed": indexed}


def published(item: Item) -> datetime | None:
    """Noon of the day on which the work came out, as far as it is known."""
    for name in ("published-online", "posted", "published-print", "published", "issued"):
        day = first_day(item.get(name) or {})
        if day:
            return day.replace(hour=12)
    return None
