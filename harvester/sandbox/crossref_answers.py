"""What the emulated Crossref API answers: envelopes, error bodies, stamps, and the ways in which an answer goes wrong."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from harvester.sandbox.crossref_filters import Item, first_day, invalid
from harvester.sandbox.server import Response

JSON: Final = {"Content-Type": "application/json"}
JSON_UTF8: Final = {"Content-Type": "application/json;charset=utf-8"}
TEXT: Final = {"Content-Type": "text/plain"}
_GATEWAY: Final = (
    b"<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n</body>\r\n</html>\r\n"
)


class Fault(Struct, frozen=True):
    """What goes wrong, and when. See ``CrossrefApp.fail``."""

    kind: str
    skip: int
    times: int
    when: str
    amount: int


def work_list(
    items: list[bytes], total: int, rows: int, asked: dict[str, str], found: Item, cursor: str, fault: Fault | None
) -> Response:
    if fault and fault.kind == "total":
        total += fault.amount
    if fault and fault.kind == "duplicate" and len(items) > 1:
        items = [*items[:-1], items[0]]
    if fault and fault.kind == "blank":
        items = []
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


def spoiled_before(fault: Fault) -> Response | None:
    """The answer of something in front of the API, which has not heard of the request."""
    match fault.kind:
        case "drop":
            return Response(cut=-1)
        case "html":
            return Response(200, {"Content-Type": "text/html"}, _GATEWAY % (b"Maintenance", b"Maintenance"))
        case "empty":
            return Response(200, JSON)
        case "text":
            return Response(200, JSON_UTF8, b"Service temporarily overloaded.")
        case "exception":
            cause = {
                "name": "class clojure.lang.ExceptionInfo",
                "message": "Response Exception",
                "stack": ["clojure.core"],
            }
            return answer(500, JSON, {"status": "error", "message-type": "exception", "message": cause})
        case "400":
            refusal = {"type": "cursor-invalid", "value": "", "message": "Cursor specified but it is invalid"}
            return answer(
                400, JSON_UTF8, {"status": "failed", "message-type": "validation-failure", "message": [refusal]}
            )
        case "429":
            return Response(429, {"Content-Type": "text/html"}, b"")
        case "retry-after":
            return Response(429, TEXT | {"Retry-After": str(fault.amount)}, b"Too many requests")
        case "403":
            return Response(403, {"Content-Type": "text/html"}, _GATEWAY % (b"403 Forbidden", b"403 Forbidden"))
        case "502" | "503" | "504":
            line = {
                "502": b"502 Bad Gateway",
                "503": b"503 Service Temporarily Unavailable",
                "504": b"504 Gateway Time-out",
            }
            return Response(int(fault.kind), {"Content-Type": "text/html"}, _GATEWAY % ((line[fault.kind],) * 2))
    return None


def spoiled_after(fault: Fault, response: Response) -> Response:
    match fault.kind:
        case "lose":
            return Response(cut=-1)
        case "cut":
            plain = response.headers | {"Content-Encoding": "identity"}
            return replace(response, headers=plain, cut=len(response.body) // 2)
        case "truncated":
            return replace(response, body=response.body[: len(response.body) // 2])
        case "slow":
            return replace(response, delay=float(fault.amount))
    return response


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
