"""One answer of an OAI-PMH server: what it holds, or why it is none.

A page is good only if it is whole: the root is ``OAI-PMH``, the element of the verb that was asked for is there, and both
are closed. It is parsed strictly. Where that fails, it is read record by record, so that one broken record costs one
record. Errors and tokens are looked for only where the specification puts them: metadata may hold elements of these names.
"""

from __future__ import annotations

import html
import re
from hashlib import blake2b

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from harvester.errors import ProtocolError, RecordError
from harvester.formats import xml
from harvester.formats.encodings import decode
from harvester.formats.xml import local
from harvester.record import Broken, RawRecord
from harvester.sources.oai_pmh import mend, slices, stranger

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*:)?OAI-PMH(?=[\s>/])")
_MENDABLE = 20_000
"""So many records of a broken page are looked at one by one: real pages hold up to some thousands."""
_DECLARATIONS = 1 << 16
_ITEMS = {"ListRecords": "record", "GetRecord": "record", "ListIdentifiers": "header"}


class Unfit(Exception):  # says what the answer is
    """Not an answer to what was asked, but the next one may be.

    ``whole``: it is not the connection's fault. ``wall``: it is there to keep robots out, and asking again is rude.
    """

    def __init__(self, reason: str, *, whole: bool = True, wall: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.whole = whole
        self.wall = wall


class Token(Struct, frozen=True):
    text: str
    size: int | None = None
    """completeListSize: how many records the whole list has, where the server says so."""


class Envelope(Struct, frozen=True, kw_only=True):
    root: etree._Element
    element: etree._Element | None
    """That of the verb; None beside an error."""
    responded: str
    """responseDate, as sent."""
    errors: tuple[tuple[str, str], ...] = ()
    """(code, text)"""
    token: Token | None = None
    records: tuple[RawRecord, ...] = ()
    """Of ListIdentifiers: without payload."""
    broken: tuple[Broken, ...] = ()
    repairs: tuple[str, ...] = ()
    """Of the page; those of a record are with the record."""


class Asked(Struct, frozen=True):
    """What a page is the answer to."""

    verb: str
    source: str = ""
    prefix: str = ""


def read(body: bytes, asked: Asked, content_type: str = "") -> Envelope:
    """What an answer holds. Unfit where it is none; ProtocolError where it is one that is refused."""
    body, notes = mend.as_utf8(body)
    match = _ROOT.search(body)
    if match is None:
        reason, wall = stranger.described(body, content_type)
        raise Unfit(reason, wall=wall)
    _refuse_doctype(body[: match.start()])
    try:
        return _whole(xml.parse(body), body, asked, notes)
    except RecordError:
        body, trimmed = _trimmed(body, match)
    if trimmed:
        notes = [*notes, trimmed]
        try:
            return _whole(xml.parse(body), body, asked, notes)
        except RecordError:
            pass  # more is wrong than what surrounded it
    return _record_by_record(body, asked, notes)


def digest(payload: bytes, datestamp: str) -> bytes:
    """What counts as a change of a record: every byte of it but the datestamp of its header.

    Repositories stamp whole collections anew when they rebuild an index; sets and status do count.

    >>> a = digest(b"<header><datestamp>2020-01-01</datestamp></header>", "2020-01-01")
    >>> a == digest(b"<header><datestamp>2021-12-31</datestamp></header>", "2021-12-31")
    True
    """
    head, _, tail = payload.partition(b">" + datestamp.encode() + b"<")
    hashed = blake2b(head, digest_size=16)
    hashed.update(tail)
    return hashed.digest()


# --- whole pages -----------------------------------------------------------------------------------------------------


def _whole(root: etree._Element, body: bytes, asked: Asked, notes: list[str]) -> Envelope:
    frame = _frame(root, asked.verb, notes)
    if frame.element is None or asked.verb not in _ITEMS:
        return frame
    elements = [child for child in frame.element if local(child) == _ITEMS[asked.verb]]
    if asked.verb == "ListIdentifiers":
        return _filled(frame, [raw_record(asked, header, b"", "") for header in elements], notes)
    if not elements:
        return frame
    prefix = elements[0].prefix
    cut = slices.cut(body, prefix, len(elements)) if all(e.prefix == prefix for e in elements) else None
    if cut is None:
        notes = [*notes, "its records could not be cut out as they were sent; they were written anew"]
        cut = [etree.tostring(element, encoding="utf-8", with_tail=False) for element in elements]
    context = _context(frame.element)
    found = [raw_record(asked, _header(e), payload, context) for e, payload in zip(elements, cut, strict=True)]
    return _filled(frame, found, notes)


def _context(element: etree._Element) -> str:
    """The namespaces in scope of the records. They are parsed with each record, so that there is a bound to them."""
    context = slices.context(element)
    if len(context) > _DECLARATIONS:
        raise Unfit(f"declares {len(element.nsmap)} namespaces around its records")
    return context


def _filled(frame: Envelope, found: list[RawRecord | Broken], notes: list[str]) -> Envelope:
    return replace(
        frame,
        records=tuple(record for record in found if isinstance(record, RawRecord)),
        broken=tuple(record for record in found if isinstance(record, Broken)),
        repairs=tuple(notes),
    )


def _frame(root: etree._Element, verb: str, notes: list[str]) -> Envelope:
    """Everything but the records."""
    if local(root) != "OAI-PMH":
        raise Unfit(f"is not an OAI-PMH answer but a <{local(root)}> document")
    if root.tag != f"{{{NAMESPACE}}}OAI-PMH":
        notes.append(f"its namespace is {etree.QName(root).namespace or 'missing'}")
    element = responded = None
    errors: list[tuple[str, str]] = []
    for child in root:
        name = local(child)
        if name == verb:
            element = child
        elif name == "error":
            errors.append((child.get("code", "").strip(), " ".join(xml.text_of(child).split())))
        elif name == "responseDate":
            responded = (child.text or "").strip()
    if element is None and not errors:
        found = ", ".join(f"<{local(c)}>" for c in root if local(c) not in ("responseDate", "request"))
        raise Unfit(f"holds no <{verb}> but {found or 'nothing'}")
    return Envelope(
        root=root,
        element=element,
        responded=responded or "",
        errors=tuple(errors) if element is None or not len(element) else (),
        token=None if element is None else _token(element),
        repairs=tuple(notes),
    )


def _token(element: etree._Element) -> Token | None:
    for child in element:
        if local(child) == "resumptionToken":
            size = child.get("completeListSize", "").strip()
            return Token(xml.text_of(child).strip(), int(size) if size.isdecimal() and len(size) < 12 else None)
    return None


def _header(record: etree._Element) -> etree._Element | None:
    return next((child for child in record if local(child) == "header"), None)


def raw_record(
    asked: Asked, header: etree._Element | None, payload: bytes, context: str, repairs: tuple[str, ...] = ()
) -> RawRecord | Broken:
    """A record by its header, in the format that was asked for."""
    if header is None:
        return Broken(identifier="", format=asked.prefix, reason="has no header", element="header", payload=payload)
    identifier = stamp = ""
    sets: list[str] = []
    for child in header:
        name = local(child)
        if name == "identifier":
            identifier = " ".join(xml.text_of(child).split())
        elif name == "datestamp":
            stamp = child.text or ""
        elif name == "setSpec" and child.text:
            sets.append(child.text.strip())
    if not identifier:
        reason = "has no identifier"
        return Broken(identifier="", format=asked.prefix, reason=reason, element="header/identifier", payload=payload)
    return RawRecord(
        source=asked.source,
        identifier=identifier,
        format=asked.prefix,
        payload=payload,
        context=context,
        datestamp=stamp.strip(),
        deleted=header.get("status", "").strip().lower() == "deleted",
        sets=tuple(sets),
        repairs=repairs,
        digest=digest(payload, stamp),
    )


# --- what is not well-formed -----------------------------------------------------------------------------------------


def _trimmed(body: bytes, root: re.Match[bytes]) -> tuple[bytes, str]:
    """The document without what surrounds it, such as the notices of PHP. Unfit where it has no end."""
    end = _end(body, root)
    before, after = body[: root.start()], body[end:]
    around = [side for side, junk in (("before", _no_prolog(before)), ("after", after)) if junk.strip()]
    note = f"text {' and '.join(around)} the document was removed" if around else ""
    if not note and before.startswith((b" ", b"\t", b"\r", b"\n")):
        note = "blank space before the document was removed"
    return body[root.start() : end], note


def _end(body: bytes, root: re.Match[bytes]) -> int:
    """Behind the last end tag of the root. One in a comment or in CDATA is text; if that is not closed, the page was cut."""
    token = re.compile(rb"(?P<end></" + re.escape(root[1] or b"") + rb"OAI-PMH\s*>)|<!--|<!\[CDATA\[")
    end = at = 0
    while match := token.search(body, at):
        at = match.end()
        if match["end"]:
            end = at
            continue
        at = body.find(b"-->" if match[0] == b"<!--" else b"]]>", at)
        if at < 0:
            break
    if not end:
        raise Unfit("is cut off: the end of the document is missing", whole=False)
    return end


def _no_prolog(before: bytes) -> bytes:
    """Without declarations and comments. Linear, also where thousands of them are opened and none is closed."""
    kept: list[bytes] = []
    at = 0
    while opening := re.compile(rb"<\?|<!--").search(before, at):
        closing = b"?>" if opening[0] == b"<?" else b"-->"
        end = before.find(closing, opening.end())
        if end < 0:
            break
        kept.append(before[at : opening.start()])
        at = end + len(closing)
    return b"".join([*kept, before[at:]])


def _record_by_record(body: bytes, asked: Asked, notes: list[str]) -> Envelope:
    """A page that cannot be parsed whole: its frame, and each of its records by itself."""
    if asked.verb not in ("ListRecords", "GetRecord"):
        return _frame(_mended(body, notes), asked.verb, notes)
    spans = _spans(body, asked.verb)
    gaps = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(body)], strict=True)
    frame = _frame(_mended(b"".join(body[a:b] for a, b in gaps), notes), asked.verb, notes)
    if frame.element is None:
        return frame
    context = _context(frame.element)
    return _filled(frame, [_single(asked, body[start:end], context) for start, end in spans], notes)


