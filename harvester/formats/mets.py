"""METS: a description in a format of its own, and the files with their checksums. Crosswalk: ``crosswalks/mets.toml``.

DSpace's stylesheet lies here and there: its OBJID begins with a line break and tabs, its abstract comes a second time as a
note, and several values of a field are written as one (``RDB04n/a``).
https://github.com/DSpace/DSpace/blob/main/dspace/config/crosswalks/oai/metadataFormats/mets.xsl
"""

from __future__ import annotations

from lxml import etree

from harvester.clean import identifiers, text
from harvester.formats import mods, nested, tree
from harvester.formats.bitstreams import format_label, size_label
from harvester.formats.crosswalk import crosswalk, sound, take
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import links, terms
from harvester.formats.tree import attribute_of, children
from harvester.formats.xml import local, metadata, text_of
from harvester.record import File, Institution, Json, RawRecord, Record, Step

NOT_FOR_READERS = frozenset({
    "TEXT", "THUMBNAIL", "THUMBS", "LICENSE", "CC-LICENSE", "CC_LICENSE", "METADATA", "ORE", "SWORD", "BRANDED_PREVIEW", "OCR",
    "PRESERVATION", "FULLTEXT", "TECHNICAL", "ADMIN", "DELETED", "SUBMISSIONDOCUMENTATION",
})  # fmt: skip
_OF_PAGES = frozenset({"DEFAULT", "MIN", "MAX", "LOCAL", "PRESENTATION", "TEASER"})
"""``fileGrp@USE`` of what a repository makes or keeps for itself: extracted text, small pictures, licences."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    draft = begin(raw, dialect, trace)
    table = crosswalk("mets", dialect)
    root = metadata(raw.payload, raw.context, table.roots)
    if etree.QName(root).namespace == _VERSION_2:
        _as_version_1(root)
    _leave_the_best(root)
    tree.walk(root, tree.branches(table), draft)
    named = sound(draft, attribute_of(root, "OBJID").strip())
    if named.startswith("hdl:") and (handle := identifiers.handle(named)) is not None:
        draft.identify("handle", handle, raw=named)
    elif (known := identifiers.classify(named)) is not None and known[0] in ("doi", "handle", "oai"):
        draft.identify(*known, raw=named)
    elif named:
        take(draft, None, "@OBJID", named, None)
    sizes = {f"{file.size} bytes" for file in draft.files}
    draft.extent[:] = [
        extent for extent in draft.extent if extent not in sizes
    ]  # DSpace says the size of each file there too
    return draft.finish()


def description_section(draft: Draft, node: etree._Element) -> Json:
    """The description of the item, in whatever format it is."""
    held = _described(node)
    if held is None:
        for elsewhere in children(node, "mdRef"):
            if address := attribute_of(elsewhere, "href").strip():
                take(draft, None, "dmdSec/mdRef/@href", address, None)
        return None
    if local(held) != "xmlData":
        return local(held) if nested.describe(draft, held) else None
    if nested.is_dublin_core(held[0]):
        nested.describe_dublin_core(draft, held)
    else:
        mods.describe(draft, held)  # MODS without its root, as DSpace sent it before 1.5
    return "elements without a root"


_OF_DFG_VIEWER = "http://dfg-viewer.de/"


def of_viewer(draft: Draft, node: etree._Element) -> Json:
    """Who owns the original, the licence and the page of digitised works, as libraries write them for the DFG Viewer.

    https://dfg-viewer.de/fileadmin/groups/dfgviewer/METS-Anwendungsprofil_2.4.pdf
    """
    found: list[Json] = []
    for held in node.iter(
        f"{{{_OF_DFG_VIEWER}}}owner", f"{{{_OF_DFG_VIEWER}}}license", f"{{{_OF_DFG_VIEWER}}}presentation"
    ):
        if not (sent := sound(draft, (held.text or "").strip())):
            continue
        if local(held) == "owner":
            found.append(draft.put(draft.institutions, Institution(name=text.plain(sent))))
        elif local(held) == "license":
            found.append(terms.license_(draft, sent))
        elif identifiers.url(sent) is not None:
            found.append(links.landing(draft, sent))
    return found or "technical, and the deposit licence"


_VERSION_2 = "http://www.loc.gov/METS/v2"
_RENAMED = {"MDID": ("DMDID", "ADMID"), "LOCREF": ("href",)}


def _as_version_1(root: etree._Element) -> None:
    """METS 2 says the same in fewer words: one ``md`` for all metadata, one attribute for all that points to them.

    https://github.com/mets/METS-schema/blob/main/METS2.md
    """
    for md in list(root.iter("{*}md")):
        if attribute_of(md, "USE").upper() == "DESCRIPTIVE":
            md.tag = "dmdSec"
            root.append(md)
        elif attribute_of(md, "USE").upper() == "TECHNICAL":
            md.tag = "techMD"
            etree.SubElement(root, "amdSec").append(md)
    for part in list(root.iter("{*}structMap")):
        root.append(part)
    for files in children(root, "fileSec"):
        if loose := list(children(files, "file")):
            etree.SubElement(files, "fileGrp").extend(loose)
    for element in root.iter("*"):
        for new, olds in _RENAMED.items():
            if sent := attribute_of(element, new):
                for old in olds:
                    element.set(old, sent)


def _leave_the_best(root: etree._Element) -> None:
    """Of several forms of a description the one that says most; of those of several parts (pages, volumes) that of the whole.

    The structure names the sections of the whole; where it does not, all are taken for forms of one.
    """
    sections = list(children(root, "dmdSec"))
    known = [s for s in sections if _described(s) is not None and attribute_of(s, "STATUS").lower() != "deleted"]
    if not known:
        return  # of a format that is not read: its texts are kept
    maps = sorted(children(root, "structMap"), key=lambda m: attribute_of(m, "TYPE").upper() != "LOGICAL")
    whole = next((names for m in maps for d in m.iter("{*}div") if (names := attribute_of(d, "DMDID").split())), [])
    named = [section for section in known if attribute_of(section, "ID") in whole]
    best = max(named or known, key=_worth)
    for section in sections:
        if section is not best:
            root.remove(section)


def _worth(section: etree._Element) -> tuple[int, bool, str]:
    """The fuller form; of one form the latest that stands in the place of another (Archivematica)."""
    return _richness(section), attribute_of(section, "STATUS").startswith("update"), attribute_of(section, "CREATED")


def _richness(section: etree._Element) -> int:
    held = _described(section)
    if held is None:
        return 0
    return nested.rank(held) or (3 if nested.is_mods(held[0]) else 1)


def _described(section: etree._Element) -> etree._Element | None:
    """The description in a section, or its ``xmlData`` where the elements of MODS or Dublin Core stand there without a root."""
    for data in children(section, "mdWrap", "xmlData"):
        held = next((child for child in data if isinstance(child.tag, str)), None)
        if held is not None and nested.rank(held):
            return held
        if held is not None and (nested.is_mods(held) or nested.is_dublin_core(held)):
            return data
    return None


def file_section(draft: Draft, node: etree._Element) -> Json:
    """The files that readers are given, in order, with what PREMIS says of them where the file itself does not."""
    root = node.getparent()
    technical = _technical(root) if root is not None else {}
    pages = _pages(root) if root is not None else set()
    found = [
        one
        for group in node.iter("{*}fileGrp", "fileGrp")
        if attribute_of(group, "USE").strip().upper() not in NOT_FOR_READERS and not _is_of_pages(group)
        for file in children(group, "file")
        if attribute_of(file, "ID") not in pages and (one := _file(draft, file, technical)) is not None
    ]
    draft.files += found
    return found


def _pages(root: etree._Element) -> set[str]:
    """The files that are one page each of a digitised book, as the structure says: Kitodo has a PDF of every page."""
    return {
        attribute_of(pointer, "FILEID")
        for tree in children(root, "structMap")
        for part in tree.iter("{*}div")
        if attribute_of(part, "TYPE").lower() == "page"
        for pointer in children(part, "fptr")
    }


def _is_of_pages(group: etree._Element) -> bool:
    """Whether a group is the pages of a digitised book, as Goobi and Kitodo name theirs: one image each, in several sizes."""
    types = {attribute_of(file, "MIMETYPE").partition("/")[0] for file in children(group, "file")}
    return attribute_of(group, "USE").strip().upper() in _OF_PAGES and types == {"image"}


def _file(draft: Draft, node: etree._Element, technical: dict[str, dict[str, str]]) -> File | None:
    place = next(children(node, "FLocat"), None)
    kept: dict[str, str] = {}
    for name in attribute_of(node, "ADMID").split():
        kept |= technical.get(name, {})
    href = sound(draft, attribute_of(place, "href").strip()) if place is not None else ""
    url = file_address(href or kept.get("objectIdentifierValue", ""))
    title = attribute_of(place, "title").strip() if place is not None else ""
    name = kept.get("originalName") or title or (href if url is None and "/" not in href else "")
    if url is None and not name:
        return None
    return described_file(
        url,
        name,
        attribute_of(node, "MIMETYPE") or kept.get("formatName", ""),
        attribute_of(node, "SIZE") or kept.get("size", ""),
        attribute_of(node, "CHECKSUM").strip() or kept.get("messageDigest") or None,
        attribute_of(node, "CHECKSUMTYPE").strip() or kept.get("messageDigestAlgorithm") or None,
    )


def file_address(sent: str) -> str | None:
    """The address of a file, whose name may have blanks that nobody has escaped."""
    return identifiers.url(sent.replace(" ", "%20") if sent.startswith(("http://", "https://")) else sent)


def described_file(
    url: str | None, name: str, mime: str, size: str, checksum: str | None = None, checksum_type: str | None = None
) -> File:
    """A file by what a container says of it, with the labels that people know it by."""
    kind = mime.partition(";")[0].strip() or None
    count = int(size) if size.strip().isascii() and size.strip().isdigit() and len(size) < 16 else None
    return File(
        url=url,
        name=text.plain(name) or None,
        mime=kind,
        format_label=format_label(kind) if kind else None,
        size=count,
        size_label=size_label(count) if count is not None else None,
        checksum=checksum,
        checksum_type=checksum_type,
    )


_PREMIS = ("objectIdentifierValue", "messageDigestAlgorithm", "messageDigest", "size", "formatName", "originalName")


def _technical(root: etree._Element) -> dict[str, dict[str, str]]:
    """ID of an administrative section -> what its PREMIS says of the file."""
    found: dict[str, dict[str, str]] = {}
    for section in children(root, "amdSec"):
        for tech in children(section, "techMD"):
            said_of = {local(e): text_of(e).strip() for e in tech.iter() if local(e) in _PREMIS and text_of(e).strip()}
            for owner in (section, tech):
                if said_of and (name := attribute_of(owner, "ID")):
                    found.setdefault(name, {}).update(said_of)
    return found
