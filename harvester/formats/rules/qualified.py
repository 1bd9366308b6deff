"""Rules for Dublin Core with refinements: elements that name the scheme of their value, in whatever way it was sent.

``xsi:type="dcterms:LCSH"`` is the way of the recommendation (https://www.dublincore.org/specifications/dublin-core/dc-xml-guidelines/),
``scheme="LCSH"`` an older one. Schemes that are not known say nothing: the value is read by its form.
"""

from __future__ import annotations

import re

from lxml import etree

from harvester.clean import citations, dates, identifiers, rights, text
from harvester.formats import exported, rules
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.formats.rules import bags, links, terms, words
from harvester.formats.tree import attribute_of, said
from harvester.record import Date, Identifier, Json, Relation

SUBJECT_SCHEMES = {
    "mesh": "mesh", "lcsh": "lcsh", "lcc": "lcc", "ddc": "ddc", "jel": "jel", "fos": "fos", "udc": "udc",
}  # fmt: skip
_PART = re.compile(r"(name|start|end|scheme)\s*=\s*([^;]*)")
"""Of DCMI Period: ``name=Term of office; start=2019; end=2024;``."""
_PAGES_LIKE = re.compile(r"(?:pp?\.? ?)?[\dA-Za-z]{1,8} ?[-\u2010-\u2015] ?[\dA-Za-z]{1,8}")
_COUNTED = re.compile(r"\d")
_EVENTS = frozenset({"accepted", "submitted", "updated", "issued", "created", "available"})
_ISBN = re.compile(r"(?:urn:isbn:|isbn(?:-1[03])?:?\s*)?[\d-]{9,16}[\dXx]$", re.IGNORECASE)
_LIST_PARTS = 200
_STOCK = {"accepted": "dateAccepted", "created": "created"}
"""Type of a date -> the term that DSpace fills with another."""


def scheme(node: etree._Element) -> str:
    """The encoding scheme that an element names, in small letters and without its prefix; '' for none.

    >>> scheme(etree.fromstring('<s xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="dcterms:LCSH"/>'))
    'lcsh'
    """
    sent = attribute_of(node, "type") or attribute_of(node, "scheme") or attribute_of(node, "authority")
    return sent.rpartition(":")[2].strip().lower()


def schemed_subject(draft: Draft, node: etree._Element) -> Json:
    sent = said(draft, node)
    if not sent:
        return None
    return words.subject(draft, sent, SUBJECT_SCHEMES.get(scheme(node), ""))


def schemed_identifier(draft: Draft, node: etree._Element) -> Json:
    """By its scheme where that is one of ours, else by its form."""
    sent = said(draft, node)
    named = scheme(node)
    if not sent:
        return None
    if named == "doi":
        return links.doi(draft, sent)
    if named == "issn":
        return links.issn(draft, sent)
    if named == "isbn":
        return links.isbn(draft, sent)
    return bags.bag(draft, sent)


def landing(draft: Draft, sent: str) -> Json:
    """The page about the work; a handle or DOI in this place is the work's own, and its address the page."""
    found = links.form(sent)
    if found is not None and found[0] in ("handle", "doi"):
        known = links.classified(draft, sent, found)
        if sent.startswith("http") and isinstance(known, Identifier) and known.relation == "self":
            draft.landing = draft.landing or sent
        return known
    return links.landing(draft, sent)


def listed(draft: Draft, sent: str, rule: str) -> Json:
    """Several values in one, divided by semicolons: each goes through another rule. CONTENTdm sends most elements so."""
    name, _, argument = rule.partition(" ")
    bound = rules.bind(name, argument, ("rules.qualified",))
    parts = [part for part in (p.strip() for p in sent.split(";", _LIST_PARTS)) if part]
    if len(parts) > _LIST_PARTS:
        return bound(draft, sent)
    found = []
    for part in parts:
        value = bound(draft, part)
        if value is None:
            draft.extra.setdefault(draft.path, []).append(part)
        else:
            found.append(value)
    return found or ""


def form(draft: Draft, sent: str) -> Json:
    """dc:format: a media type, a range of pages, a size, or what the thing is made of (``photographic prints``)."""
    if len(sent) > ABOUT_A_NAME or "://" in sent or "/" in sent.partition(" ")[0]:
        return bags.extent(draft, sent)
    if _PAGES_LIKE.fullmatch(sent):
        return bags.extent(draft, sent)
    return size(draft, sent) if _COUNTED.search(sent) else medium(draft, sent)


def medium(draft: Draft, sent: str) -> Json:
    """Media type or material where no file is said to have it."""
    found = text.plain(sent)
    return draft.put(draft.media_types, found) if found and len(found) <= ABOUT_A_NAME else None


