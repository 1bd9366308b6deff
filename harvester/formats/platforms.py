"""Which software a repository runs: it decides what the elements of a simple format mean. Table: ``schemas/platforms.toml``.

The operator's word (``platform`` in config.toml) comes first, then what Identify says, then the record itself, where it
leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from msgspec import Struct

from harvester import schemas
from harvester.formats.xml import local
from harvester.record import RawRecord

_HANDLE_TAIL = re.compile(r"oai:[^:]+:(\d+(?:\.\d+)*/\S+)$")
_NUMBER_TAIL = re.compile(r"oai:[^:]*:(\d+)$")
_COLLECTION_TAIL = re.compile(r"oai:[^:]*:(\w+)/(\d+)$")
_ARTICLE_TAIL = re.compile(r"oai:[^:]*:article/\d+$")
_NUMBER = re.compile(r"\d+")
_ENOUGH = 200
"""So many elements of a record are looked at; addresses stand among the first of them."""


class Marks(Struct, frozen=True):
    """One row of the table, compiled; a pattern that matches nothing where the row has none."""

    name: str
    identifiers: re.Pattern[str]
    sets: re.Pattern[str]
    identify: re.Pattern[str]
    paths: re.Pattern[str]
    formats: frozenset[str] = frozenset()


@cache
def names() -> tuple[str, ...]:
    """The platforms that can be named in config.toml."""
    return tuple(schemas.table("platforms"))


@cache
def marks() -> tuple[Marks, ...]:
    def one_of(patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{p})" for p in patterns) or r"(?!)")

    return tuple(
        [
            Marks(
                name,
                one_of(row.get("identifiers", ())),
                one_of(row.get("sets", ())),
                one_of(row.get("identify", ())),
                one_of(row.get("paths", ())),
                frozenset(row.get("formats", ())),
            )
            for name, row in schemas.table("platforms").items()
        ]
    )


def recognise(url: str, said: str, prefixes: Iterable[str] = ()) -> str:
    """By what a repository says of itself: base URL, Identify with its descriptions, metadataPrefixes; '' where it does not.

    >>> recognise("https://eprints.example.ac.uk/cgi/oai2", ""), recognise("https://x.example/oai", "", ["oai_dc", "xoai"])
    ('eprints', 'dspace')
    """
    path, text, offered = urlsplit(url).path.lower().rstrip("/"), said[:50_000].lower(), frozenset(prefixes)
    found = [m.name for m in marks() if m.formats & offered or m.identify.search(text)]
    found = found or [m.name for m in marks() if m.paths.search(path)]
    return found[0] if len(set(found)) == 1 else ""


@lru_cache(maxsize=5_000)
def _of_sets(sets: tuple[str, ...]) -> str:
    return next((m.name for spec in sets for m in marks() if m.sets.match(spec)), "")


@lru_cache(maxsize=5_000)
def _of_start(identifier: str) -> str:
    """By an OAI identifier, of whose numbers each stands for all: one repository makes them alike."""
    return next((m.name for m in marks() if m.identifiers.match(identifier)), "")


def guess(raw: RawRecord, root: etree._Element) -> str:
    """By what a record says of itself, '' where it does not.

    OAI identifiers and setSpecs of a form of their own; for DSpace also an identifier that ends in the handle that one of
    the elements gives, for EPrints in the number of a page that a relation names, or that a file stands below, for OJS one
    of an article whose page is where OJS has it, for CONTENTdm the collection and number that stand in the address.
    """
    if found := _of_sets(raw.sets) or _of_start(_NUMBER.sub("0", raw.identifier)):
        return found
    if _ARTICLE_TAIL.match(raw.identifier):
        return "ojs" if any("/article/view/" in text for _, text in _addresses(root)) else ""
    tail = _HANDLE_TAIL.match(raw.identifier) or _NUMBER_TAIL.match(raw.identifier)
    if tail is None:
        place = _COLLECTION_TAIL.match(raw.identifier)
        end = f"/collection/{place[1]}/id/{place[2]}" if place is not None else ""
        return "contentdm" if end and any(text.rstrip("/").endswith(end) for _, text in _addresses(root)) else ""
    end = "/" + tail[1]
    if "/" in tail[1]:
        return "dspace" if any(text.rstrip("/").endswith(end) for _, text in _addresses(root)) else ""
    below = f"://{raw.identifier.split(':')[1]}{end}/"
    for name, text in _addresses(root):
        document, _, file = text.partition(below)[2].partition("/")
        if (name in ("relation", "isReferencedBy") and text.rstrip("/").endswith(end)) or (document.isdigit() and file):
            return "eprints"
    return ""


def _addresses(root: etree._Element) -> Iterator[tuple[str, str]]:
    """(element, value) of what may be an address, among the first elements."""
    for child in islice(root.iter("*"), _ENOUGH):
        text = (child.text or "").strip()
        if "/" in text and " " not in text:
            yield local(child), text
