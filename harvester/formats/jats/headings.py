"""Headings of the table of contents: they say what an article is, or what it is about, or nothing of either."""

from __future__ import annotations

import re

from lxml import etree

from harvester.clean import text, types
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.jats.texts import inner, vocabulary
from harvester.formats.rules import words
from harvester.formats.tree import attribute_of, children
from harvester.formats.xml import local
from harvester.record import Json

_OF_TYPE = re.compile(r"display-channel|(?:article|author)-?type|^type$|badge")
_HEADING = re.compile(rf"{_OF_TYPE.pattern}|heading$|toc")
_CODE = re.compile(r"\d+|AcademicSubjects/\w+|(?:/\d+)+")
"""Numbers of collections at HighWire, at Oxford and at Nature."""


def categories(draft: Draft, node: etree._Element) -> Json:
    """Headings of the table of contents, which may say what the article is, and disciplines; groups nest."""
    kind = attribute_of(node, "subj-group-type").lower()
    found: list[Json] = []
    for child in node:
        if local(child) == "subj-group":
            if kind and not attribute_of(child, "subj-group-type"):
                child.set("subj-group-type", kind)
            found.append(categories(draft, child))
        elif local(child) in ("subject", "compound-subject") and (sent := sound(draft, inner(_labelled(child)))):
            found.append(_heading(draft, sent, kind))
    return found or True


def _heading(draft: Draft, sent: str, kind: str) -> Json:
    label = text.plain(sent)
    if _CODE.fullmatch(label):
        draft.extra.setdefault(draft.path, []).append(label)
        return label
    may_be_type = not kind or _HEADING.search(kind) is not None
    meant = _type(label) if may_be_type else None
    head, _, rest = label.partition(": ")
    if may_be_type and meant is None and rest and (meant := _type(head)):
        words.subject(draft, rest)  # Wolters Kluwer: ``Original Articles: Pancreas``
    if meant is None and not _OF_TYPE.search(kind) and not (may_be_type and _says_nothing(label)):
        return words.subject(draft, sent)
    draft.type_raw.append(label)
    if meant is None:
        return label
    draft.types.append((2 if meant in vocabulary("headings")["believed"] else 0, meant))
    return meant


def _type(label: str) -> str | None:
    """The type that a heading names, in the plural too: ``Short Communications``, ``Commentaries``."""
    if (found := types.resource_type(label)) is not None or not label.endswith("s"):
        return found
    found = types.resource_type(re.sub(r"s$", "", re.sub(r"ies$", "y", label)))
    return found if found and found in vocabulary("headings")["several"] else None


def _says_nothing(label: str) -> bool:
    """Whether a heading only says that something stands below it: ``New Results``, ``Contributed Papers``."""
    return label.casefold() in vocabulary("headings")["plain"]


def _labelled(node: etree._Element) -> etree._Element:
    """Of a code and its label, the label: the last part, where none says that it is it."""
    parts = list(children(node, "compound-subject-part"))
    return next((part for part in parts if attribute_of(part, "content-type") == "label"), parts[-1] if parts else node)
