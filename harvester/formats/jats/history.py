"""Rules of JATS for what comes in parts: dates, and pages. See ``jats``."""

from __future__ import annotations

import re

from lxml import etree

from harvester.clean import citations, dates, identifiers, text
from harvester.clean import vocabulary as vocabularies
from harvester.formats.draft import Draft
from harvester.formats.jats.texts import vocabulary
from harvester.formats.rules import links, terms
from harvester.formats.tree import all_said, attribute_of, children, said
from harvester.formats.xml import local
from harvester.record import Date, Json, Relation

_ENDINGS = {"-release": "available", "-submitted": "deposited"}
"""``pmc-release``, ``nihms-submitted``, and what other archives call theirs."""
_WORDS = {"online": "online", "print": "print"}
"""``issued-online``, ``first-published-online``: publication in words of the publisher's own."""
_LONGEST_NUMBER = 20
"""Of a supplement: ``Supplement 2, Part B``; what is longer is its title."""
_WORD = re.compile(r"[^\W\d_]")


# --- numbers and dates -----------------------------------------------------------------------------------------------


def article_version(draft: Draft, node: etree._Element) -> Json:
    """Which version it is, in words or by the code beside them; its number is none of ours."""
    sent = said(draft, node)
    if sent and (found := terms.version_or_review(draft, sent)):
        return found
    if sent:
        draft.extra.setdefault(draft.path, []).append(sent)
    codes = (attribute_of(node, "vocab-term"), attribute_of(node, "article-version-type"))
    return next((found for code in codes if code and (found := terms.version(draft, code))), True)


def first_page(draft: Draft, sent: str) -> Json:
    """The first page; some publishers write the whole range here."""
    found = citations.pages(sent)
    if found is None:
        return None
    draft.set("start_page", found.start)
    if found.end:
        draft.set("pages", found.pages)
        draft.set("end_page", found.end)
    return found


def last_page(draft: Draft, sent: str) -> Json:
    start = draft.values.get("start_page")
    found = citations.pages(f"{start}-{sent}") if start else None
    if found is None:
        found = citations.pages(sent)
        return draft.set("end_page", found.start) if found else None
    if found.end and "pages" not in draft.values:
        draft.values["pages"] = found.pages
        draft.set("end_page", found.end)
    return found


def page_range(draft: Draft, sent: str) -> Json:
    """All pages, where they do not follow one another."""
    found = citations.pages(sent)
    whole = found.pages if found else text.plain(sent).replace("\u2013", "-")
    if not re.match(r"[A-Za-z]{0,4}\d", whole):
        return None
    draft.values["pages"] = whole
    if found and "start_page" not in draft.values:
        links.pages(draft, sent)
    return whole


def supplement(draft: Draft, sent: str) -> Json:
    """A supplement is an issue of its own where there is no other number; some write its title here, as BioMed Central does."""
    found = text.plain(sent)
    if not found:
        return None
    whole = f"Suppl {found}" if found.isdigit() else found
    issue = draft.values.get("issue")
    if len(whole) > _LONGEST_NUMBER:
        return links.relation(draft, found, "is-part-of")
    draft.values["issue"] = f"{issue} {whole}" if issue and whole not in str(issue) else issue or whole
    return whole


def conference_date(draft: Draft, node: etree._Element) -> Json:
    sent = [one for one in (attribute_of(node, "iso-8601-date"), said(draft, node)) if one]
    read = [found for one in sent if (found := dates.date(one)) is not None]
    if not read:
        return None if sent else True
    found = next((one for one in read if "/" in one), read[0])  # the attribute often has the first day alone
    start, _, end = found.partition("/")
    draft.event.setdefault("start", start)
    if end:
        draft.event.setdefault("end", end)
    return found


def event_date(draft: Draft, node: etree._Element) -> Json:
    """What happened, by ``date-type`` and ``publication-format`` or by ``pub-type``, and when, as far as it is said."""
    return _event_date(draft, node, "")


def history_event(draft: Draft, node: etree._Element) -> Json:
    """JATS 1.2: an event with its dates; a preprint that came before is a relation."""
    kind = attribute_of(node, "event-type").lower()
    found: list[Json] = [
        _event_date(draft, date, kind) for date in (*children(node, "date"), *children(node, "pub-date"))
    ]
    if kind.startswith("preprint"):
        sent = [*all_said(draft, node, "article-id"), *(attribute_of(u, "href") for u in node.iter("{*}self-uri"))]
        dois = dict.fromkeys([doi for each in sent if (doi := identifiers.doi(each))])
        found += [draft.put(draft.relations, Relation("has-preprint", "doi", doi)) for doi in dois]
    return found or True


def _event_date(draft: Draft, node: etree._Element, fallback: str) -> Json:
    said_type = attribute_of(node, "date-type") or attribute_of(node, "pub-type") or fallback or "pub"
    form = attribute_of(node, "publication-format")
    known = vocabulary("dates")
    whole = f"{said_type} {form}".strip().lower()
    kind = known.get(whole) or known.get(said_type.lower()) or vocabularies.date_type("jats", said_type)
    kind = kind or next((k for ending, k in _ENDINGS.items() if said_type.lower().endswith(ending)), None)
    kind = kind or next((_WORDS[w] for w in re.split(r"[\W_]+", said_type.lower()) if w in _WORDS), "unknown")
    raw, value = _when(draft, node)
    if not raw:
        return True
    if kind == "unknown" and local(node) != "pub-date":  # of the manuscript, such as a revision: never its publication
        draft.extra.setdefault(f"{draft.path}[@date-type={said_type}]", []).append(raw)
        return raw
    if value is None:
        return terms.date(draft, raw, kind)
    return draft.put(draft.dates, Date(kind, value, raw if raw != value else None))


def _when(draft: Draft, node: etree._Element) -> tuple[str, str | None]:
    """(as sent, EDTF). Parts come first, since ``iso-8601-date`` is often made by a machine that adds a day."""
    year, month, day = (said(draft, node, name) for name in ("year", "month", "day"))
    season, string, iso = (
        said(draft, node, "season"),
        said(draft, node, "string-date"),
        attribute_of(node, "iso-8601-date"),
    )
    if attribute_of(node, "calendar").lower() not in ("", "gregorian"):
        return iso or string, dates.date(iso) if iso else None
    if not year:
        sent = iso or string or said(draft, node)
        return sent, dates.date(sent) if sent else None
    if season and not month:
        month, season = season, ""
    if not month:
        return year, dates.date(year)
    if _WORD.search(month) or not re.fullmatch(r"[0-9]{4}", year):
        sent = " ".join(filter(None, (day, month, year)))
        return sent, dates.date(sent)
    parts = [int(part) if re.fullmatch(r"[0-9]{1,4}", part) else None for part in (year, month, day)]
    sent = "-".join([part.zfill(2) for part in (year, month, day) if part])
    return sent, dates.from_parts(parts)


def not_published(draft: Draft, node: etree._Element) -> Json:  # noqa: ARG001 (a rule's signature)
    return draft.set("publication_status", "accepted") or True
