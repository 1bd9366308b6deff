"""The one strict XML parser: what is not well-formed, or brings a DOCTYPE, is refused with a reason.

No entities, no network, no DTD, no recovery, and libxml2's own limits (depth 256, 10 MB a text node) stay in place: a
page or a record that needs any of these is broken or hostile, and a guess at what it meant would be stored as a fact.
"""

from __future__ import annotations

from lxml import etree

from harvester.errors import RecordError
from harvester.record import RawRecord

_BLOCKS = frozenset(["p", "div", "br", "li", "ul", "ol", "sec", "title", "tr", "h1", "h2", "h3", "h4", "h5", "h6"])
"""HTML and JATS elements that end a line: the words on their two sides are not one word."""


def _parser(*, to_show: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=not to_show,  # so that `el.text` is the whole text of a leaf, around comments too
        remove_pis=not to_show,
        remove_blank_text=to_show,
    )


_PARSER = _parser()
_PARSER_TO_SHOW = _parser(to_show=True)
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
"""``xml:lang`` as lxml has it."""


def parse(data: bytes, parser: etree.XMLParser = _PARSER) -> etree._Element:
    """The root element of a document. Raises RecordError that names line and column.

    >>> parse(b"<a>x<!-- y -->z</a>").text
    'xz'
    """
    root = _root(data, parser)
    if data[:1] == b"<" and data[1:2] not in (b"?", b"\0") and b"<!DOCTYPE" not in data:
        return root  # no declaration, no mark of UTF-16: it is UTF-8, where a DOCTYPE cannot hide
    if root.getroottree().docinfo.internalDTD is not None:
        raise RecordError("has a DOCTYPE, which neither OAI-PMH nor its metadata formats use")
    return root


def _root(data: bytes, parser: etree.XMLParser) -> etree._Element:
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise RecordError(f"is not well-formed XML: {getattr(error, 'msg', error)}") from error


def wrap(payload: bytes, context: str, parser: etree.XMLParser = _PARSER) -> etree._Element:
    """The element that a slice of a page holds, with the namespaces that were in scope where it was cut.

    ``context`` is namespace declarations as attributes of a start tag: ``xmlns:oai_dc="http://..." xmlns:dc="http://..."``.

    >>> wrap(b"<dc:title>A</dc:title>", 'xmlns:dc="http://purl.org/dc/elements/1.1/"').tag
    '{http://purl.org/dc/elements/1.1/}title'
    """
    if not context:
        return parse(payload, parser)
    sliced = b"<slice " + context.encode() + b">" + payload + b"</slice>"  # where a DOCTYPE is a syntax error
    root = _root(sliced, parser)
    if len(root) != 1:
        raise RecordError(f"is not one element but {len(root)}")
    return root[0]


def indented(payload: bytes, context: str) -> str:
    """A slice of a page for people to read, its comments and processing instructions with it; RecordError as with ``wrap``.

    >>> print(indented(b"<r:a><!-- x --><b/></r:a>", 'xmlns:r="http://example.org/"'))
    <r:a xmlns:r="http://example.org/">
      <!-- x -->
      <b/>
    </r:a>
    """
    element = wrap(payload, context, _PARSER_TO_SHOW)
    etree.indent(element)
    etree.cleanup_namespaces(element)
    return etree.tostring(element, encoding="unicode", with_tail=False)


def text_of(element: etree._Element) -> str:
    """The text of an element and all that it holds; markup that someone left unescaped counts as text.

    >>> text_of(parse(b"<d><p>One <i>of</i></p><p>two</p></d>")).split()
    ['One', 'of', 'two']
    """
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        gap = "\n\n" if local(child) in _BLOCKS else ""
        parts += [gap, text_of(child), gap, child.tail or ""]
    return "".join(parts)


def local(element: etree._Element) -> str:
    """The name without its namespace: repositories bind wrong namespaces more often than they mistake a name.

    >>> local(parse(b'<dc:dc xmlns:dc="http://example.org/"/>'))
    'dc'
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def metadata(payload: bytes, context: str, roots: frozenset[str]) -> etree._Element:
    """The root of the metadata in a slice ``<record>``, or the slice itself where it is the bare metadata.

    ``roots``: the local names that the format gives its root. RecordError where the metadata is missing or is something
    else, such as the ``<error>`` that some repositories put in its place.
    """
    record = wrap(payload, context)
    name = local(record)
    if name in roots and not any(local(part) in ("header", "metadata") for part in record):
        return record  # MARCXML and a form of DCMI terms call their own root `record` too
    if name != "record":
        raise RecordError(f"is <{name}>, not an OAI-PMH <record>", element=name)
    found = None
    for part in record:
        for child in part if local(part) == "metadata" else ():
            if local(child) in roots:
                return child
            found = child if found is None else found
    if found is None:
        raise RecordError("has no metadata, and is not marked as deleted", element="metadata")
    excerpt = " ".join(text_of(found).split())[:120]
    expected = " or ".join(f"<{name}>" for name in sorted(roots))
    raise RecordError(f"metadata holds <{local(found)}>, not {expected}: {excerpt!r}", element="metadata")


def root_namespace(raw: RawRecord) -> str:
    """The namespace of the metadata of a record, '' where it has none or is no XML: by it a format is known under any prefix."""
    try:
        record = wrap(raw.payload, raw.context)
    except RecordError:
        return ""
    held = [child for part in record if local(part) == "metadata" for child in part] or [record]
    return etree.QName(held[0]).namespace or ""
