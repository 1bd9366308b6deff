"""The metadata formats that works are provided in, and the provenance of their records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from msgspec import Struct

from harvester import formats
from harvester.formats.exported import xml_text
from harvester.formats.marc.write import record as marc_record
from harvester.formats.mods.write import mods
from harvester.formats.oai_dc.write import dublin_core
from harvester.formats.work import NAMESPACE, element
from harvester.provider.protocol import XSI
from harvester.record import Work

_PROVENANCE: Final = "http://www.openarchives.org/OAI/2.0/provenance"
_UTC: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)


class Format(Struct, frozen=True):
    """A metadata format."""

    namespace: str
    schema: str
    """Where its XML schema is; what begins with a slash is below the base URL."""
    write: Callable[[Work, str], str]
    """(work, xsi:schemaLocation) -> the element."""


def _tree(build: Callable[[Work], etree._Element]) -> Callable[[Work, str], str]:
    def write(work: Work, location: str) -> str:
        root = build(work)
        root.set(f"{{{XSI}}}schemaLocation", location)
        return etree.tostring(root, encoding="unicode")

    return write


FORMATS: Final = {
    "oai_dc": Format(
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        _tree(dublin_core),
    ),
    "marcxml": Format(
        "http://www.loc.gov/MARC21/slim",
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
        marc_record,
    ),
    "mods": Format("http://www.loc.gov/mods/v3", "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd", _tree(mods)),
    "work": Format(NAMESPACE, "/work.xsd", element),
}
"""metadataPrefix -> format."""


class Origin(Struct, frozen=True):
    """A record of a repository that a work has."""

    base_url: str
    identifier: str
    datestamp: str
    format: str
    harvested: str


def provenance(origins: Iterable[Origin]) -> str:
    """``<about>`` containers, one for each record that was harvested by OAI-PMH.

    https://www.openarchives.org/OAI/2.0/guidelines-provenance.htm; the schema wants a namespace and a UTCdatetime, so records
    of formats that have none, and datestamps of another form, are passed over.
    """
    return "".join(
        f'<about><provenance xmlns="{_PROVENANCE}" xsi:schemaLocation="{_PROVENANCE} {_PROVENANCE}.xsd">'
        f'<originDescription harvestDate={quoteattr(origin.harvested)} altered="true">'
        f"<baseURL>{escape(xml_text(origin.base_url))}</baseURL>"
        f"<identifier>{escape(xml_text(origin.identifier))}</identifier>"
        f"<datestamp>{origin.datestamp}</datestamp><metadataNamespace>{escape(namespace)}</metadataNamespace>"
        "</originDescription></provenance></about>"
        for origin in origins
        if _UTC.fullmatch(origin.datestamp) and (namespace := _namespace(origin.format))
    )


@cache
def _namespace(format_: str) -> str:
    return next(iter(formats.named_in_table(formats.named(format_) or format_, "schemas")), "")