def _single(asked: Asked, data: bytes, context: str) -> RawRecord | Broken:
    try:
        return raw_record(asked, _header(xml.wrap(data, context)), data, context)
    except RecordError:
        pass  # mended below
    try:
        element, mended, context, repairs = mend.mended(data, context)
    except RecordError as error:
        found = re.search(rb"<(?:[\w.-]+:)?identifier(?:\s[^>]*)?>([^<]{1,500})<", data)
        identifier = " ".join(html.unescape(decode(found[1])[0]).split()) if found else ""
        return Broken(identifier=identifier, format=asked.prefix, reason=error.reason, payload=data)
    return raw_record(asked, _header(element), mended, context, tuple(repairs))


def _mended(data: bytes, notes: list[str]) -> etree._Element:
    try:
        return xml.parse(data)
    except RecordError:
        pass  # mended below
    try:
        element, _, _, repairs = mend.mended(data, "")
    except RecordError as error:
        raise Unfit(error.reason) from error
    notes += repairs
    return element


def _spans(body: bytes, verb: str) -> list[tuple[int, int]]:
    """Where the records of a broken page stand: each begins with ``<record><header`` and ends before the next one.

    The first one behind the verb counts with any beginning. Unfit where the page is not closed in order, or its last record
    is not: what would follow it, a token perhaps, could not be told from it.
    """
    body = slices.blanked(body)
    prefix = rb"(?:[A-Za-z_][\w.-]*:)?"
    end = re.search(rb"</" + prefix + verb.encode() + rb"\s*>\s*</" + prefix + rb"OAI-PMH\s*>\s*$", body)
    if end is None:
        raise Unfit("is broken, and not closed as it should be", whole=False)
    tag = rb"<" + prefix + rb"record(?:\s[^<>]*)?>"
    starts = [m.start() for m in re.finditer(tag + rb"\s*<" + prefix + rb"header(?=[\s>/])", body)]
    first = re.search(rb"<" + prefix + verb.encode() + rb"(?:\s[^<>]*)?>\s*(" + tag + rb")", body)
    if first and first.start(1) not in starts[:1]:
        starts.insert(0, first.start(1))
    if len(starts) > _MENDABLE:
        raise Unfit(f"is broken, and has {len(starts)} beginnings of records")
    closes = [m.end() for m in re.finditer(rb"</" + prefix + rb"record\s*>", body)]
    spans = []
    at = 0
    for start, following in zip(starts, [*starts[1:], end.start()], strict=bool(starts)):
        last = following
        closed = False
        while at < len(closes) and closes[at] <= following:
            if closes[at] > start:
                last, closed = closes[at], True
            at += 1
        if not closed and following == end.start():
            raise Unfit("is broken, and its last record is not closed", whole=False)
        spans.append((start, last))
    return spans


def _refuse_doctype(before: bytes) -> None:
    if b"<!DOCTYPE" in before:
        raise ProtocolError("the answer has a DOCTYPE, which OAI-PMH does not use and we refuse", excerpt=before)
