"""An answer of Crossref: the list's figures, and its items as the very bytes that were received."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct, field

from harvester.formats import crossref
from harvester.record import Broken, RawRecord
from harvester.sources.crossref.mend import mended


class WorkList(Struct, frozen=True):
    """One page of works."""

    total: int
    """``total-results``: how many the whole list has."""
    items: list[bytes]
    cursor: str
    """``next-cursor``; Crossref sends one on the last page too."""


class NotAListError(Exception):
    """What came with status 200 is not a whole list of works; the text says what it is instead."""


class _Message(Struct):
    total: int = field(name="total-results")
    items: list[Raw]
    cursor: str | None = field(name="next-cursor", default=None)


class _Envelope(Struct):
    message: Raw
    status: str = "ok"
    kind: str = field(name="message-type", default="")


class _Head(Struct):
    doi: Any = field(name="DOI", default=None)
    url: Any = field(name="URL", default=None)
    indexed: Any = None


MOST: Final = 10**12
"""Works; what counts more is no count."""
_BOM: Final = b"\xef\xbb\xbf"
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)


def work_list(body: bytes) -> WorkList:
    """The list in an answer. NotAListError where it is cut, empty, HTML, or something else of Crossref's."""
    body = body.removeprefix(_BOM)
    try:
        return _decoded(body)
    except (msgspec.DecodeError, RecursionError) as error:
        # One item that no parser takes (a lone surrogate, a control character, nesting without end) costs that item only:
        # cut the items out by their brackets, and see whether the rest is sound.
        sliced = _sliced(body)
        if sliced is None:
            raise NotAListError(described(body, error)) from error
        items, rest = sliced
        try:
            return msgspec.structs.replace(_decoded(rest), items=items)
        except (msgspec.DecodeError, RecursionError):
            raise NotAListError(described(body, error)) from error


def _decoded(body: bytes) -> WorkList:
    envelope = msgspec.json.decode(body, type=_Envelope)
    if envelope.status != "ok":
        raise NotAListError(f"Crossref answers with status {envelope.status!r}: {bytes(envelope.message)[:200]!r}")
    if envelope.kind not in ("", "work-list"):
        raise NotAListError(f"the answer is a {envelope.kind!r}, not a list of works")
    message = msgspec.json.decode(envelope.message, type=_Message)
    if not 0 <= message.total <= MOST:
        raise NotAListError(f"total-results is {str(message.total)[:30]}, which no list has")
    return WorkList(message.total, [bytes(item) for item in message.items], message.cursor or "")


def single_work(body: bytes) -> bytes:
    """The work in an answer about one. NotAListError where there is none."""
    try:
        work = bytes(msgspec.json.decode(body.removeprefix(_BOM), type=_Envelope).message)
    except (msgspec.DecodeError, RecursionError) as error:
        # as in a list, what can be mended in the work does not cost it
        sound, start, end = mended(body)[0], body.find(b'"message":') + len(b'"message":'), body.rstrip().rfind(b"}")
        try:
            msgspec.json.decode(sound, type=_Envelope)
            work = body[start:end].strip()
            msgspec.json.decode(mended(work)[0])
        except (msgspec.DecodeError, RecursionError):
            raise NotAListError(described(body, error)) from error
    if not work.startswith(b"{"):
        raise NotAListError("the answer holds no work")
    return work


def _sliced(body: bytes) -> tuple[list[bytes], bytes] | None:
    """The items of ``{... "message": {... "items": [...]}}`` by counting brackets, and the answer without them."""
    if not body.rstrip().endswith(b"}"):
        return None  # cut: the usual case, so tell it without looking at every byte
    depth = 0
    key = b""
    array = start = 0
    items: list[bytes] = []
    for token in _TOKEN.finditer(body):
        sign = token[0]
        if array and depth == 3 and sign in b",]":
            items.append(body[start : token.start()].strip())
            start = token.end()
            if sign == b"]":
                return [item for item in items if item], body[:array] + body[token.start() :]
        elif sign in b"[{":
            depth += 1
            if depth > 100 and not array:
                return None
            if sign == b"[" and depth == 3 and key == b'"items"':
                array = start = token.end()
        elif sign in b"]}":
            depth -= 1
        elif depth == 2 and sign != b",":
            key = sign
    return None


def described(body: bytes, error: Exception) -> str:
    """What a body is that is not what was asked for, in words."""
    text = body[:2000].strip()
    if not text:
        return "the answer is empty"
    if text.startswith(b"<"):
        title = re.search(rb"<title[^>]*>\s*([^<]{1,200})", text, re.IGNORECASE)
        name = f" entitled {title[1].decode('utf-8', 'replace').strip()!r}" if title else ""
        return f"the answer is an HTML page{name}, not JSON"
    if not text.startswith(b"{"):
        return f"the answer is not JSON: {text[:100].decode('utf-8', 'replace')!r}"
    if isinstance(error, msgspec.ValidationError):
        return f"the answer is JSON, but not what was asked for ({error})"
    return f"the answer is cut or not sound JSON ({error})"


def records(source: str, items: list[bytes]) -> tuple[dict[str, RawRecord], list[Broken]]:
    """Items by DOI, and those that cannot be told apart by one. Of two with one DOI, the one indexed later.
    What is no sound JSON is mended where it can be."""
    found: dict[str, RawRecord] = {}
    broken: list[Broken] = []
    for item in items:
        try:
            head, payload, repairs = _head(item)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            broken.append(
                Broken(identifier=_doi_in(item), format="crossref", reason=f"not sound JSON: {error}", payload=item)
            )
            continue
        doi = head.doi.strip().lower() if isinstance(head.doi, str) else ""
        if not doi:
            url = head.url if isinstance(head.url, str) else ""
            broken.append(Broken(identifier=url, format="crossref", reason="has no DOI", element="DOI", payload=item))
            continue
        raw = RawRecord(
            source=source,
            identifier=doi,
            format="crossref",
            payload=payload,
            datestamp=_indexed(head.indexed),
            repairs=repairs,
            digest=crossref.digest(payload),
        )
        gather(found, {doi: raw})
    return found, broken


def _head(item: bytes) -> tuple[_Head, bytes, tuple[str, ...]]:
    """What an item says of itself, the item as sound JSON, and what was mended for that."""
    try:
        item.decode()
        return msgspec.json.decode(item, type=_Head), item, ()
    except (msgspec.DecodeError, UnicodeDecodeError):
        sound, repairs = mended(item)
        return msgspec.json.decode(sound, type=_Head), sound, repairs


def gather(found: dict[str, RawRecord], part: Mapping[str, RawRecord]) -> None:
    """Add records; of two with one DOI, the one indexed later stays."""
    for doi, raw in part.items():
        if doi not in found or found[doi].datestamp <= raw.datestamp:
            found[doi] = raw


def _indexed(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("date-time"), str):
        return str(value["date-time"])
    stamp = value.get("timestamp")
    if isinstance(stamp, int) and 0 <= stamp < 1 << 45:
        return datetime.fromtimestamp(stamp // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ""


def _doi_in(item: bytes) -> str:
    found = re.search(rb'"DOI"\s*:\s*"([^"\\]{1,500})"', item)
    return found[1].decode("utf-8", "replace").strip().lower() if found else ""
