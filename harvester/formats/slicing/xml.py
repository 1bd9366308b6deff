"""XML files of records: pages of OAI-PMH, collections of any format, one document after another; cut, byte for byte.

Elements of ``_HOLDERS`` hold records, or hold what holds them; what else stands in one is a record, but for ``_FURNITURE``. A
root that is no holder is one record, unless the first element in it is a record of OAI-PMH or of a format that we know.
A record that is not closed ends where the next one begins, or where its holder ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from harvester import formats
from harvester.errors import RecordError
from harvester.formats.encodings import WINDOWS, Readable
from harvester.formats.slicing import Slice, Window

_HOLDERS: Final = frozenset(
    b"OAI-PMH Response ListRecords GetRecord records Records collection modsCollection searchRetrieveResponse recordData"
    b" pmc-articleset resources dcCollection Repository PubmedArticleSet MedlineCitationSet".split()
)
_FURNITURE: Final = frozenset(
    b"responseDate request resumptionToken error Identify ListSets ListMetadataFormats version numberOfRecords"
    b" nextRecordPosition echoedSearchRetrieveRequest diagnostics resultSetId resultSetIdleTime extraResponseData"
    b" recordSchema recordPacking recordXMLEscaping recordIdentifier recordPosition extraRecordData DeleteCitation".split()
)
"""What stands beside records and is none: of OAI-PMH, and of SRU."""
_SRU: Final = frozenset([b"recordSchema", b"recordPacking", b"recordXMLEscaping", b"recordIdentifier", b"recordData"])
"""A ``record`` that begins with one of these is the envelope of SRU, and holds the record."""
_TAG: Final = re.compile(
    rb"<(?P<end>/?)(?P<name>[^\s/>\"'<=!?]+)(?P<attributes>(?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+')*)>"
    rb"|<(?P<opaque>!--|!\[CDATA\[|\?|!DOCTYPE)"
)
_OPAQUE: Final = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_DOCTYPE: Final = re.compile(
    rb"<!DOCTYPE(?:[^\"'\[\]<>]++|\"[^\"]*+\"|'[^']*+')*(?:\[(?:[^\]\"']++|\"[^\"]*+\"|'[^']*+')*\]\s*+)?>"
)
_NAMESPACE: Final = re.compile(rb"\s(xmlns(?::[^\s=]+)?)\s*+=\s*+(\"[^\"]*+\"|'[^']*+')")
_PREFIX: Final = re.compile(rb"\smetadataPrefix\s*+=\s*+[\"']([^\"']{1,100})[\"']")
_ENTITY: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[^\W\d][\w.-]{0,50};")
_ENCODING: Final = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_DEEPEST: Final = 50
"""Holders within holders."""


_LOOKED_AHEAD: Final = 4096
"""Bytes behind a start tag in which the next one should stand."""


class _Holder(Struct):
    name: bytes
    """With its prefix."""
    namespaces: dict[bytes, bytes]
    """Declarations in scope: ``xmlns:dc`` -> the value with its quotes."""
    line: int


def slices(file: Readable) -> Iterator[Slice]:
    """The records of an XML file. RecordError where it ends before what holds them does, or is not XML.

    >>> import io
    >>> page = b'<records xmlns:dc="http://purl.org/dc/elements/1.1/"><record>1</record><record>2</record></records>'
    >>> [(found.payload, found.context) for found in slices(io.BytesIO(page))][1]
    (b'<record>2</record>', 'xmlns:dc="http://purl.org/dc/elements/1.1/"')
    """
    return _Cutter(file).records()


class _Cutter(Window):
    def __init__(self, file: Readable) -> None:
        super().__init__(file)
        self.holders: list[_Holder] = []
        self.encoding = ""
        self.prefix = ""
        """metadataPrefix of the page."""
        self.defines = False
        """Whether the DOCTYPE of the document gives names to texts."""
        self.met = False
        """Whether there was an element at all."""

    def records(self) -> Iterator[Slice]:
        while (tag := self._tag()) is not None:
            if tag["end"]:
                if self.holders and tag["name"] == self.holders[-1].name:
                    self.holders.pop()
                continue
            name = _local(tag["name"])
            if name == b"OAI-PMH" and self.holders:
                line = self.holders[0].line
                self.holders = []
                yield Slice(
                    payload=b"", line=line, fault="the document that begins here is cut off: another one follows"
                )
            yield from self._element(tag, name)
        if self.holders:
            held = self.holders[-1]
            raise RecordError(f"ends before the <{held.name.decode('utf-8', 'replace')}> of line {held.line} does")
        if not self.met:
            raise RecordError("holds no XML")

    def _element(self, tag: re.Match[bytes], name: bytes) -> Iterator[Slice]:
        self.met = True
        closed = tag["attributes"].endswith(b"/")
        declared = dict(_NAMESPACE.findall(tag["attributes"]))
        around = self.holders[-1].namespaces if self.holders else {}
        if name in (b"request", b"ListRecords") and (prefix := _PREFIX.search(tag["attributes"])):
            self.prefix = prefix[1].decode("utf-8", "replace")
        if not self.holders:
            if name.lower() == b"html":
                raise RecordError("is an HTML page, and no file of records")
            self.prefix = ""
        if name in _FURNITURE and self.holders:
            if not closed:
                self._to_the_end(tag["name"])
        elif name == b"ListIdentifiers":
            self._identifiers(tag, closed=closed)
        elif name in _HOLDERS or self._holds(tag, name, {**around, **declared}):
            if not closed:
                self.holders.append(_Holder(tag["name"], {**around, **declared}, self.line_at(tag.start())))
                if len(self.holders) > _DEEPEST:
                    raise RecordError(f"nests more than {_DEEPEST} elements around its records")
        else:
            yield self._record(tag, closed=closed)

    def _identifiers(self, tag: re.Match[bytes], *, closed: bool) -> None:
        """A list of identifiers is no records; metha keeps an empty one beside each list of records
        (https://github.com/miku/metha/blob/master/response.go)."""
        self.start = tag.start()
        if not closed:
            self._to_the_end(tag["name"])
        if b"header" in self.buffer[self.start : self.at]:
            raise RecordError("is a list of identifiers, and has no records; save the answers to ListRecords")

    def _holds(self, tag: re.Match[bytes], name: bytes, namespaces: dict[bytes, bytes]) -> bool:
        """Whether an element holds records by what comes first in it."""
        if tag["attributes"].endswith(b"/"):
            return False
        following = self._peeked(tag.end())
        if following is None or following["end"]:
            return False
        first = _local(following["name"])
        if name == b"record":
            return first in _SRU
        if self.holders or _known(tag["name"], namespaces):
            return False
        if first in (b"record", b"OAI-PMH", b"ListRecords", b"GetRecord"):
            return True
        return _known(following["name"], {**namespaces, **dict(_NAMESPACE.findall(following["attributes"]))})

    def _record(self, tag: re.Match[bytes], *, closed: bool) -> Slice:
        self.start = tag.start()
        line = self.line_at(self.start)
        fault = "" if closed else self._to_the_end(tag["name"])
        if not fault and self.defines and _ENTITY.search(self.buffer, self.start, self.at):
            fault = "uses names that the DOCTYPE of its file gives to texts, which are not looked up"
        payload, notes = _utf8(self.buffer[self.start : self.at], self.encoding)
        around = self.holders[-1].namespaces if self.holders else {}
        context, _ = _utf8(b" ".join([name + b"=" + value for name, value in sorted(around.items())]), self.encoding)
        return Slice(
            payload=payload,
            line=line,
            fault=fault,
            repairs=notes,
            context=context.decode("utf-8", "replace"),
            hint=self.prefix,
        )

    # --- the stream ----------------------------------------------------------------------------------------------------

    def _tag(self) -> re.Match[bytes] | None:
        """The next tag, behind which it goes, with some of what follows; None at the end. Steps over what is no element."""
        while True:
            found = _TAG.search(self.buffer, self.at)
            if not self.ended and (found is None or len(self.buffer) - found.end() < _LOOKED_AHEAD):
                open_ = self.buffer.rfind(b"<", self.at) if found is None else found.start()
                self.start = self.at = open_ if open_ >= 0 else len(self.buffer)
                self.more()
                continue
            if found is None:
                return None
            if not found["opaque"]:
                self.at = found.end()
                return found
            self.start = self.at = found.start()
            self._step_over(found["opaque"])

    def _step_over(self, opaque: bytes) -> None:
        """Comments, declarations, DOCTYPEs."""
        line = self.line_at(self.at)
        if opaque == b"!DOCTYPE":
            while (doctype := _DOCTYPE.match(self.buffer, self.at)) is None:
                if not self.more():
                    raise RecordError(f"has a DOCTYPE in line {line} that has no end")
            self.at = doctype.end()
            self.defines = b"<!ENTITY" in doctype[0]
            return
        if not self._behind(_OPAQUE[opaque]):
            raise RecordError(f"has a <{opaque.decode()} in line {line} that has no end")
        if self.buffer[self.start : self.start + 6].split() == [b"<?xml"]:
            declared = _ENCODING.search(self.buffer, self.start, self.at)
            self.encoding = declared[1].decode().lower() if declared else ""

    def _peeked(self, begin: int) -> re.Match[bytes] | None:
        """The tag behind a place, where it is near."""
        while (found := _TAG.search(self.buffer, begin)) is not None and found["opaque"]:
            end = self.buffer.find(_OPAQUE.get(found["opaque"], b">"), found.end())
            if end < 0:
                return None
            begin = end
        return found

    def _to_the_end(self, name: bytes) -> str:
        """Go behind the end of an element; what is wrong, where it has none."""
        end, holder = b"</" + name + b">", b"</" + self.holders[-1].name if self.holders else b""
        while (found := self.buffer.find(end, self.at)) < 0 and self.more():
            pass
        if found >= 0:
            inner = self.buffer[self.at : found]
            if not any(odd in inner for odd in (b"<" + name, b"<!", b"<?", holder) if odd):
                self.at = found + len(end)
                return ""
        return self._to_the_end_by_depth(name, holder)

    def _to_the_end_by_depth(self, name: bytes, holder: bytes) -> str:
        """The same, where the element may hold others of its name, or comments, or may not be closed at all."""
        cut = "is not whole: the file ends in the midst of it"
        token = _inner(name, holder)
        depth = 1
        while depth:
            found = token.search(self.buffer, self.at)
            ahead = 2 * len(name) + 300
            if not self.ended and (found is None or len(self.buffer) - found.start() < ahead):
                self.at = max(self.at, len(self.buffer) - ahead) if found is None else found.start()
                self.more()
                continue
            if found is None:
                self.at = len(self.buffer)
                return cut
            self.at = found.start()
            if found["next"] or found["held"]:
                return "is not closed"
            if not self._behind(_OPAQUE[found["opaque"]] if found["opaque"] else b">"):
                return cut
            if found["end"]:
                depth -= 1
            elif found["start"] and self.buffer[self.at - 2 : self.at - 1] != b"/":
                depth += 1
        return ""

    def _behind(self, mark: bytes) -> bool:
        """Go behind the next mark; False where there is none."""
        while (found := self.buffer.find(mark, self.at)) < 0:
            self.at = max(self.at, len(self.buffer) - len(mark) + 1)
            if not self.more():
                self.at = len(self.buffer)
                return False
        self.at = found + len(mark)
        return True


@lru_cache(maxsize=32)
def _inner(name: bytes, holder: bytes) -> re.Pattern[bytes]:
    """What counts within an element: another of its name, its end, the end of what holds it, a record of OAI-PMH that
    begins anew, and what hides such things."""
    quoted = re.escape(name)
    return re.compile(
        rb"<(?P<opaque>!--|!\[CDATA\[|\?)"
        rb"|(?P<next><" + quoted + rb"(?:\s[^<>]*+)?>\s*+<(?:[\w.-]{1,50}:)?header[\s/>])"
        rb"|<(?P<start>" + quoted + rb")(?=[\s/>])"
        rb"|</(?P<end>" + quoted + rb")(?=[\s/>])"
        rb"|(?P<held>" + (re.escape(holder) + rb"[\s>]" if holder else rb"(?!)") + rb")"
    )


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2]


def _known(name: bytes, namespaces: dict[bytes, bytes]) -> bool:
    """Whether an element is of the namespace of a format that we read."""
    prefix = name.rpartition(b":")[0]
    value = namespaces.get(b"xmlns:" + prefix if prefix else b"xmlns", b'""')
    return bool(formats.named("", value[1:-1].decode("utf-8", "replace")))


def _utf8(data: bytes, declared: str) -> tuple[bytes, tuple[str, ...]]:
    """A piece of a document in UTF-8, by what the document declares; and what about that was not true.

    What is valid UTF-8 is UTF-8, whatever is said of it. Latin-1 is meant as the web means it: windows-1252.
    """
    if declared in ("", "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"):
        return data, ()
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return data, () if data.isascii() else (f"is in UTF-8, though the file says {declared}",)
    if declared in ("iso-8859-1", "latin1", "us-ascii", "ascii"):
        return "".join([WINDOWS[byte] for byte in data]).encode(), ()
    try:
        return data.decode(declared).encode(), ()
    except (LookupError, UnicodeError):
        return data, (f"is not in {declared}, though the file says so",)
