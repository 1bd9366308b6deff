"""The formats in which readers may take works away: names, media types, and which of them a request asks for. Pure."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Download(Struct, frozen=True):
    label: str
    writer: str
    """Of ``harvester.formats``."""
    media_type: str
    ending: str
    of_one: bool = True
    """Offered for a single work."""
    of_many: bool = False
    """Offered for a whole result or listing."""
    profile: str = ""


DOWNLOADS: Final = {
    "ris": Download(
        "RIS (EndNote, Zotero, Mendeley)", "ris", "application/x-research-info-systems", "ris", of_many=True
    ),
    "bibtex": Download("BibTeX", "bibtex", "application/x-bibtex", "bib", of_many=True),
    "csl": Download("CSL-JSON", "csl_json", "application/vnd.citationstyles.csl+json", "csl.json", of_many=True),
    "csv": Download("CSV (spreadsheet)", "csv", "text/csv", "csv", of_one=False, of_many=True),
    "jsonld": Download("schema.org", "schema_org", "application/ld+json", "jsonld", profile="https://schema.org"),
    "datacite": Download("DataCite", "datacite", "application/vnd.datacite.datacite+xml", "datacite.xml"),
    "marcxml": Download("MARCXML", "marcxml", "application/marcxml+xml", "marc.xml"),
    "mods": Download("MODS", "mods", "application/mods+xml", "mods.xml"),
    "dc": Download(
        "Dublin Core", "oai_dc", "application/xml", "dc.xml", profile="http://www.openarchives.org/OAI/2.0/oai_dc/"
    ),
    "json": Download("JSON, with the source of each value", "jsonl", "application/json", "json"),
}
"""Name, as in ``?format=ris`` -> what it is."""


def of_many() -> dict[str, Download]:
    return {name: download for name, download in DOWNLOADS.items() if download.of_many}


_HTML: Final = "html"


def negotiated(accept: str) -> str | None:
    """Which format an ``Accept`` header asks for (RFC 9110, 12.5.1): a name of ``DOWNLOADS``, or ``html``; None: none we have.

    Browsers, and whoever takes anything, get the page.

    >>> negotiated("application/x-bibtex"), negotiated("text/html,application/xml;q=0.9,*/*;q=0.8"), negotiated("image/png")
    ('bibtex', 'html', None)
    """
    types = {"text/html": _HTML, "application/xhtml+xml": _HTML, "text/*": _HTML, "*/*": _HTML} | {
        "application/*": "json",
        "text/x-bibliography": _HTML,
        "application/x-ris": "ris",
    }
    types |= {download.media_type: name for name, download in reversed(DOWNLOADS.items()) if download.of_one}
    if not accept.strip():
        return _HTML
    wanted: list[tuple[float, str]] = []
    for part in accept[:4000].split(",")[:50]:
        type_, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:6])
                except ValueError:
                    quality = 0.0
        if type_ in types and quality > 0:
            wanted.append((quality, types[type_]))
    best = max((quality for quality, _ in wanted), default=0.0)
    chosen = [name for quality, name in wanted if quality == best]
    return _HTML if _HTML in chosen else next(iter(chosen), None)
