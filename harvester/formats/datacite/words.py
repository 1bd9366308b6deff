"""Titles, dates, types, subjects, rights and the like of DataCite's schema."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from msgspec import structs

from harvester import schemas
from harvester.clean import citations, dates, identifiers, rights, text, types, vocabulary
from harvester.formats import exported
from harvester.formats.datacite.form import nothing, said, table, tongue
from harvester.formats.draft import ABOUT_A_NAME, Draft
from harvester.formats.rules import links, terms, words
from harvester.record import Description, Json, Relation, Subject

_MIME = re.compile(r"(?:application|audio|chemical|font|image|message|model|multipart|text|video)/[\w.+-]+")
_RANGE = re.compile(r"[A-Za-z]?\d{1,6} ?[-\u2013] ?[A-Za-z]?\d{1,6}")
_REFERENCES = re.compile(r"\{\s*\"references\"\s*:\s*\[", re.ASCII)
"""Invenio once kept the list of references as JSON among the descriptions."""


def kernel_title(draft: Draft, item: Any) -> Json:
    tongue(draft, item)
    sent = said(draft, item, "title")
    kind = said(draft, item, "titleType") if isinstance(item, dict) else ""
    if not sent:
        return nothing(draft, item, "title", "title")
    return words.title(draft, sent, table("titles").get(kind, "alternative") if kind else "")


def kernel_date(draft: Draft, item: Any) -> Json:
    """A date of the type that it says; ``Coverage`` is the period that the work is about."""
    sent = said(draft, item, "date")
    kind = said(draft, item, "dateType") if isinstance(item, dict) else ""
    information = said(draft, item, "dateInformation") if isinstance(item, dict) else ""
    if not sent:
        return nothing(draft, item, "dates", "date")
    if kind == "Coverage" and (value := dates.date(sent)) is not None:
        return draft.set("period", value)
    if kind == "Other" and information in schemas.table("vocabularies/date_types"):
        return terms.date(draft, sent, information)  # as we write what DataCite has no name for
    known = vocabulary.date_type("datacite", kind) if kind else ""
    if known in (None, "unknown"):
        draft.extra.setdefault(f"{draft.path}/{kind}", []).append(f"{sent} ({information})" if information else sent)
        return sent
    found = terms.date(draft, sent, known or "")
    if information:
        _remark(draft, kind, sent, information)
    return found


def _remark(draft: Draft, kind: str, sent: str, information: str) -> None:
    """What the source adds to a date stays beside its value."""
    held = draft.dates if kind else draft.loose_dates
    if held:
        held[-1] = structs.replace(held[-1], raw=f"{sent} ({information})")


def publication_year(draft: Draft, sent: str) -> Json:
    """The year alone: the date of issue where none says more. DSpace writes 0000 where it knows none."""
    if sent.strip("0") == "":
        return nothing(draft, sent, "dates")
    return terms.date(draft, sent)


def dspace_date(draft: Draft, item: Any) -> Json:
    """DSpace's stock crosswalk says Accepted of the day on which the item was deposited.

    https://github.com/DSpace/DSpace/blob/main/dspace/config/crosswalks/DIM2DataCite.xsl
    """
    if said(draft, item, "dateType") == "Accepted":
        return terms.date(draft, said(draft, item, "date"), "deposited")
    return kernel_date(draft, item)


def kernel_type(draft: Draft, item: Any) -> Json:
    """The general type, or the exact words beside it where they narrow it or it is as broad as Text.

    arXiv says Preprint and beside it Article: the general type is right.
    """
    label = said(draft, item, "resourceType")
    general = said(draft, item, "resourceTypeGeneral") if isinstance(item, dict) else ""
    sent = [one for one in dict.fromkeys((label, general)) if one]
    draft.type_raw += sent
    exact = types.resource_type(label) if label else None
    known = "" if general.lower() in table("broad")["general"] else general
    broad = types.named("datacite", known) or types.resource_type(known) if known else None
    narrows = broad in (None, "other") or exact in table("narrower").get(broad, ())
    found = exact if narrows else broad
    if found is not None and found != "other":
        draft.types.append((2, found))
    if (reviewed := types.peer_reviewed(label)) is not None:
        draft.set("peer_reviewed", reviewed)
    return found or sent or None


def kernel_subject(draft: Draft, item: Any) -> Json:
    """A subject with the scheme that is named, if it is one of ours; the name of any other is kept among the extras."""
    tongue(draft, item)
    sent = said(draft, item, "subject")
    named = said(draft, item, "subjectScheme") if isinstance(item, dict) else ""
    code = said(draft, item, "classificationCode") if isinstance(item, dict) else ""
    uri = identifiers.url(said(draft, item, "valueUri")) if isinstance(item, dict) else None
    scheme = _scheme(named)
    if not (sent or code):
        return nothing(draft, item, "subjects", "subject")
    if named and not scheme:
        draft.extra.setdefault(f"{draft.path}/subjectScheme", []).append(named)
        scheme = "local"
    if code and sent:
        draft.extra.setdefault(f"{draft.path}/classificationCode", []).append(code)
    if not scheme and uri is None:
        return words.subject(draft, sent or code)
    term = text.plain((sent or code).removeprefix("FOS: "))
    if not term:
        return None
    draft.subjects[Subject(term, scheme, uri)] = None
    return term


@lru_cache(maxsize=1024)
def _scheme(name: str) -> str:
    lowered = name.casefold()
    found = [
        scheme for word, scheme in table("subject_schemes").items() if re.search(rf"\b{re.escape(word)}\b", lowered)
    ]
    return found[0] if lowered and len(lowered) < ABOUT_A_NAME and found else ""


def kernel_description(draft: Draft, item: Any) -> Json:
    tongue(draft, item)
    sent = said(draft, item, "description")
    kind = said(draft, item, "descriptionType") if isinstance(item, dict) else ""
    if not sent:
        return nothing(draft, item, "descriptions", "description")
    if kind == "SeriesInformation":
        return _series(draft, sent)
    if kind == "Other" and (mark := exported.read_mark(sent)) is not None:
        return _update(draft, *mark)
    if _REFERENCES.match(sent):
        draft.extra.setdefault(f"{draft.path}/references", []).append(sent)
        return "references"
    if not kind:
        found = text.abstract(sent)
        if found is None:
            return None
        draft.loose_descriptions.append(Description(found, "", draft.tag, sent if text.has_markup(sent) else None))
        return found
    return words.description(draft, sent, table("descriptions").get(kind, "other"))


def _update(draft: Draft, status: str, date: str | None, notices: list[tuple[str, str]]) -> Json:
    """What we write ourselves of a retraction or a correction; its notices may stand among the relations already."""
    draft.values.setdefault("update_status", status)
    kind = exported.MARKS[status][1]
    draft.relations = [r for r in draft.relations if r.type != kind or (r.scheme, r.target) not in notices]
    for scheme, target in notices:
        draft.put(draft.relations, Relation(kind, scheme, target, date=date))
    return status


def _series(draft: Draft, sent: str) -> Json:
    """``BMJ Leader, 4(3), 128-134`` as the schema asks for it, or the bare name of a series."""
    if (parsed := citations.citation(sent)) is not None:
        draft.citation = draft.citation or parsed
        return parsed
    name = text.plain(sent)
    if not name:
        return None
    if len(name) > ABOUT_A_NAME or any(map(str.isdigit, name)):  # more than the name, in an order of its own
        return words.description(draft, sent, "note")
    draft.series = draft.series or name
    return name


def kernel_rights(draft: Draft, item: Any) -> Json:
    """Access, licence or statement. An address says more than a code, and both more than the words."""
    tongue(draft, item)
    sent = said(draft, item, "rights")
    if not isinstance(item, dict):
        return terms.rights_(draft, sent) if sent else None
    address, code = said(draft, item, "rightsUri", "resource"), said(draft, item, "rightsIdentifier")
    told = next((one for one in (address, code) if one and _known_right(one)), "")
    found = [terms.rights_(draft, told)] if told else []
    if address and not told and not _known_right(sent):
        found.append(terms.rights_(draft, address))
    if sent and told and _contradicts(sent, told):
        found.append(draft.put(draft.rights, text.plain(sent)))
    elif sent and not (told and _is_its_name(sent)):
        found.append(terms.rights_(draft, sent))
    return [one for one in found if one] or None


def _known_right(sent: str) -> bool:
    return rights.licence(sent) is not None or rights.access(sent) is not None or rights.embargo_end(sent) is not None


def _is_its_name(sent: str) -> bool:
    """Whether the words are no more than the name of what the address has said."""
    return len(sent) < ABOUT_A_NAME and rights.licence(sent) is not None


def _contradicts(sent: str, address: str) -> bool:
    """Whether the words name another licence than the address, which is believed: then they are kept as words alone."""
    named, addressed = rights.licence(sent), rights.licence(address)
    return bool(named and addressed and named.spdx and addressed.spdx and named.spdx != addressed.spdx)


def size(draft: Draft, sent: str) -> Json:
    """``95130 bytes`` is that of the file, if there is but one; the rest is the extent of the work: ``12 pages``."""
    found = text.plain(sent)
    return draft.put(draft.extent, found) if found else None


def dspace_size(draft: Draft, sent: str) -> Json:
    """DSpace keeps the pages in ``dc.format.extent``: ``128 - 134``."""
    return links.pages(draft, sent) if _RANGE.fullmatch(sent) else size(draft, sent)


def kernel_format(draft: Draft, sent: str) -> Json:
    """A media type, or what people call it."""
    if _MIME.fullmatch(sent):
        draft.mimes.append((draft.path, sent))
        return sent
    found = text.plain(sent)
    return draft.put(draft.media_types, found) if found else None


def kernel_version(draft: Draft, sent: str) -> Json:
    """Which version of a text it is, where the word says so; else a number, as software and data have."""
    return terms.version(draft, sent) or words.plain(draft, sent, "edition")
