"""Crossref works to records: the JSON item as the REST API sends it.

What goes where is in ``schemas/crosswalks/crossref.toml``; how an item is decoded, in ``decode``. Nothing here looks at
the clock: whether a licence has started is judged by when Crossref indexed the record.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Raw

from harvester.clean import citations, dates, identifiers, languages, text
from harvester.errors import RecordError
from harvester.formats.crossref.access import licenses
from harvester.formats.crossref.agents import contributors, funding, institutions, investigators
from harvester.formats.crossref.decode import decode, loads
from harvester.formats.crossref.history import Asserted, dated, period
from harvester.formats.crossref.item import KEYS, Item
from harvester.formats.crossref.table import table, types
from harvester.formats.crossref.updates import updates
from harvester.formats.findings import finding
from harvester.formats.issued import issued
from harvester.record import (
    Collection,
    Container,
    Description,
    Event,
    File,
    Identifier,
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
_BOOKS: Final = frozenset({"book", "monograph", "edited-book", "reference-book", "book-set", "proceedings"})
_SERIALS: Final = frozenset({"journal", "book-series", "report-series", "proceedings-series"})

_keys = msgspec.json.Decoder(dict[str, Raw])


def digest(item: bytes | dict[str, Json]) -> bytes:
    """16 bytes that change when the record does; the keys in ``VOLATILE`` do not count. Never raises on bytes.

    The order of keys counts: Crossref keeps it from one answer to the next, but for new software.
    """
    payload = item if isinstance(item, bytes) else msgspec.json.encode(item)
    try:
        values = _keys.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return hashlib.blake2b(payload, digest_size=16).digest()
    for key in VOLATILE:
        values.pop(key, None)
    parts = b"\x00".join(["\x00".join(values).encode(), *values.values()])
    return hashlib.blake2b(parts, digest_size=16).digest()


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:  # noqa: ARG001 (a Reader's signature)
    """The record of one item. RecordError where the payload is no JSON object or names no DOI; all else is a finding.

    ``dialect`` has no meaning here: Crossref is one platform.
    """
    item, lost, odd = decode(raw.payload)
    record = _record(item, lost, odd)
    if trace is not None:
        trace.extend(_steps(raw.payload))
    return record


def _record(item: Item, extra: dict[str, list[str]], odd: list[str]) -> Record:
    doi = _doi(item.doi) if item.doi else None
    if doi is None:
        raise RecordError(f"has no DOI: {item.doi!r}" if item.doi else "has no DOI", element="DOI")
    kind = (item.type or "").strip().lower()
    findings = [
        finding("unexpected-shape", path, f"{path} is not of the documented shape") for path in dict.fromkeys(odd)
    ]
    issns, isbns, invalid = _numbers(item)
    for code, sent in invalid:
        extra.setdefault(code, []).append(sent)
        if code == "ISSN":
            findings.append(finding("issn-checksum", "identifiers", f"{sent!r} is no valid ISSN", sent))
    title, titles = _titles(item)
    update = updates(item, doi)
    findings += [
        finding("update-type-unknown", "update_status", f"{name!r} is no known type of update", name)
        for name in update.unknown
    ]
    described = dated(item)
    asserted = Asserted(item, described, extra)
    licences, access, embargo_until = licenses(item)
    pages = citations.pages(item.page) if item.page else None
    if item.page and pages is None and not text.placeholder(item.page):
        extra.setdefault("page", []).append(item.page)
    if item.archive:
        extra.setdefault("archive", []).extend(item.archive)
    volume = citations.number(item.volume) or _plain(item.volume) if item.volume else None
    issue_sent = item.issue or (item.journal_issue.issue if item.journal_issue else None)
    issue = citations.number(issue_sent) or _plain(issue_sent) if issue_sent else None
    people = contributors(item, extra, findings)
    if item.project:
        people += investigators(item.project, extra, findings)
        amounts = [msgspec.json.encode(p.award_amount).decode() for p in item.project if p.award_amount]
        if amounts:
            extra["project[].award-amount"] = amounts
    container = _container(item, kind, issns, isbns, extra)
    status = update.status
    if status is None and title and update.notice is None and not item.update_to:
        status = text.update_prefix(title)
    funders = funding(item, findings) if item.funder or item.project or item.award else ()
    return Record(
        title=title,
        titles=titles,
        type=_type(item, kind, title, update.notice),
        type_raw=tuple([t for t in (item.type, item.subtype) if t]),
        identifiers=_identifiers(item, doi, kind, issns, isbns, container),
        url=f"https://doi.org/{doi}" if _SOUND_DOI.fullmatch(doi) else identifiers.link("doi", doi),
        contributors=people,
        descriptions=_descriptions(item),
        language=_languages(item.language, extra) if item.language else (),
        subjects=tuple([Subject(s, "asjc") for s in _plain_list(item.subject)]) if item.subject else (),
        dates=tuple(described),
        # What was printed is cited by its print, also without a volume: old books came online decades later.
        issued=issued(described, bool(volume or issue or item.published_print)),
        container=container,
        volume=volume,
        issue=issue,
        pages=pages.pages if pages else None,
        start_page=pages.start if pages else None,
        end_page=pages.end if pages else None,
        article_number=_plain(item.article_number),
        edition=_plain(item.edition_number) or (_plain(item.version.version) if item.version else None),
        part=_plain(item.part_number) or _plain(item.special_numbering),
        publisher=_plain(item.publisher),
        place=_plain(item.publisher_location),
        peer_reviewed=asserted.peer_reviewed,
        rights=tuple(asserted.rights),
        licenses=licences,
        access=access or asserted.access,
        embargo_until=embargo_until,
        funding=funders,
        relations=(*update.relations, *_relations(item, extra)) if item.relation else update.relations,
        update_status=status,
        files=_files(item) if item.link else (),
        collections=tuple([Collection(name=g) for g in _plain_list([item.group_title])]) if item.group_title else (),
        event=_event(item) if item.event else None,
        institutions=institutions(item, extra) if item.institution or item.standards_body else (),
        period=period(item) if item.project else None,
        references_count=_first_count(item.references_count, item.reference_count),
        cited_by_count=_first_count(item.is_referenced_by_count),
        extra=extra,
        findings=tuple(findings),
    )


# --- small values ----------------------------------------------------------------------------------------------------


_SOUND_DOI: Final = re.compile(r"10\.[0-9]{4,9}/[a-z0-9._/()-]*[a-z0-9]")
"""A DOI that needs neither cleaning nor quoting, as nearly all at Crossref do."""


def _doi(sent: str) -> str | None:
    return sent if _SOUND_DOI.fullmatch(sent) and "//" not in sent else identifiers.doi(sent)


_issn: Final = lru_cache(maxsize=16384)(identifiers.issn)


@lru_cache(maxsize=16384)
def _plain(sent: str | None) -> str | None:
    """One line of text; None for blanks and placeholders."""
    if not sent:
        return None
    plain = text.plain(sent)
    return plain if plain and not text.placeholder(plain) else None


def _plain_list(sent: list[str] | list[str | None] | None) -> list[str]:
    """Each once, in order, without blanks."""
    return list(dict.fromkeys([plain for one in sent or () if (plain := _plain(one))]))


def _languages(sent: str, extra: dict[str, list[str]]) -> tuple[str, ...]:
    found = tuple(languages.languages(sent))
    if not found and _plain(sent) and sent != "und":
        extra.setdefault("language", []).append(sent)
    return found


def _first_count(*sent: int | None) -> int | None:
    return next((n for n in sent if n is not None and 0 <= n < 2**31), None)


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
        return next((t for part, t in table("degrees").items() if part in " ".join(item.degree).lower()), found)
    if found in {"article", "chapter"} and title is not None:
        unsigned = not (item.author or item.editor)  # Front Matter ("Contents")
        if text.is_stub_title(title) or (unsigned and text.is_stub_title(title.partition(" (")[0])):
            return "paratext"
    return found


def _titles(item: Item) -> tuple[str | None, tuple[Title, ...]]:
    """The title with its subtitle, and all others. A list of titles holds one in each language, or is a mistake."""
    sent = item.title or ()
    if not sent and item.project:
        sent = [t.title for p in item.project for t in p.project_title or () if t.title]
    clean = [(t, s) for s in sent if (t := text.title(s))]
    if len(clean) == 1 and not (item.subtitle or item.original_title or item.short_title):  # nearly all
        title, as_sent = clean[0]
        return title, (Title(" ".join(as_sent.split()), "markup"),) if text.has_markup(as_sent) else ()
    originals = [t for s in item.original_title or () if (t := text.title(s))]
    main = clean[0][0] if clean else originals[0] if originals else None
    found: dict[Title, None] = {}
    if clean and text.has_markup(clean[0][1]):
        found[Title(" ".join(clean[0][1].split()), "markup")] = None
    found.update(dict.fromkeys([Title(title) for title, _ in clean[1:] if title != main]))
    for subtitle in [t for s in item.subtitle or () if (t := text.title(s))]:
        found[Title(subtitle, "subtitle")] = None
        if main and ":" not in main and text.title_key(subtitle) not in text.title_key(main):
            main = f"{main}: {subtitle}"
    shorts = [t for s in item.short_title or () if (t := text.title(s))]
    for kind, others in (("original", originals), ("short", shorts)):
        found.update(dict.fromkeys([Title(other, kind) for other in others if other != main]))
    return main, tuple(found)


def _identifiers(
    item: Item, doi: str, kind: str, issns: list[tuple[str, str]], isbns: list[str], container: Container | None
) -> tuple[Identifier, ...]:
    found = [Identifier("doi", doi, raw=item.doi if item.doi != doi else None)]
    relation = "self" if kind in _SERIALS else "container"
    found += [Identifier(scheme, issn, relation) for scheme, issn in issns]
    relation = "container" if container is not None and container.isbn else "self"
    found += [Identifier("isbn", isbn, relation) for isbn in isbns]
    for sent in item.alternative_id or ():
        other = _doi(sent) if "10." in sent else None
        if other is not None and other != doi:
            found.append(Identifier("doi", other, "candidate"))
        elif other is None and (value := _plain(sent)):
            pii = len(value) == 17 and value[0] in "SB" and value[1:-1].isdigit()
            found.append(Identifier("pii" if pii else "local", value))
    if kind == "grant" and (award := _plain(item.award)):
        found.append(Identifier("grant", award))
    for trial in item.clinical_trial_number or ():
        if number := _plain(trial.clinical_trial_number):
            found.append(Identifier("trial", number, "related"))
    if item.resource:
        places = [item.resource.primary, *(item.resource.secondary or ())]
        urls = [url for place in places if place and place.url and (url := identifiers.url(place.url))]
        found += [Identifier("url", url, "candidate") for url in dict.fromkeys(urls)]
    return tuple(found)


def _numbers(item: Item) -> tuple[list[tuple[str, str]], list[str], list[tuple[str, str]]]:
    """ISSNs as (scheme, ISSN), ISBNs, and (key, value) of what is neither; each once.

    An ISSN is ``issn`` in print and where nobody says which, ``eissn`` where it is electronic.
    """
    issns: dict[str, str] = {}
    isbns: dict[str, None] = {}
    invalid: dict[tuple[str, str], None] = {}
    typed = [(n.value, n.type) for n in item.issn_type if n.value] if item.issn_type else []
    for sent, kind in (*typed, *((number, None) for number in item.issn or ())):
        if issn := _issn(sent):
            issns.setdefault(issn, "eissn" if kind == "electronic" else "issn")
        elif _plain(sent):
            invalid["ISSN", sent] = None
    if item.isbn or item.isbn_type:
        for sent in (*(item.isbn or ()), *(n.value for n in item.isbn_type or () if n.value)):
            # Old records have them as http://id.crossref.org/isbn/9783642209246.
            if isbn := identifiers.isbn(sent.rpartition("/")[2]):
                isbns[isbn] = None
            elif _plain(sent):
                invalid["ISBN", sent] = None
    return [(scheme, issn) for issn, scheme in issns.items()], list(isbns), list(invalid)


def _container(
    item: Item, kind: str, issns: list[tuple[str, str]], isbns: list[str], extra: dict[str, list[str]]
) -> Container | None:
    """What it is part of. Of several titles, the first is that of the series: a chapter stands in the last."""
    titles = _plain_list(item.container_title) if item.container_title else []
    container_type = table("containers").get("book-chapter" if kind == "other" and isbns else kind)
    if not titles and container_type == "repository":
        titles = _plain_list([i.name for i in item.institution or ()])[:1]
    title = (titles[-1] if container_type in {"book", "proceedings"} else titles[0]) if titles else None
    if len(titles) > 1:
        extra.setdefault("container-title", []).extend([t for t in titles if t != title])
    own_issns = dict(reversed(issns)) if kind not in _SERIALS else {}
    isbn = isbns[0] if isbns and kind not in _BOOKS and container_type in {"book", "proceedings"} else None
    short = _plain_list(item.short_container_title) if item.short_container_title else []
    if not (title or own_issns or isbn):
        return None
    return Container(
        title=title,
        short_title=short[0] if short and short[0] != title else None,
        type=container_type,
        issn=own_issns.get("issn"),
        eissn=own_issns.get("eissn"),
        isbn=isbn,
    )


def _descriptions(item: Item) -> tuple[Description, ...]:
    found: list[Description] = []
    if item.abstract and (abstract := text.abstract(item.abstract)):
        found.append(Description(abstract, markup=item.abstract if text.has_markup(item.abstract) else None))
    found += [
        Description(plain)
        for project in item.project or ()
        for sent in project.project_description or ()
        if sent.description and (plain := text.abstract(sent.description))
    ]
    if item.description and (plain := text.abstract(item.description)):
        found.append(Description(plain, "other"))
    if item.degree:
        found += [Description(degree, "note") for degree in _plain_list(item.degree)]
    if item.review:
        said = [
            (name, _plain(getattr(item.review, name))) for name in item.review.__struct_fields__ if name != "language"
        ]
        if note := "; ".join([f"{name.replace('_', ' ')}: {value}" for name, value in said if value]):
            found.append(Description(note, "note"))
    return tuple(found)


# --- what belongs to it ----------------------------------------------------------------------------------------------


def _files(item: Item) -> tuple[File, ...]:
    """Links to full text; the best kind for a reader first does not matter, but each URL comes once."""
    found: dict[str, File] = {}
    for link in item.link or ():
        if link.intended_application == "similarity-checking" or not link.url:
            continue
        url = identifiers.url(link.url)
        if url and url not in found:
            mime = link.content_type if link.content_type and "/" in link.content_type else None
            found[url] = File(url=url, mime=mime, version=table("access-versions").get(link.content_version or ""))
    return tuple(found.values())


def _event(item: Item) -> Event | None:
    sent = item.event
    assert sent is not None
    event = Event(
        name=_plain(sent.name),
        acronym=_plain(sent.acronym),
        place=_plain(sent.location),
        start=dates.from_parts(sent.start.parts) if sent.start else None,
        end=dates.from_parts(sent.end.parts) if sent.end else None,
        number=_plain(sent.number),
        sponsor="; ".join(_plain_list(sent.sponsor)) or None,
    )
    return event if event != Event() else None


def _relations(item: Item, extra: dict[str, list[str]]) -> Iterator[Relation]:
    for name, others in (item.relation or {}).items():
        for other in others or ():
            if not other.id:
                continue
            scheme = (other.id_type or "other").strip().lower()
            scheme = table("schemes").get(scheme, scheme)
            target = identifiers.doi(other.id) if scheme == "doi" else _plain(other.id)
            if target is None:
                extra.setdefault(f"relation.{name}[].id", []).append(other.id)
                continue
            side = other.asserted_by or ""
            relation = name.strip().lower().replace("_", "-")
            yield Relation(relation, scheme, target, asserted_by=table("assertion-sides").get(side, side) or None)


# --- explaining ------------------------------------------------------------------------------------------------------


def _steps(payload: bytes) -> Iterator[Step]:
    """What each key of the item contributed: the item is read again with that key alone beside its DOI and type."""
    sent, _ = loads(payload)
    rules: dict[str, str] = table("fields")
    base_keys = {"DOI": sent.get("DOI"), "type": sent.get("type")}
    base = _elements(base_keys)
    for key, value in sent.items():
        shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        if key not in KEYS:
            yield Step(key, shown, "extra", "unmapped", None)
        elif key not in rules:
            yield Step(key, shown, "", f"ignored: {table('ignored')[key]}", None)
        elif key in base_keys:
            for element in ("identifiers", "url") if key == "DOI" else ("type", "type_raw"):
                yield Step(key, shown, element, rules[key], base.get(element))
        else:
            found = {e: v for e, v in _elements({**base_keys, key: value}).items() if base.get(e) != v}
            if not found:
                yield Step(key, shown, "", rules[key], None)
            for element, got in found.items():
                before = base.get(element)
                if isinstance(got, list) and isinstance(before, list):
                    got = [one for one in got if one not in before]
                yield Step(key, shown, element, rules[key], got)


def _elements(sent: dict[str, Json]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(_record(*decode(msgspec.json.encode(sent))))
    return found
