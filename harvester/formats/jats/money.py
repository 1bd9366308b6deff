"""Rules of JATS for who paid. See ``jats``."""

from __future__ import annotations

import re

from lxml import etree
from msgspec import structs

from harvester.clean import identifiers, text
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.formats.jats.agents import meta_of, printed
from harvester.formats.rules import people
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import text_of
from harvester.record import Funding, Json

_DIGIT = re.compile(r"\d")


def award_group(draft: Draft, node: etree._Element) -> Json:
    """One funder with its awards; several funders with several awards stay unpaired."""
    begun = len(draft.funding)
    sources = [*children(node, "funding-source"), *children(node, "support-source")]
    funders = [funder for source in sources if (funder := _funder(draft, source)) is not None]
    awards = [a for sent in all_said(draft, node, "award-id") for a in _numbers(sent)]
    link = attribute_of(node, "href")
    if (of_funder := identifiers.funder_id(link) if link else None) and len(funders) == 1:  # F1000
        funders = [structs.replace(funders[0], funder_id=funders[0].funder_id or of_funder)]
    pages = ["" if of_funder else link, *(attribute_of(award, "href") for award in children(node, "award-id"))]
    page = next((url for sent in pages if sent and (url := identifiers.url(sent))), None) if len(awards) == 1 else None
    title = said(draft, node, "award-name") or said(draft, node, "award-desc") or None
    if len(funders) <= 1:
        funder = funders[0] if funders else Funding()
        rows = [structs.replace(funder, award_number=a, award_title=title, award_url=page) for a in awards]
        rows = rows or [structs.replace(funder, award_title=title)]
    elif len(awards) == 1 and not title:
        rows = [*funders, Funding(award_number=awards[0])]
    else:
        rows = [*funders, *(Funding(award_number=a) for a in awards), *([Funding(award_title=title)] if title else [])]
    for row in rows:
        if row != Funding():
            draft.put(draft.funding, row)
    return draft.funding[begun:] or True


def _numbers(sent: str) -> list[str]:
    """The numbers in ``[098051]`` and ``MR/1; MR/2``, in which each has a digit."""
    plain = text.plain(sent)
    if plain[:1] == "[" and plain.find("]") == len(plain) - 1:
        plain = plain[1:-1].strip()
    several = [part.strip() for part in plain.split(";") if part.strip()]
    return several if all(map(_DIGIT.search, several)) else [plain]


def funding_source(draft: Draft, node: etree._Element) -> Json:
    found = _funder(draft, node)
    return draft.put(draft.funding, found) if found else True


def contract_sponsor(draft: Draft, node: etree._Element) -> Json:
    """NLM 2: a funder; a contract that names it by its id belongs to it."""
    found = _funder(draft, node)
    if found is None:
        return True
    identifier = attribute_of(node, "id")
    meta = meta_of(node)
    numbers = [
        n
        for n in meta.iter("{*}contract-num", "{*}grant-num")
        if identifier and identifier in attribute_of(n, "rid").split()
    ]
    awards = [text.plain(sent) for n in numbers if (sent := said(draft, n))]
    for award in awards:
        draft.put(draft.funding, structs.replace(found, award_number=award))
    return awards or draft.put(draft.funding, found)


def contract_number(draft: Draft, node: etree._Element) -> Json:
    sent = said(draft, node)
    if not sent or any(
        attribute_of(s, "id") in attribute_of(node, "rid").split()
        for s in meta_of(node).iter("{*}contract-sponsor", "{*}grant-sponsor")
    ):
        return sent or True
    return people.award(draft, sent)


def _funder(draft: Draft, node: etree._Element) -> Funding | None:
    within = node.iter("{*}institution-id", "{*}named-content")
    ids = [attribute_of(node, "href"), *(text_of(i).strip() for i in within)]
    found = next((f for sent in ids if sent and (f := identifiers.funder_id(sent))), None)
    name = text.plain(sound(draft, printed(node))).strip(" ,;")
    return Funding(funder_name=name or None, funder_id=found) if name or found else None
