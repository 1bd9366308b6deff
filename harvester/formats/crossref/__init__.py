"""Crossref works to records: the JSON item as the REST API sends it.

What goes where is in ``schemas/crosswalks/crossref.toml``; how an item is decoded, in ``decode``. Nothing here looks at
the clock: whether a licence has started is judged by when Crossref indexed the record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Raw

from harvester.clean import citations, identifiers, text
from harvester.errors import RecordError
from harvester.formats.crossref import values
from harvester.formats.crossref.access import licenses
from harvester.formats.crossref.agents import contributors, funding, institutions, investigators
from harvester.formats.crossref.decode import decode
from harvester.formats.crossref.explain import steps
from harvester.formats.crossref.history import Asserted, dated, period
from harvester.formats.crossref.identity import Place, identified, place
from harvester.formats.crossref.item import Item
from harvester.formats.crossref.table import table, types
from harvester.formats.crossref.updates import related, updates, worst
from harvester.formats.crossref.values import count, day, for_programs, language_tag, language_tags, plain, plain_list
from harvester.formats.findings import finding
from harvester.formats.issued import issued
from harvester.formats.rules.theses import degree_level, kind_of_thesis
from harvester.record import (
    Collection,
    Degree,
    Description,
    Event,
    File,
    Finding,
    Json,
    RawRecord,
    Record,
    Relation,
    Step,
    Subject,
    Title,
)

VOLATILE: Final = frozenset({"indexed", "is-referenced-by-count", "score"})
"""Keys that change without anybody having changed the record: when it was indexed, how often it is cited, how well it matched."""

_keys = msgspec.json.Decoder(dict[str, Raw])


def digest(item: bytes | dict[str, Json]) -> bytes:
    """16 bytes that change when the record does; the keys in ``VOLATILE`` do not count. Never raises on bytes.

    The order of keys counts: Crossref keeps it from one answer to the next, but for new software.
    """
    payload = item if isinstance(item, bytes) else msgspec.json.encode(item)
    try:
        found = _keys.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return hashlib.blake2b(payload, digest_size=16).digest()
    for key in VOLATILE:
        found.pop(key, None)
    parts = b"\x00".join(["\x00".join(found).encode(), *found.values()])
    return hashlib.blake2b(parts, digest_size=16).digest()


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The record of one item. RecordError where the payload is no JSON object or names no DOI; all else is a finding.

    ``dialect`` has no meaning here: Crossref is one platform.
    """
    item, lost, odd = decode(raw.payload)
    record = _record(item, lost, odd)
    if trace is not None:
        trace.extend(steps(raw.payload, _elements))
    return record


def _record(item: Item, extra: dict[str, list[str]], odd: list[str]) -> Record:
    doi, url = values.doi_and_url(item.doi) if item.doi else (None, None)
    if doi is None:
        raise RecordError(f"has no DOI: {item.doi!r}" if item.doi else "has no DOI", element="DOI")
    kind = (item.type or "").strip().lower()
    findings: list[Finding] = []
    if odd:
        findings += [
            finding("unexpected-shape", path, f"{path} is not of the documented shape") for path in dict.fromkeys(odd)
        ]
    within = place(item, kind)
    for code, sent in within.invalid:
        extra.setdefault(code, []).append(sent)
        if code == "ISSN":
            findings.append(finding("issn-checksum", "identifiers", f"{sent!r} is no valid ISSN", sent))
    title, titles = _titles(item)
    update = updates(item, doi)
    for name in update.unknown:
        findings.append(finding("update-type-unknown", "update_status", f"{name!r} is no known type of update", name))
    described = dated(item)
    asserted = Asserted(item, described, extra) if item.assertion else None
    # The day from which it is free is none of publication.
    published = [d for d in described if d.type != "available"] if item.free_to_read else described
    pages = citations.pages(item.page) if item.page else None
    article_number = plain(item.article_number)
    if item.page and pages is None and not _no_pages(item.page):
        if article_number is None and citations.ARTICLE_NUMBER.fullmatch(item.page):
            article_number = item.page
        else:
            extra.setdefault("page", []).append(item.page)
    volume = _number("volume", item.volume, extra) if item.volume else None
    issue_sent = item.issue or (item.journal_issue.issue if item.journal_issue else None)
    issue = _number("issue", issue_sent, extra) if issue_sent else None
    people = contributors(item, extra, findings)
    if item.project:
        people += investigators(item.project, extra, findings)
        amounts = [msgspec.json.encode(p.award_amount).decode() for p in item.project if p.award_amount]
        if amounts:
            extra["project[].award-amount"] = amounts
    if within.other_titles:
        extra.setdefault("container-title", []).extend(within.other_titles)
    status = update.status
    if title and update.notice is None and not update.reinstated and (said := text.update_prefix(title)) is not None:
        status = worst(status, said)  # publishers also say it in the title, and only there
    return Record(
        title=title,
        titles=titles,
        type=_type(item, kind, title, update.notice),
        type_raw=tuple(filter(None, (item.type, item.subtype))),
        identifiers=identified(item, doi, kind, within),
        url=url,
        contributors=people,
        subjects=_subjects(item.subject) if item.subject else (),
        dates=tuple(described),
        # What was printed is cited by its print, also without a volume: old books came online decades later.
        # A thesis that nobody published is cited by the day on which it was approved.
        issued=issued(published, bool(volume or issue or item.published_print))
        or next((d.value for d in described if d.type == "accepted" and item.type == "dissertation"), None),
        container=within.container,
        volume=volume,
        issue=issue,
        pages=pages.pages if pages else None,
        start_page=pages.start if pages else None,
        end_page=pages.end if pages else None,
        article_number=article_number,
        publisher=plain(item.publisher),
        references_count=count(item.references_count, item.reference_count),
        cited_by_count=count(item.is_referenced_by_count),
        extra=extra,
        **dict(_seldom(item, within, update.relations, status, asserted, extra, findings)),
    )


