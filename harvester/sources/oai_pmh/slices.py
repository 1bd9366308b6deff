"""The records of a page as they were sent: byte for byte, with the namespaces that were in scope.

Serialising a parsed record again would cost more than parsing it, and would not give back what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

_OPAQUE = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}


def cut(body: bytes, prefix: str | None, count: int) -> list[bytes] | None:
    """The ``count`` outermost ``record`` elements of a well-formed page, in order; None where that is not how it is built.

    ``prefix`` is the one that the page binds to the OAI-PMH namespace. A MARC record inside the metadata is a ``record``
    too; comments and CDATA may hold anything.

    >>> cut(b"<L><record>1</record><record>2<record/></record></L>", None, 2)
    [b'<record>1</record>', b'<record>2<record/></record>']
    """
    name = b"record" if not prefix else prefix.encode() + b":record"
    found = _plain(body, name, count)
    if found is None:
        found = list(_outermost(body, name))
    return found if len(found) == count else None


def _plain(body: bytes, name: bytes, count: int) -> list[bytes] | None:
    """The common case, at the speed of ``bytes.split``.

    Where as many start and end tags are seen as there are records, none of them is inside of a record, a comment or CDATA.
    """
    start, end = b"<" + name, b"</" + name + b">"
    if body.count(start) != count or body.count(end) != count:
        return None
    return [piece[piece.find(start) :] + end for piece in body.split(end)[:-1]]


def _outermost(body: bytes, name: bytes) -> Iterator[bytes]:
    """Counts depth, and steps over what is not markup. Linear, whatever the page holds."""
    token = re.compile(rb"<!--|<!\[CDATA\[|<\?|<(/?)" + re.escape(name) + rb"(?=[\s/>])")
    depth = begin = at = 0
    while match := token.search(body, at):
        opaque = _OPAQUE.get(match[0])
        if opaque:
            at = body.find(opaque, match.end())
            if at < 0:
                return
            continue
        at = body.find(b">", match.end())
        if at < 0:
            return
        if match[1]:
            depth -= 1
        elif body[at - 1 : at] != b"/":
            begin = match.start() if depth == 0 else begin
            depth += 1
            continue
        elif depth == 0:
            begin = match.start()
        if depth == 0:
            yield body[begin : at + 1]


def blanked(body: bytes) -> bytes:
    """The same, but that comments and CDATA hold nothing: to look for tags in a page that may be broken anywhere.

    What opens twice was not closed the first time, and hides nothing: else a broken record would take others with it.

    >>> blanked(b"<a><!-- <b> --></a><![CDATA[<c><![CDATA[<d>]]>")
    b'<a><!--     --></a><![CDATA[<c><![CDATA[   ]]>'
    """
    pieces: list[bytes] = []
    kept = begin = 0
    closing = b""
    for match in re.finditer(rb"<!--|-->|<!\[CDATA\[|\]\]>", body):
        wanted = _OPAQUE.get(match[0])
        if wanted and closing in (b"", wanted):
            begin, closing = match.end(), wanted
        elif match[0] == closing:
            pieces += [body[kept:begin], b" " * (match.start() - begin)]
            kept, closing = match.start(), b""
    return b"".join([*pieces, body[kept:]])


def context(element: etree._Element) -> str:
    """The namespace declarations in scope at the children of an element, as attributes of a start tag."""
    return declarations(element.nsmap)


def declarations(nsmap: dict[str | None, str]) -> str:
    """
    >>> declarations({None: "http://www.openarchives.org/OAI/2.0/", "a": "b&c"})
    'xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:a="b&amp;c"'
    """
    ordered = sorted(nsmap.items(), key=lambda item: item[0] or "")
    return " ".join(f"xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}" for prefix, uri in ordered)
