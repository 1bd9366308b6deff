"""What a file holds, by its first bytes; its name counts only where they leave it open."""

from __future__ import annotations

import re
from typing import Final

from harvester.clean import types
from harvester.errors import RecordError

_KEY: Final = re.compile(rb'"([\w@:.-]{1,40})"\s*:')
_RIS: Final = re.compile(rb"^[ \t]{0,20}TY {0,2}-", re.MULTILINE | re.IGNORECASE)
_BIBTEX: Final = re.compile(rb"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
_LEADER: Final = re.compile(rb"\d{5}[\x20-\x7e]{7}\d{5}")
_NBIB: Final = re.compile(rb"(?:PMID ?- |OWN - )")
_OWN: Final = (
    (re.compile(rb"^(?:FN (?:Clarivate|Thomson|ISI)|VR 1\.0)", re.MULTILINE), "Web of Science"),
    (re.compile(rb"^%0 [A-Z]", re.MULTILINE), "EndNote"),
)
_OWN_JSON: Final = (
    (frozenset({b"authorships", b"display_name"}), "OpenAlex"),
    (frozenset({b"itemType", b"creators"}), "Zotero"),
    (frozenset({b"paperId"}), "Semantic Scholar"),
    (frozenset({b"resultList", b"hitCount"}), "Europe PMC"),
)
"""What CSL-JSON and Crossref have words for too, but not the same."""
_XML: Final = re.compile(rb"<\?xml\s|<(?:[\w.-]{1,50}:)?(?:OAI-PMH|ListRecords|records?)[\s>]")
"""Behind the notices of a server, or of who saved it."""
_LIST_OF_TITLES: Final = re.compile(rb'"title"\s*:\s*\[')
_TYPE: Final = re.compile(rb'"type"\s*:\s*"([a-z_-]{1,40})"')
_CROSSREF: Final = frozenset(
    {b"indexed", b"deposited", b"content-domain", b"is-referenced-by-count", b"reference-count"}
)
_CSL: Final = frozenset({b"title", b"container-title", b"issued", b"author", b"citation-key", b"id"})
_DATA: Final = (
    ".json",
    ".jsonl",
    ".ndjson",
    ".xml",
    ".csv",
    ".tsv",
    ".ris",
    ".bib",
    ".mrc",
    ".marc",
    ".nbib",
    ".enw",
    ".toml",
)


def format_of(name: str, head: bytes) -> str:
    """The format of a file, or ``xml`` for what each of its records says by itself; '' where it cannot be told.

    RecordError where it is something that certainly is no file of records.

    >>> format_of("refs.txt", b"TY  - JOUR\\r\\nAU  - Darzi, A"), format_of("x", b'{"DOI": "10.1/a", "title": ["A"]}')
    ('ris', 'crossref')
    """
    if head.startswith(b"%PDF-"):
        raise RecordError("is a PDF, and no file of records")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode(errors="replace")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<") or _XML.search(head[:4096]):
        if b"<ref-type " in head:
            raise RecordError("is in the own XML of EndNote; export it as RefMan (RIS)")
        return "xml"
    if head.startswith((b"{", b"[", b"\x1e")):
        return _json(head)
    if _LEADER.match(head) and b"\x1e" in head[:4096]:
        return "marc21"
    if _RIS.search(head):
        return "ris"
    if _BIBTEX.search(head):
        return "bibtex"
    if _NBIB.match(head):
        return "nbib"
    if own := next((whose for mark, whose in _OWN if mark.search(head[:4096])), ""):
        raise _own_format(own)
    return "csv" if _plain(name).endswith((".csv", ".tsv")) else ""


def _json(head: bytes) -> str:
    """By the keys of the first items, and what they call a work: ``journal-article`` in Crossref, ``article-journal`` in CSL."""
    keys = frozenset(_KEY.findall(head))
    if own := next((whose for marks, whose in _OWN_JSON if marks <= keys), ""):
        raise _own_format(own)
    if {b"members", b"choices", b"record"} <= keys:
        return "jsonl"
    if b"schemaVersion" in keys or b"resourceTypeGeneral" in keys or {b"attributes", b"doi"} <= keys:
        return "datacite_json"
    if {b"creators", b"titles", b"publicationYear"} <= keys:
        return "datacite_json"
    type_ = found[1].decode() if (found := _TYPE.search(head)) else ""
    in_crossref, in_csl = (types.named(scheme, type_) is not None for scheme in ("crossref", "csl"))
    if in_csl and not in_crossref and b"id" in keys:
        return "csl_json"
    if b"DOI" in keys and (_CROSSREF & keys or _LIST_OF_TITLES.search(head) or (in_crossref and not in_csl)):
        return "crossref"
    if b"type" in keys and _CSL & keys:
        return "csl_json"
    return "crossref" if b"DOI" in keys else ""


def _own_format(whose: str) -> RecordError:
    return RecordError(f"is in the own format of {whose}; export it as RIS, BibTeX or CSL JSON")


def looks_like_data(name: str) -> bool:
    """Whether a file that cannot be recognised is missed: a README in the same folder is not."""
    return _plain(name).endswith(_DATA)


def _plain(name: str) -> str:
    """The name in small letters, without the endings of packings."""
    name = name.lower()
    while name.endswith((".gz", ".zst", ".bz2", ".xz")):
        name = name.rpartition(".")[0]
    return name