def _seldom(
    item: Item,
    within: Place,
    updated: tuple[Relation, ...],
    status: str | None,
    asserted: Asserted | None,
    extra: dict[str, list[str]],
    findings: list[Finding],
) -> Iterator[tuple[str, Any]]:
    """The elements that few works have: each costs a Record some time, also where it has nothing to say."""
    if item.abstract or item.project or item.description or item.review:
        yield "descriptions", _descriptions(item)
    if item.language:
        yield "language", language_tags(item.language, extra)
    if item.edition_number or item.version:
        yield "edition", plain(item.edition_number) or (plain(item.version.version) if item.version else None)
    if item.part_number or item.special_numbering:
        yield "part", plain(item.part_number) or plain(item.special_numbering)
    if item.publisher_location:
        yield "place", plain(item.publisher_location)
    if asserted:
        yield "peer_reviewed", asserted.peer_reviewed
        yield "rights", tuple(asserted.rights)
        yield "access", asserted.access
    if item.license or item.free_to_read:
        licences, access, embargo_until = licenses(item, extra)
        yield "licenses", licences
        yield "embargo_until", embargo_until
        if access:
            yield "access", access
    if item.funder or item.project or item.award:
        yield "funding", funding(item, findings)
    if updated or item.relation or within.series:
        yield "relations", (*updated, *related(item, extra), *within.series)
    if status:
        yield "update_status", status
    if item.link:
        yield "files", _files(item, extra)
    if item.degree:
        yield "degree", _degree(item)
    if item.group_title:
        yield "collections", tuple([Collection(name=name) for name in plain_list([item.group_title])])
    if item.event:
        yield "event", _event(item, extra)
    if item.institution or item.standards_body:
        yield "institutions", institutions(item, extra)
    if item.project:
        yield "period", period(item, extra)
    if item.archive:
        extra.setdefault("archive", []).extend(item.archive)
    if findings:
        yield "findings", tuple(findings)


# --- what it is ------------------------------------------------------------------------------------------------------


def _type(item: Item, kind: str, title: str | None, notice: str | None) -> str:
    if kind == "posted-content":
        return table("subtypes").get((item.subtype or "").strip().lower().replace("-", "_"), "other")
    found = types().get(kind, "other")
    if kind == "other" and item.container_title and (item.isbn or item.isbn_type):
        return "chapter"  # Cambridge and Bloomsbury deposit the chapters of some books so
    if found == "article" and notice is not None:
        return notice
    if found == "thesis" and item.degree:
        return kind_of_thesis(next((level for d in item.degree if (level := degree_level(d))), None))
    if found in {"article", "chapter"} and title is not None:
        unsigned = not (item.author or item.editor)  # Front Matter ("Contents")
        if text.is_stub_title(title) or (unsigned and text.is_stub_title(title.partition(" (")[0])):
            return "paratext"
    return found