def size(draft: Draft, sent: str) -> Json:
    """dcterms:extent: the pages of an article, or how large or how long the work is."""
    if _PAGES_LIKE.fullmatch(sent) and citations.pages(sent) is not None:
        return links.pages(draft, sent)
    found = text.plain(sent)
    if sent.isdigit():
        return None  # bytes, pages, or minutes
    return draft.put(draft.extent, found) if found and len(found) <= ABOUT_A_NAME else None


def temporal(draft: Draft, sent: str) -> Json:
    """The time that a work is about; DCMI Period is written as an interval."""
    said_parts = {key: value.strip() for key, value in _PART.findall(sent)} if "=" in sent else {}
    if {"start", "end"} & set(said_parts):
        ends = [dates.date(said_parts[key]) if said_parts.get(key) else ".." for key in ("start", "end")]
        sent = said_parts.get("name") or ("/".join(end for end in ends if end) if all(ends) else sent)
    found = text.plain(sent)
    if not found:
        return None
    return draft.set("period", found) or draft.put(draft.coverage, found)


def within(draft: Draft, sent: str) -> Json:
    """dc:source: what the work appeared in, by name, as a citation, by ISSN or by ISBN; RIOXX allows numbers alone."""
    if _ISBN.match(sent) and (isbn := identifiers.isbn(sent)) is not None and not identifiers.issns(sent):
        draft.identify("isbn", isbn, "container", sent)
        draft.container.setdefault("isbn", isbn)
        return isbn
    return bags.source(draft, sent)


def stated_description(draft: Draft, sent: str) -> Json:
    """dc:description; a line such as ``Retracted 2021-02-06: https://doi.org/...`` says what happened to the work."""
    told = exported.read_mark(sent) if len(sent) <= ABOUT_A_NAME else None
    if told is None:
        return bags.loose_description(draft, sent)
    status, date, targets = told
    draft.set("update_status", status)
    for scheme, target in targets:
        draft.put(draft.relations, Relation(exported.MARKS[status][1], scheme, target, date=date))
    return status


def provenance(draft: Draft, sent: str) -> Json:
    """dcterms:provenance: who owned the thing; DSpace notes in this place who submitted it, which is dropped."""
    if bags.is_provenance(sent):
        return bags.loose_description(draft, sent)
    return words.description(draft, sent, "note")


def bare_date(draft: Draft, sent: str) -> Json:
    """dc:date, whose kind stands before it where OpenAIRE's guidelines are kept: ``info:eu-repo/date/embargoEnd/2022-04-05``.

    https://guidelines.openaire.eu/en/latest/literature/field_embargoenddate.html
    """
    if not sent.startswith("info:eu-repo/date/"):
        return terms.date(draft, sent)
    event, _, day = sent.removeprefix("info:eu-repo/date/").partition("/")
    if event == "embargoEnd":
        return terms.embargo(draft, day) if day else None
    if event == "publication":  # of OpenEdition's: on the platform, of books printed long before too
        event = "available"
    return terms.date(draft, day, event) if event in _EVENTS and day else None


def licence_address(draft: Draft, sent: str) -> Json:
    """dcterms:license: a licence; DSpace puts the address of the deposit licence here, a contract that concerns no reader.

    https://github.com/DSpace/DSpace/blob/main/dspace/config/crosswalks/oai/metadataFormats/uketd_dc.xsl
    """
    if rights.licence(sent) is None and sent.startswith("http") and bags.is_file(sent):
        return "the deposit licence"
    return terms.license_(draft, sent)


def join_dates(draft: Draft) -> None:
    """A bare date that says more of the date of issue, or no more, is that date and not another.

    EPrints sends dc:date in full, and dcterms:issued without its day: https://github.com/eprintsug/oai_uketd_dc
    """
    for position, date in enumerate(draft.dates):
        for loose in draft.loose_dates[:]:
            same = (
                date.value and loose.value and (loose.value == date.value or loose.value.startswith(f"{date.value}-"))
            )
            if date.type == "issued" and same:
                draft.dates[position] = Date("issued", loose.value, loose.raw)
                draft.loose_dates.remove(loose)


def undo_stock_dates(draft: Draft) -> None:
    """DSpace fills dateAccepted and created from dc.date.available: such a date says only when the item went online.

    https://github.com/DSpace/DSpace/blob/main/dspace/config/crosswalks/oai/metadataFormats/qdc.xsl. A day that stands as
    available too, or a time of day, which nobody gives to an acceptance, is the mark; a day of its own is believed.
    """
    available = {(d.raw or d.value or "")[:10] for d in draft.dates if d.type == "available"}
    kept: list[Date] = []
    for date in draft.dates:
        sent = date.raw or date.value or ""
        if date.type not in _STOCK or not (sent[:10] in available or dates.is_timestamp(sent)):
            kept.append(date)
            continue
        if sent[:10] not in available:
            draft.extra.setdefault(_STOCK[date.type], []).append(sent)
        draft.find(
            "stock-date", "dates", f"stands as date {date.type}, but is that of an event of the repository", sent
        )
    draft.dates[:] = kept
