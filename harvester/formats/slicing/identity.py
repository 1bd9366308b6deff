"""What an XML record calls itself, where no header of OAI-PMH says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from harvester import formats, schemas
from harvester.clean import identifiers
from harvester.formats.xml import local, text_of

_LONGEST = 300
_ADDRESS = re.compile(r"(?:urn|ark|oai|info):\S+")
_HANDLE = re.compile(r"hdl|handle", re.IGNORECASE)
"""Without a word of it, two numbers with a slash may be anything."""
_PMCID = re.compile(r"PMC\d+")
_STEP = re.compile(r"(?P<name>[^\[\]]+)(?:\[@(?P<attribute>[^=]+)=(?P<value>[^\]]+)\])?")


def format_of(root: etree._Element) -> str:
    """Our name of the format of a bare metadata document: by its namespace, else by the name of its root; '' where unknown.

    >>> from harvester.formats.xml import parse
    >>> format_of(parse(b'<m:mods xmlns:m="http://www.loc.gov/mods/v3"/>')), format_of(parse(b"<mods/>"))
    ('mods', 'mods')
    """
    return formats.named("", etree.QName(root).namespace or "") or _by_root().get(local(root), "")


@cache
def _by_root() -> dict[str, str]:
    """Root -> format; where several formats have it, the one that has it first."""
    found: dict[str, tuple[int, str]] = {}
    for name in formats.readable():
        if (schemas.folder() / "crosswalks" / f"{name}.toml").is_file():
            for position, root in enumerate(schemas.table(f"crosswalks/{name}").get("roots", ())):
                found[root] = min(found.get(root, (99, "")), (position, name))
    return {root: name for root, (_, name) in found.items()}


def identify(root: etree._Element, name: str) -> str:
    """The identifier of a record of the format ``name``; '' where it has none.

    A DOI in small letters, a number of a public scheme with that before it (``hdl:10044/1/85584``), or the record's own number.
    """
    for path in schemas.table("files")["identifiers"].get(name, ()):
        for found in _at(root, path):
            if sent := " ".join(text_of(found).split())[:_LONGEST]:
                if name == "marcxml" and (agency := next(_at(root, "controlfield[@tag=003]"), None)) is not None:
                    sent = f"{text_of(agency).strip()[:50]}:{sent}"
                return _public(sent) or (f"pmid:{sent}" if path.lower().endswith(("=pmid]", "pmid")) else sent)
    each_said = [" ".join(text_of(e).split())[:_LONGEST] for e in root.iter() if local(e).lower() == "identifier"]
    ranked = [own for each in each_said if (own := _public(each) or (each if _ADDRESS.fullmatch(each) else ""))]
    return min(ranked, key=_rank, default="")


def _public(sent: str) -> str:
    """An identifier of a public scheme, '' where it is none."""
    if doi := identifiers.doi(sent):
        return doi
    if _HANDLE.search(sent) and (handle := identifiers.handle(sent)):
        return f"hdl:{handle}"
    if _PMCID.fullmatch(sent):
        return f"pmcid:{sent}"
    return f"url:{sent}" if sent.startswith(("http://", "https://")) and " " not in sent else ""


def _rank(identifier: str) -> int:
    """DOIs first, then handles, then addresses."""
    return 0 if identifier.startswith("10.") else 1 if identifier.startswith("hdl:") else 2


def _at(element: etree._Element, path: str) -> Iterator[etree._Element]:
    step, _, rest = path.partition("/")
    wanted = _STEP.fullmatch(step)
    assert wanted is not None  # rows of a table of ours
    for child in element:
        if local(child) == wanted["name"] and (
            wanted["attribute"] is None or (child.get(wanted["attribute"]) or "").lower() == wanted["value"]
        ):
            if rest:
                yield from _at(child, rest)
            else:
                yield child
