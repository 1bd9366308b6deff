"""Rules for CSL-JSON: what has another meaning in another type of item, identifiers, words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from harvester import schemas
from harvester.clean import identifiers, text, types
from harvester.formats import exported
from harvester.formats.crossref.decode import decode
from harvester.formats.crossref.updates import related, updates
from harvester.formats.crossref.values import for_programs
from harvester.formats.crosswalk import sound
from harvester.formats.csl_json.names import said
from harvester.formats.csl_json.variables import table
from harvester.formats.datacite.settle import join_subtitle
from harvester.formats.draft import Draft
from harvester.formats.rules import links, terms, words
from harvester.record import File, Funding, Institution, Json, Relation


def kind_of(draft: Draft) -> str:
    return max(draft.types)[1] if draft.types else "other"


# --- what it is ------------------------------------------------------------------------------------------------------


def csl_type(draft: Draft, sent: str) -> Json:
    draft.type_raw.append(sent)
    found = types.named("csl", sent) or types.named("crossref", sent)
    if found is not None and found != "other":
        draft.types.append((2, found))
    return found or sent


def genre(draft: Draft, sent: str) -> Json:
    """What kind of thesis or report it is, in words: believed where it narrows the type."""
    found = types.resource_type(sent)
    draft.type_raw.append(sent)
    broad = kind_of(draft)
    if found is not None and (broad == "other" or found in _narrower().get(broad, ())):
        draft.types.append((3, found))
    return found or sent


@cache
def _narrower() -> Mapping[str, Any]:
    found: Mapping[str, Any] = schemas.table("crosswalks/datacite")["narrower"]
    return found


def csl_status(draft: Draft, sent: str) -> Json:
    """``Retracted`` is what happened to the work, ``in press`` its status."""
    for update, (word, _) in exported.MARKS.items():
        if word.lower() == sent.lower():
            return draft.values.setdefault("update_status", update)
    return terms.status(draft, sent)


# --- what it is part of ----------------------------------------------------------------------------------------------


def short_title(draft: Draft, sent: str) -> Json:
    found = text.plain(sent)
    return draft.container.setdefault("short_title", found) if found else None


def csl_series(draft: Draft, sent: str) -> Json:
    found = text.plain(sent)
    if not found:
        return None
    draft.series = draft.series or found
    return found


def collection_number(draft: Draft, sent: str) -> Json:
    """The number in the series: the volume, where no other is given."""
    return words.number(draft, sent, "volume")


def csl_pages(draft: Draft, sent: str) -> Json:
    """Pages; the number of the article where it stands again in their place."""
    if draft.values.get("article_number") == sent:
        return sent
    return links.pages(draft, sent)


def csl_number(draft: Draft, sent: str) -> Json:
    """The number of an article in its journal, of a preprint in its archive, of a report, standard or patent."""
    value = text.plain(sent)
    if not value:
        return None
    kind = kind_of(draft)
    if kind in table("numbered")["types"]:
        return draft.set("article_number", value)
    if (kind == "preprint" or "arxiv" in value.lower()) and (arxiv := identifiers.arxiv(value)) is not None:
        return draft.identify("arxiv", arxiv, raw=sent)
    if kind in ("chapter", "conference-paper"):
        return draft.set("article_number", value)
    return draft.identify("report-number", value, raw=sent)


def counted(draft: Draft, sent: str, what: str = "") -> Json:
    """A number of pages or volumes with its word; sizes and durations as they are sent."""
    found = text.plain(sent)
    if not found:
        return None
    return draft.put(draft.extent, f"{found} {what}" if what and found.isdigit() else found)


def csl_publisher(draft: Draft, sent: str) -> Json:
    """The publisher; of a thesis the institution that awarded the degree."""
    found = text.plain(sent)
    if not found:
        return None
    if kind_of(draft) in table("awarding")["types"]:
        draft.put(draft.institutions, Institution(name=found, role="awarding"))
    return draft.set("publisher", found)


def csl_event(draft: Draft, item: Any) -> Json:
    """The name of an event; Crossref's own is an object."""
    name = (
        said(draft, item, "name")
        if isinstance(item, dict)
        else sound(draft, item.strip())
        if isinstance(item, str)
        else ""
    )
    return links.event(draft, name, "name") if name else None


