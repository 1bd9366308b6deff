"""How Crossref states a work: one item of ``/works`` in the shape that the REST API has in 2026.

Shape: https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md and answers of the live API. Also here as
there: lists that are present and empty, dates in three spellings, corrections and retractions as ``updated-by`` on the
work concerned and ``update-to`` on the notice, each with the one who asserts it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from harvester.sandbox.facts import Facts, Update

_TYPES = {
    "article": "journal-article",
    "notice": "journal-article",
    "thesis": "dissertation",
    "report": "report",
    "chapter": "book-chapter",
    "conference-paper": "proceedings-article",
    "working-paper": "posted-content",
    "dataset": "dataset",
    "presentation": "other",
}

Item = dict[str, Any]


def item(work: Facts) -> Item:
    view = work.crossref
    assert view is not None
    prefix = work.doi.partition("/")[0]
    published = work.online or work.issued
    created = _moment(view.created)
    updates = {
        "update-to": [_update(u) for u in work.update_to],
        "updated-by": [_update(u) for u in work.updated_by],
    }
    numbered = {"volume": work.volume, "issue": work.issue, "page": work.pages}
    found: Item = {
        "indexed": {**_moment(view.indexed or view.created), "version": "3.50.1"},
        "reference-count": len(work.references),
        "publisher": view.publisher or work.publisher,
        **{name: value for name, value in numbered.items() if value},
        **({"license": [_license(work, published)]} if work.license else {}),
        **({"funder": [_funder(work, i) for i in range(len(work.funders))]} if work.funders else {}),
        "content-domain": {"domain": [], "crossmark-restriction": False},
        "short-container-title": [work.container] if work.container else [],
        **({"accepted": _date(work.accepted)} if work.accepted else {}),
        **({"published-print": _date(work.issued[:7])} if work.issued and work.volume else {}),
        **({"published-online": _date(work.online)} if work.online else {}),
        **({"abstract": _jats(work.abstract)} if work.abstract else {}),
        "DOI": work.doi,
        "type": _TYPES[work.kind],
        "created": created,
        **{name: value for name, value in updates.items() if value},
        "source": "Crossref",
        "is-referenced-by-count": view.cited_by,
        "title": [work.title],
        "prefix": prefix,
        "author": [_author(work, i) for i in range(len(work.creators))],
        "member": "239" if prefix == "10.1136" else "7822",
        **({"reference": [_reference(work, i) for i in range(len(work.references))]} if work.references else {}),
        "container-title": [work.container] if work.container else [],
        "original-title": [],
        **({"language": work.language} if work.language else {}),
        "deposited": created,
        "score": 1,
        "resource": {"primary": {"URL": work.url or f"https://journal.example.org/lookup/doi/{work.doi}"}},
        "subtitle": [work.subtitle] if work.subtitle else [],
        "short-title": [],
        "issued": _date(min(d for d in (work.online, work.issued) if d)),
        "references-count": len(work.references),
        **({"journal-issue": {"issue": work.issue}} if work.issue else {}),
        "alternative-id": [work.doi],
        "URL": f"https://doi.org/{work.doi}",
        "relation": {},
        **({"ISSN": [work.issn], "issn-type": [{"value": work.issn, "type": "electronic"}]} if work.issn else {}),
        "subject": [],
        "published": _date(min(d for d in (work.online, work.issued) if d)),
    }
    if not found["author"]:
        del found["author"]
    return {name: value for name, value in found.items() if name not in view.without}


def _author(work: Facts, number: int) -> Item:
    name = work.creators[number]
    family, comma, given = name.partition(", ")
    author: Item = {"given": given, "family": family} if comma else {"name": name}
    if name in work.orcids:
        author = {
            "ORCID": f"https://orcid.org/{work.orcids[name]}",
            "authenticated-orcid": number == 0,
            **author,
        }
    return {
        **author,
        "sequence": "additional" if number else "first",
        "affiliation": [{"name": work.affiliation}] if work.affiliation else [],
        "role": [{"role": "author", "vocabulary": "crossref"}],
    }


def _funder(work: Facts, number: int) -> Item:
    awards = list(work.grants) if number == 0 else []
    funder: Item = {"name": work.funders[number]}
    if awards:
        funder |= {"award": awards, "award-info": [{"award-number": awards}]}
    return funder


def _license(work: Facts, start: str) -> Item:
    day = f"{start}-01-01"[:10]  # the API fills up what the publisher left open
    return {"start": _moment(day), "content-version": "vor", "delay-in-days": 0, "URL": work.license}


def _reference(work: Facts, number: int) -> Item:
    key = f"{work.doi.partition('/')[2]}-{number + 1}"
    return {"key": key, "doi-asserted-by": "publisher", "DOI": work.references[number]}


def _update(update: Update) -> Item:
    stated: Item = {
        "DOI": update.doi,
        "type": update.type,
        "label": update.type.replace("_", " ").capitalize(),
        "source": update.source,
        "updated": _moment(update.date),
    }
    return stated | ({"record-id": update.record_id} if update.record_id else {})


def _jats(paragraphs: tuple[str, ...]) -> str:
    """Sections where the paragraphs have headings, else plain paragraphs."""
    parts = []
    for paragraph in paragraphs:
        heading, colon, text = paragraph.partition(": ")
        if colon and len(heading) < 30:
            parts.append(
                f"<jats:sec><jats:title>{escape(heading)}</jats:title><jats:p>{escape(text)}</jats:p></jats:sec>"
            )
        else:
            parts.append(f"<jats:p>{escape(paragraph)}</jats:p>")
    return "".join(parts)


def _date(text: str) -> Item:
    return {"date-parts": [[int(part) for part in text.split("-")]]}


def _moment(text: str) -> Item:
    """Date parts, ISO date-time and milliseconds since 1970, which the API gives side by side."""
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return {
        "date-parts": [[moment.year, moment.month, moment.day]],
        "date-time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timestamp": int(moment.timestamp()) * 1000,
    }
