"""Rules for the meta tags of web pages. See ``rules`` for what a rule is, and ``web_page`` for how pages are read."""

from __future__ import annotations

import re

from msgspec import structs

from harvester import schemas
from harvester.clean import identifiers, text
from harvester.formats.draft import Draft
from harvester.formats.rules import people, terms, words
from harvester.formats.web_page.site import signed
from harvester.record import Affiliation, Json, Subject

_TIGHT = re.compile(r",(?![\s\d])|(?<!\d),(?!\s)")
_COMMAS = re.compile(rf",\s+|{_TIGHT.pattern}")
_JOINED = re.compile(r"(?:and|und|et|y|e|&|\+) ", re.IGNORECASE)
"""How the last word of a list within one heading begins: ``Business, Finance, & Economics``."""
_OTHERS = frozenset({"general", "miscellaneous", "other", "various", "n.e.c."})
_NO_DAY = re.compile(r"(?:1969-12-31|1899-12-3[01]|1900-01-01)[T ]")
"""Moments at which computers begin to count, as they are in other time zones."""


# --- people -----------------------------------------------------------------------------------------------------------


def author_institution(draft: Draft, sent: str) -> Json:
    """Stands behind the author whom it is about."""
    name = text.plain(sent)
    if not name or not draft.contributors:
        return None
    last = draft.contributors[-1]
    if all(a.name != name for a in last.affiliations):
        draft.contributors[-1] = structs.replace(last, affiliations=(*last.affiliations, Affiliation(name=name)))
    return name


def author_orcid(draft: Draft, sent: str) -> Json:
    found = identifiers.orcid(sent)
    if found is None:
        draft.find("orcid-checksum", "contributors", "stands as an ORCID iD, but its check digit is wrong", sent)
        return sent
    if not draft.contributors:
        return None
    draft.contributors[-1] = structs.replace(draft.contributors[-1], orcid=found)
    return found


def byline(draft: Draft, sent: str) -> Json:
    """Who wrote it, by tags that content systems fill; the address of a profile is no name."""
    plain = text.plain(sent)
    if "://" in plain or plain.startswith(("@", "www.")):
        return None
    name = signed(plain)
    if not name or "/" in name:
        return None
    found = people.contributors(name, "author")
    draft.contributors += found if name == plain else [structs.replace(each, raw=plain) for each in found]
    return found or None


def loose_orcid(draft: Draft, sent: str) -> Json:
    """ORCID iDs in a list of their own: whose they are can be told only where there is one author."""
    found = identifiers.orcid(sent)
    free = [i for i, c in enumerate(draft.contributors) if c.orcid is None]
    if found and len(draft.contributors) == 1 and free:
        draft.contributors[0] = structs.replace(draft.contributors[0], orcid=found)
        return found
    return None


# --- subjects, dates, types ------------------------------------------------------------------------------------------


def keywords(draft: Draft, sent: str) -> Json:
    """Several keywords in one tag are parted by semicolons, or by commas where there are none.

    By those without a space behind them, where there are more of them: ``Montana,Shelby,Scottsbluff, Nebraska``.
    """
    sent = sent.strip(" ,;")
    if ";" in sent or "," not in sent or len(sent) > 5_000:
        return words.subject(draft, sent) if sent else None
    tight = len(_TIGHT.findall(sent))
    parts = [part for part in (_TIGHT if tight > sent.count(", ") else _COMMAS).split(sent) if part.strip(" ,")]
    if len(parts) < 2 or any(len(part) > 60 or _JOINED.match(part) for part in parts):
        return _whole_subject(draft, sent)
    if len(parts) == 2 and not tight and parts[0][:1].isupper() and (parts[1][:1].isupper() or parts[1] in _OTHERS):
        return words.subject(draft, sent)  # Leadership, Moral; Physics, general
    return [_whole_subject(draft, part.strip(" ,")) for part in parts]


def _whole_subject(draft: Draft, sent: str) -> Json:
    """A subject that is not divided any more."""
    if "," not in sent:
        return words.subject(draft, sent)
    term = text.plain(sent)
    draft.subjects[Subject(term)] = None
    return term


def page_date(draft: Draft, sent: str, kind: str = "") -> Json:
    """Trailing slashes come from templates with an empty month: ``2020/`` is a year and no span without end."""
    return None if _NO_DAY.match(sent) else terms.date(draft, sent.rstrip("/- ") or sent, kind)


def dc_created(draft: Draft, sent: str) -> Json:
    """OJS means publication by ``DC.Date.created``; others mean their own page, by the second."""
    return terms.date(draft, sent, "created" if len(sent) > 10 else "issued")


def dc_accepted(draft: Draft, sent: str) -> Json:
    """DSpace fills it with the second in which an item came into the repository.

    https://github.com/DSpace/DSpace/blob/dspace-6_x/dspace/config/crosswalks/xhtml-head-item.properties
    """
    return terms.date(draft, sent, "deposited" if len(sent) > 10 else "accepted")


def dspace_date(draft: Draft, sent: str) -> Json:
    """A second is that of the deposit."""
    return terms.date(draft, sent, "deposited" if len(sent) > 10 else "issued")


def eprints_type(draft: Draft, sent: str) -> Json:
    """EPrints' own names, such as ``conference_item``."""
    return terms.type_(draft, sent.replace("_", " "))


def govuk_format(draft: Draft, sent: str) -> Json:
    """What a page of GOV.UK has on it: ``independent_report``."""
    found = schemas.table("crosswalks/web_page")["govuk"].get(sent)
    if found:
        draft.types.append((2, found))
    return found or sent


def open_graph_type(draft: Draft, sent: str) -> Json:
    """``article`` is any page that is not the home page: no journal article."""
    if sent.lower() in ("book", "books.book"):
        draft.types.append((0, "book"))
    return sent


def refereed(draft: Draft, sent: str) -> Json:
    value = {"true": True, "false": False}.get(sent.lower())
    return None if value is None else draft.set("peer_reviewed", value)


def eprints_status(draft: Draft, sent: str) -> Json:
    known = {"pub": "published", "inpress": "in-press", "submitted": "submitted", "unpub": "unpublished"}
    found = known.get(sent.lower())
    return draft.set("publication_status", found) if found else None