def _titles(item: Item) -> tuple[str | None, tuple[Title, ...]]:
    """The title with its subtitle, and all others. A list of titles holds one in each language, or is a mistake."""
    sent = item.title or ()
    if len(sent) == 1 and not (item.subtitle or item.original_title or item.short_title):  # nearly all
        title = text.title(sent[0])
        return title, _as_sent(sent[0]) if title else ()
    tongues: dict[str | None, str | None] = {}
    if not sent and item.project:
        of_projects = [t for p in item.project for t in p.project_title or () if t.title]
        sent = [t.title for t in of_projects if t.title]
        tongues = {text.title(t.title or ""): language_tag(t.language) for t in of_projects}
    clean = [(t, s) for s in sent if (t := text.title(s))]
    originals = [t for s in item.original_title or () if (t := text.title(s))]
    main = clean[0][0] if clean else originals[0] if originals else None
    found = dict.fromkeys(_as_sent(clean[0][1]) if clean else ())
    found.update(dict.fromkeys([Title(t, language=tongues.get(t)) for t, _ in clean[1:] if t != main]))
    for subtitle in [t for s in item.subtitle or () if (t := text.title(s))]:
        found[Title(subtitle, "subtitle")] = None
        if main and ":" not in main and text.title_key(subtitle) not in text.title_key(main):
            main = f"{main}: {subtitle}"
    shorts = [t for s in item.short_title or () if (t := text.title(s))]
    for kind, others in (("original", originals), ("short", shorts)):
        found.update(dict.fromkeys([Title(other, kind) for other in others if other != main]))
    return main, tuple(found)


def _as_sent(title: str) -> tuple[Title, ...]:
    """The title with its markup, where it has some."""
    return (Title(" ".join(title.split()), "markup"),) if text.has_markup(title) else ()


def _descriptions(item: Item) -> tuple[Description, ...]:
    found: list[Description] = []
    if item.abstract and (abstract := text.abstract(item.abstract)):
        found.append(Description(abstract, markup=item.abstract if text.has_markup(item.abstract) else None))
    found += [
        Description(words, language=language_tag(sent.language))
        for project in item.project or ()
        for sent in project.project_description or ()
        if sent.description and (words := text.abstract(sent.description))
    ]
    if item.description and (words := text.abstract(item.description)):
        found.append(Description(words, "other"))
    if item.review:
        said = [
            (name, plain(getattr(item.review, name))) for name in item.review.__struct_fields__ if name != "language"
        ]
        if note := "; ".join([f"{name.replace('_', ' ')}: {value}" for name, value in said if value]):
            found.append(Description(note, "note"))
    return tuple(found)


@lru_cache(maxsize=4096)
def _subjects(sent: tuple[str, ...]) -> tuple[Subject, ...]:
    """All works of a journal have those of the journal."""
    return tuple([Subject(term, "asjc") for term in plain_list(sent)])


# --- what belongs to it ----------------------------------------------------------------------------------------------


def _files(item: Item, extra: dict[str, list[str]]) -> tuple[File, ...]:
    """Links to full text, each URL once; those for readers first, and what is meant for programs says so."""
    found: dict[str, File] = {}
    for link in sorted(item.link or (), key=lambda link: for_programs(link.intended_application) is not None):
        if link.intended_application == "similarity-checking" or not link.url:
            continue
        url = identifiers.url(link.url)
        if url is None and plain(link.url):
            extra.setdefault("link[].URL", []).append(link.url)
        if url and url not in found:
            mime = link.content_type if link.content_type and "/" in link.content_type else None
            version = table("access-versions").get(link.content_version or "")
            purpose = for_programs(link.intended_application)
            found[url] = File(url=url, description=purpose, mime=mime, version=version)
    return tuple(found.values())


def _event(item: Item, extra: dict[str, list[str]]) -> Event | None:
    sent = item.event
    assert sent is not None
    event = Event(
        name=plain(sent.name),
        acronym=plain(sent.acronym),
        place=plain(sent.location),
        start=day("event.start", sent.start, extra),
        end=day("event.end", sent.end, extra),
        number=plain(sent.number),
        sponsor="; ".join(plain_list(sent.sponsor)) or None,
    )
    return event if event != Event() else None


def _degree(item: Item) -> Degree | None:
    names = plain_list(item.degree)
    level = next((level for name in names if (level := degree_level(name))), None)
    return Degree(name="; ".join(names), level=level) if names else None


def _number(key: str, sent: str, extra: dict[str, list[str]]) -> str | None:
    """A volume or an issue; ``ahead-of-print`` is none yet."""
    found = citations.number(sent)
    if found is None and plain(sent):
        extra.setdefault(key, []).append(sent)
    return found


def _no_pages(sent: str) -> bool:
    """
    >>> _no_pages("n/a-n/a"), _no_pages("None-None"), _no_pages("S. 12"), _no_pages("No-12")
    (True, True, False, False)
    """
    return text.placeholder(sent) or all(text.placeholder(part) for part in sent.split("-"))


def _elements(sent: dict[str, Json]) -> dict[str, Any]:
    """The elements of a record with these keys alone; ``json`` writes what msgspec will not (NaN, lone surrogates)."""
    record = _record(*decode(json.dumps(sent).encode()))
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return found
