"""oai_dc, with the dialect of the platform that sent it: the same fifteen names mean different things on each.

Crosswalk: ``crosswalks/oai_dc.toml``. Where the source's platform is not configured, it is told from the record itself,
but only where the record leaves no doubt.
"""

from __future__ import annotations

import re

from lxml import etree

from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import begin
from harvester.formats.flat import walk
from harvester.formats.xml import local, metadata
from harvester.record import RawRecord, Record, Step

_DSPACE_SET = re.compile(r"(?:com|col|hdl)_[\d.]+_\d+")
_EPRINTS_SET = re.compile(r"(?:7374617475733D|7375626A656374733D|74797065733D|6469766973696F6E733D)")
"""``status=``, ``subjects=``, ``types=``, ``divisions=``: EPrints writes its setSpecs in hexadecimal."""
_HANDLE_TAIL = re.compile(r"oai:[^:]+:(\d+(?:\.\d+)*/\S+)$")
_NUMBER_TAIL = re.compile(r"oai:[^:]*:(\d+)$")


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("oai_dc").roots)
    dialect = dialect or guess(raw, root)
    draft = begin(raw, dialect, trace)
    walk(root, crosswalk("oai_dc", dialect), draft)
    return draft.finish()


def guess(raw: RawRecord, root: etree._Element) -> str:
    """``dspace``, ``eprints``, or '' where the record does not say.

    DSpace: setSpecs ``com_``, ``col_``, ``hdl_``, or an OAI identifier that ends in the handle that ``dc:identifier``
    gives. EPrints: setSpecs in hexadecimal, or a landing page in ``dc:relation`` that ends in the number of the OAI
    identifier.
    """
    for spec in raw.sets:
        if _DSPACE_SET.match(spec):
            return "dspace"
        if _EPRINTS_SET.match(spec):
            return "eprints"
    tail = _HANDLE_TAIL.match(raw.identifier) or _NUMBER_TAIL.match(raw.identifier)
    if tail is None:
        return ""
    wanted, dialect = ("identifier", "dspace") if "/" in tail[1] else ("relation", "eprints")
    for child in root:
        if local(child) == wanted and (child.text or "").strip().rstrip("/").endswith("/" + tail[1]):
            return dialect
    return ""