def crossref_own(draft: Draft, item: Any) -> Json:
    """What doi.org sends of Crossref's own beside the variables of CSL: updates and relations, read as Crossref's are."""
    if not isinstance(item, dict):
        return None
    own = next((i.value for i in draft.identifiers.values() if i.scheme == "doi" and i.relation == "self"), "")
    try:
        decoded, lost, _ = decode(json.dumps({"DOI": own, **item}).encode())
    except RecursionError:
        return None
    found = updates(decoded, own)
    for path, values in lost.items():
        draft.extra.setdefault(path, []).extend(values)
    for relation in (*found.relations, *related(decoded, draft.extra)):
        draft.put(draft.relations, relation)
    if found.status is not None:
        draft.values.setdefault("update_status", found.status)
    if found.notice is not None and kind_of(draft) == "article":
        draft.types.append((3, found.notice))
    return found.status or "what is related"


# --- identifiers -----------------------------------------------------------------------------------------------------


def isbns(draft: Draft, sent: str) -> Json:
    return [
        found for part in re.split(r"[,;]\s*|\s+(?=97[89])", sent)[:20] if (found := links.isbn(draft, part))
    ] or links.isbn(draft, sent)


def issns(draft: Draft, sent: str) -> Json:
    return [
        found for part in re.split(r"[,;\s]+", sent)[:20] if part and (found := links.issn(draft, part))
    ] or links.issn(draft, sent)


def pmcid(draft: Draft, sent: str) -> Json:
    """With or without its letters."""
    return links.identifier(draft, f"PMC{sent}" if sent.isdigit() else sent, "pmcid")


def csl_url(draft: Draft, sent: str) -> Json:
    """A page about the work; the address of its DOI or handle is that again."""
    found = links.form(sent)
    if found is not None and found[0] in ("doi", "handle", "arxiv"):
        links.classified(draft, sent, found)
        if found[0] == "arxiv":
            draft.landing = draft.landing or identifiers.url(sent)
        return found
    return links.landing(draft, sent)


# --- words -----------------------------------------------------------------------------------------------------------


def keywords(draft: Draft, sent: str) -> Json:
    """One value with all keywords: between semicolons, else between commas."""
    parts = [part for one in sent.split(";" if ";" in sent else ",")[:500] if (part := text.plain(one))]
    return [words.subject(draft, part) for part in parts] or None


def medium(draft: Draft, sent: str) -> Json:
    found = text.plain(sent)
    return draft.put(draft.media_types, found) if found else None


def csl_license(draft: Draft, item: Any) -> Json:
    """The name or address of a licence; Crossref's is an object."""
    sent = (said(draft, item, "URL") or said(draft, item, "url")) if isinstance(item, dict) else item
    return terms.license_(draft, sent) if isinstance(sent, str) and sent else None


def csl_link(draft: Draft, item: Any) -> Json:
    """A file, as Crossref's CSL-JSON names it; those for checks of plagiarism are not for people."""
    if not isinstance(item, dict):
        return None
    url, mime = identifiers.url(said(draft, item, "URL")), said(draft, item, "content-type")
    application = said(draft, item, "intended-application")
    if application == "similarity-checking":
        return "not for people"
    version = {"vor": "VoR", "am": "AM"}.get(said(draft, item, "content-version"))
    mime_said = None if mime in ("", "unspecified") else mime
    file = File(url=url, description=for_programs(application), version=version, mime=mime_said)
    return draft.put(draft.files, file) if url else None


def csl_funder(draft: Draft, item: Any) -> Json:
    """A funder as Crossref's CSL-JSON has it, a row an award."""
    if not isinstance(item, dict):
        return None
    name, funder_id = text.plain(said(draft, item, "name")), identifiers.funder_id(said(draft, item, "DOI"))
    awards = item.get("award")
    numbers = (
        [text.plain(sound(draft, a.strip())) for a in awards if isinstance(a, str)] if isinstance(awards, list) else []
    )
    if "" in numbers:
        draft.find("award-placeholder", "funding", "an award number stands for no value", str(awards))
    known: list[str | None] = [n for n in numbers if n]
    rows = [Funding(name or None, funder_id, number) for number in known or [None]]
    return [draft.put(draft.funding, row) for row in rows if row != Funding()] or None


# --- what only the whole record can tell -----------------------------------------------------------------------------


def settle(draft: Draft) -> None:
    """A series beside a book is what the book is part of. ``article`` is a preprint, but for one that stands in a volume.
    Crossref sends subtitles apart."""
    join_subtitle(draft)
    if draft.type_raw[:1] == ["article"] and ("volume" in draft.values or "issue" in draft.values):
        draft.types = [(sure, "article" if kind == "preprint" else kind) for sure, kind in draft.types]
    if draft.series and draft.container.get("title") and draft.series != draft.container["title"]:
        draft.put(draft.relations, Relation("is-part-of", "local", draft.series))
