"""The one XML parser of the program: strict, without entities, network or DTD.

Never with ``recover``: it returns a page that was cut in the middle of a record as if it were whole. Never with
``huge_tree``: libxml2's limits (256 levels, 10 MB a text) are what stands between us and a page made to hurt.
"""

from __future__ import annotations

import re

from lxml import etree

from harvester.errors import RecordError

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_DOCTYPE = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE", re.DOTALL)


def parse(data: bytes) -> etree._Element:
    """The root element of a document. RecordError where it is not well-formed, or carries a DOCTYPE (OAI-PMH has none)."""
    if b"<!DOCTYPE" in data and _DOCTYPE.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise RecordError("has a DOCTYPE, which is refused")  # before libxml2 reads what it declares
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RecordError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that the look above cannot read
        raise RecordError("has a DOCTYPE, which is refused")
    return root
