"""Rules for CSL-JSON: names, dates, and what has another meaning in another type of item. Notes: ``notes``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from harvester import schemas
from harvester.clean import dates, identifiers, names, text, types
from harvester.clean.names import Name
from harvester.formats import exported, links, people, terms, words
from harvester.formats.crosswalk import sound
from harvester.formats.draft import Draft
from harvester.record import Affiliation, Contributor, Date, Funding, Institution, Json, Relation

_NAME_PARTS: Final = frozenset(
    {
        "family",
        "given",
        "suffix",
        "literal",
        "name",
        "non-dropping-particle",
        "dropping-particle",
        "ORCID",
        "orcid",
        "affiliation",
    }
    | {
        "isInstitution",
        "comma-suffix",
        "static-ordering",
        "parse-names",
        "multi",
        "sequence",
        "authenticated-orcid",
        "lang",
    }
)
"""What is read of a name, and what says how to print it or how it was checked."""
_SEASONS: Final = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}


@cache
def table(name: str) -> Mapping[str, Any]:
    """A list of ``crosswalks/csl_json.toml``."""
    found: Mapping[str, Any] = schemas.table("crosswalks/csl_json")[name]
    return found


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


# --- names -----------------------------------------------------------------------------------------------------------


def csl_name(draft: Draft, item: Any, role: str = "author") -> Json:
    """A person in parts, an organisation as ``literal``. A name in one text may be that of several people."""
    if isinstance(item, str):
        return people.person(draft, sent, role) if (sent := sound(draft, item.strip())) else "nobody"
    if not isinstance(item, dict):
        return None
    for key in [key for key in item if key not in _NAME_PARTS]:
        draft.extra.setdefault(f"{draft.path}/{key}", []).append(str(item[key]))
    name = _name(draft, item)
    if name is None or not name.name:
        return "nobody"
    draft.contributors.append(
        Contributor(
            name=name.name,
            role=role,
            kind=name.kind,
            family=name.family,
            given=name.given,
            suffix=name.suffix,
            orcid=identifiers.orcid(_said(draft, item, "ORCID") or _said(draft, item, "orcid")),
            affiliations=tuple(_affiliations(draft, item)),
        )
    )
    return name.name


def _name(draft: Draft, item: Mapping[str, Json]) -> Name | None:
    literal = _said(draft, item, "literal") or _said(draft, item, "name")
    family, given = _said(draft, item, "family"), _said(draft, item, "given")
    if not (family or given):
        return _literal(literal) if literal else None
    if str(item.get("isInstitution", "")).lower() in ("true", "1"):
        return names.organisation(family or given)
    family = (
        " ".join(part for part in (_said(draft, item, "non-dropping-particle"), family) if part)
        .replace("’ ", "’")
        .replace("' ", "'")
    )
    given = " ".join(part for part in (given, _said(draft, item, "dropping-particle")) if part)
    found = names.person(family, given, _said(draft, item, "suffix"))
    return None if text.placeholder(found.name, "person") else found


def _literal(sent: str) -> Name | None:
    """An organisation by definition; some write there a person whom they could not take apart: ``Aufegger, Lisa``."""
    if text.placeholder(sent, "person"):
        return None
    found = names.names(sent) if sent.count(",") == 1 else []
    if len(found) == 1 and found[0].kind == "person" and not names.is_organisation(sent):
        return found[0]
    return names.organisation(sent)


def _affiliations(draft: Draft, item: Mapping[str, Json]) -> Iterator[Affiliation]:
    sent = item.get("affiliation")
    for one in sent if isinstance(sent, list) else [sent]:
        name = (
            _said(draft, one, "name")
            if isinstance(one, dict)
            else sound(draft, one.strip())
            if isinstance(one, str)
            else ""
        )
        if plain := text.plain(name):
            yield Affiliation(name=plain)


def _said(draft: Draft, item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return sound(draft, value.strip()) if isinstance(value, str) else ""


# --- dates -----------------------------------------------------------------------------------------------------------


def csl_date(draft: Draft, item: Any, kind: str = "issued") -> Json:
    """``date-parts``, with a season or ``circa``; a date in EDTF; or words in ``literal`` and ``raw``."""
    if isinstance(item, str | int) and not isinstance(item, bool):
        return terms.date(draft, sent, kind) if (sent := sound(draft, str(item).strip())) else "nothing"
    if not isinstance(item, dict):
        return None
    found = of_parts(item)
    if found is None:
        written = next((s for key in ("raw", "literal", "edtf", "date-time") if (s := _said(draft, item, key))), "")
        return (
            terms.date(draft, written, kind) if written else "nothing" if not item.get("date-parts") else _unread(item)
        )
    return draft.put(draft.dates, Date(kind, found))


def _unread(item: Mapping[str, Json]) -> Json:
    return "nothing" if not re.search(r"\d", str(item["date-parts"])) else None


def of_parts(item: Mapping[str, Json]) -> str | None:
    """EDTF of a CSL date; None where ``date-parts`` hold none.

    >>> of_parts({"date-parts": [["2020", 9]]}), of_parts({"date-parts": [[2019, 11], [2024, 10]]})
    ('2020-09', '2019-11/2024-10')
    >>> of_parts({"date-parts": [[2020]], "season": 1}), of_parts({"date-parts": [[1985]], "circa": True}), of_parts({})
    ('2020-21', '1985~', None)
    """
    sent = item.get("date-parts")
    if not isinstance(sent, list):
        return dates.from_parts([_number(item.get(part)) for part in ("year", "month", "day")])  # Pandoc's own way
    if sent and not isinstance(sent[0], list):
        sent = [sent]  # a list too few
    found = [day for parts in sent[:2] if isinstance(parts, list) and (day := _day(parts))]
    if not found:
        return None
    if len(found) == 2:
        return dates.date("/".join(found)) if found[0] != found[1] else found[0]
    season = item.get("season")
    number = _SEASONS.get(season.lower()) if isinstance(season, str) and not season.isdigit() else _number(season)
    if number is not None and 1 <= number <= 4 and len(found[0]) == 4:
        found[0] = f"{found[0]}-2{number}"
    circa = item.get("circa")
    return f"{found[0]}~" if circa and str(circa).lower() not in ("0", "false") else found[0]


def _day(parts: list[Json]) -> str | None:
    if len(parts) == 1 and isinstance(parts[0], str) and "-" in parts[0]:
        return dates.date(parts[0])  # the whole of it as its year
    return dates.from_parts([_number(part) for part in parts[:3]])


def _number(value: Json) -> int | None:
    """A part of a date, which many send as text."""
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 5:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def event_date(draft: Draft, item: Any) -> Json:
    found = of_parts(item) if isinstance(item, dict) else dates.date(item) if isinstance(item, str) else None
    if found is None and isinstance(item, dict):
        found = dates.date(_said(draft, item, "raw") or _said(draft, item, "literal"))
    if found is None:
        return None
    start, _, end = found.partition("/")
    draft.event.setdefault("start", start)
    if end and end != "..":
        draft.event.setdefault("end", end)
    return found


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
        _said(draft, item, "name")
        if isinstance(item, dict)
        else sound(draft, item.strip())
        if isinstance(item, str)
        else ""
    )
    return links.event(draft, name, "name") if name else None


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
    sent = (_said(draft, item, "URL") or _said(draft, item, "url")) if isinstance(item, dict) else item
    return terms.license_(draft, sent) if isinstance(sent, str) and sent else None


def csl_funder(draft: Draft, item: Any) -> Json:
    """A funder as Crossref's CSL-JSON has it, a row an award."""
    if not isinstance(item, dict):
        return None
    name, funder_id = text.plain(_said(draft, item, "name")), identifiers.funder_id(_said(draft, item, "DOI"))
    awards = item.get("award")
    numbers = (
        [text.plain(sound(draft, a.strip())) for a in awards if isinstance(a, str)] if isinstance(awards, list) else []
    )
    if "" in numbers:
        draft.find("award-placeholder", "funding", "an award number stands for no value", str(awards))
    known: list[str | None] = [n for n in numbers if n]
    rows = [Funding(name or None, funder_id, number) for number in known or [None]]
    return [draft.put(draft.funding, row) for row in rows if row != Funding()] or None


def counter(draft: Draft, sent: str, element: str) -> Json:
    return draft.set(element, int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


# --- what only the whole record can tell -----------------------------------------------------------------------------


def settle(draft: Draft) -> None:
    """A series beside a book is what the book is part of. ``article`` is a preprint, but for one that stands in a volume."""
    if draft.type_raw[:1] == ["article"] and ("volume" in draft.values or "issue" in draft.values):
        draft.types = [(sure, "article" if kind == "preprint" else kind) for sure, kind in draft.types]
    if draft.series and draft.container.get("title") and draft.series != draft.container["title"]:
        draft.put(draft.relations, Relation("is-part-of", "local", draft.series))
