"""The files of a DSpace item as xoai lists them: bundle, bitstreams, and who may read each from when on."""

from __future__ import annotations

from functools import cache

from lxml import etree

from harvester import schemas
from harvester.clean import identifiers, rights, text
from harvester.formats.draft import Draft
from harvester.formats.xml import text_of
from harvester.record import File, Step

_BUNDLE = "ORIGINAL"
"""What people may read. LICENSE, TEXT, THUMBNAIL and the like are DSpace's own."""


def files(draft: Draft, bundles: etree._Element) -> None:
    """Every bitstream of the bundle ORIGINAL, in order; the first embargo that ends in the future is the item's."""
    for bundle in bundles:
        if _fields(bundle).get("name") != _BUNDLE:
            continue
        for bitstream in bundle.iter("{*}element"):
            if bitstream.get("name") == "bitstream":
                found = _file(bitstream, draft.raw.datestamp)
                draft.files.append(found)
                if draft.trace is not None:
                    name = found.name or ""
                    draft.trace.append(Step("bundles.ORIGINAL.bitstream", name, "files", "bitstream", name))
    ends = [f.embargo_until for f in draft.files if f.embargo_until and f.access == "embargoed"]
    if ends:
        draft.values.setdefault("embargo_until", min(ends))
        draft.values.setdefault("access", "embargoed")


def _file(bitstream: etree._Element, as_of: str) -> File:
    fields = _fields(bitstream)
    description = text.plain(fields.get("description", "")) or None
    mime = fields.get("format", "").partition(";")[0].strip() or None
    size = int(fields["size"]) if fields.get("size", "").isascii() and fields.get("size", "").isdigit() else None
    access, until = _access(bitstream, as_of)
    return File(
        url=identifiers.url(fields["url"]) if "url" in fields else None,
        name=fields.get("name") or fields.get("originalName"),
        description=description,
        version=rights.version(description) if description else None,
        mime=mime,
        format_label=format_label(mime) if mime else None,
        size=size,
        size_label=size_label(size) if size is not None else None,
        checksum=fields.get("checksum"),
        checksum_type=fields.get("checksumAlgorithm"),
        access=access,
        embargo_until=until,
        primary=True if fields.get("primary", "").lower() == "true" else None,
    )


def _access(bitstream: etree._Element, as_of: str) -> tuple[str | None, str | None]:
    """From the resource policies: open, embargoed until a day, restricted; (None, None) where none are given.

    Whether a start date lies ahead is judged as of the record's datestamp, so that the same bytes always read the same;
    who shows it compares ``embargo_until`` with today.
    """
    policies = [_fields(e) for e in bitstream.iter("{*}element") if e.get("name") == "resourcePolicy"]
    reads = [p for p in policies if p.get("action", "READ").upper() == "READ"]
    if not reads:
        return None, None
    anonymous = [p for p in reads if p.get("group", "").lower() == "anonymous"]
    if not anonymous:
        return "restricted", None
    starts = [p.get("start-date", "") for p in anonymous]
    sent = [start for start in starts if not rights.for_good(start)]
    if not sent:
        return "restricted", None
    known = [start for start in map(rights.embargo_day, sent) if start is not None]
    if len(known) < len(sent):
        return "open", None
    until = min(known)
    return ("embargoed" if until > as_of[:10] else "open"), until


def _fields(element: etree._Element) -> dict[str, str]:
    """The fields of an element itself, by name; blank ones left out."""
    found = {c.get("name", ""): text_of(c).strip() for c in element.iterchildren("{*}field")}
    return {name: value for name, value in found.items() if value}


def size_label(size: int) -> str:
    """As DSpace shows it, which counts 1024 bytes a kB.

    >>> size_label(95130), size_label(449), size_label(31105110)
    ('92.9 kB', '449 B', '29.7 MB')
    """
    if size < 1024:
        return f"{size} B"
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1024
        if amount < 1024 or unit == "GB":
            break
    return f"{amount:.1f} {unit}"


@cache
def _labels() -> dict[str, str]:
    return {mime: row["label"] for row in schemas.table("vocabularies/media_types").values() for mime in row["types"]}


def format_label(mime: str) -> str | None:
    """What people call a media type, by ``vocabularies/media_types.toml``.

    >>> format_label("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    'Microsoft Word'
    """
    return _labels().get(mime.lower())
