"""junii2. Crosswalk: ``crosswalks/junii2.toml``."""

from __future__ import annotations

import re

from lxml import etree
from msgspec import structs

from harvester.clean import identifiers
from harvester.clean.organisations import CJK
from harvester.formats import platforms, rules, tree
from harvester.formats.crosswalk import crosswalk
from harvester.formats.draft import Draft, begin
from harvester.formats.rules import links, people, terms, theses
from harvester.formats.rules.qualified import join_dates
from harvester.formats.tree import attribute_of, said
from harvester.formats.xml import local, metadata, text_of
from harvester.record import Json, RawRecord, Record, Step

_VERSIONS = {"author": "AM", "publisher": "VoR"}
"""``textversion``; ``ETD`` and ``none`` name no version."""
_CONFIDENCE = re.compile(r"-1|[0-6]00|0")
"""How sure DSpace is of an authority."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    root = metadata(raw.payload, raw.context, crosswalk("junii2").roots)
    dialect = dialect or platforms.guess(raw, root)
    draft = begin(raw, dialect, trace)
    tree.walk(root, tree.branches(crosswalk("junii2", dialect)), draft)
    join_dates(draft)
    theses.settle_thesis(draft)
    _join_pages(draft)
    _join_scripts(draft, root)
    _settle_ncid(draft)
    return draft.finish()


def name_like(draft: Draft, sent: str, rule: str) -> Json:
    """DSpace's stylesheet sends authority keys and their confidence, ``600``, as further publishers and descriptions."""
    if _CONFIDENCE.fullmatch(sent):
        return None
    name, _, argument = rule.partition(" ")
    return rules.bind(name, argument)(draft, sent)


def researcher(draft: Draft, node: etree._Element) -> Json:
    """``id``: a number of Japan's researchers, or an ORCID iD."""
    sent, given = said(draft, node), attribute_of(node, "id")
    found = people.person(draft, sent) if sent else None
    if given and found is not None:
        if (orcid := identifiers.orcid(given)) is not None:
            draft.contributors[-1] = structs.replace(draft.contributors[-1], orcid=orcid)
        else:
            draft.extra.setdefault("creator/@id", []).append(given)
    return found


def numbered(draft: Draft, sent: str, database: str) -> Json:
    """The number of a record in a database, sent as its address there."""
    return links.local(draft, sent.rstrip("/").rpartition("/")[2], database)


def text_version(draft: Draft, sent: str) -> Json:
    stage = _VERSIONS.get(sent.lower())
    return draft.set("version", stage) if stage else terms.version(draft, sent)


def _join_pages(draft: Draft) -> None:
    values = draft.values
    if "pages" not in values and "start_page" in values:
        first, last = values["start_page"], values.get("end_page")
        values["pages"] = f"{first}-{last}" if last and last != first else first


def _join_scripts(draft: Draft, root: etree._Element) -> None:
    """Authors who come once in Japanese and once in English, told by ``lang``: the names that come second are kept unmapped.

    Only where every author comes in both: of two Japanese and two foreigners each would come once.
    """
    tongues = [attribute_of(node, "lang")[:2] for node in root if local(node) == "creator" and text_of(node).strip()]
    authors = [c for c in draft.contributors if c.role == "author"]
    if (
        len(authors) != len(tongues)
        or tongues.count("ja") * 2 != len(tongues)
        or tongues.count("en") * 2 != len(tongues)
    ):
        return
    japanese = [bool(CJK.search(c.name)) for c in authors]
    if authors and japanese == [tongue == "ja" for tongue in tongues]:
        second = [c for c, of in zip(authors, japanese, strict=True) if of != japanese[0]]
        draft.contributors[:] = [c for c in draft.contributors if c not in second]
        draft.extra.setdefault("creator", []).extend(c.raw or c.name for c in second)


def _settle_ncid(draft: Draft) -> None:
    """The number in Japan's union catalogue is that of the journal, where the record names one."""
    for key, known in draft.identifiers.items():
        if known.value.startswith("ncid:") and "title" in draft.container:
            draft.identifiers[key] = structs.replace(known, relation="container")
