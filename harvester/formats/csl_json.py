"""Works as CSL-JSON, for citation processors and reference managers.

The schema is https://github.com/citation-style-language/schema (1.0). Organisations are literal names; a retraction stands in
``status`` and ``note``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from harvester.formats import exported
from harvester.record import Contributor, Record, Work

_ROLES: Final = {
    "author": ("author",),
    "editor": ("editor",),
    "translator": ("translator",),
    "chair": ("chair",),
    "contributor": ("leader", "participant", "compiler", "other"),
    "illustrator": ("illustrator",),
}
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?")
_SEASONS: Final = range(21, 25)


def write(works: Iterable[Work]) -> Iterator[str]:
    """One JSON array, an item a line."""
    before = "[\n"
    for work in works:
        yield before + msgspec.json.encode(item(work)).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def item(work: Work) -> dict[str, Any]:
    """One work as a CSL item."""
    record = work.record
    container = record.container
    series = container is not None and container.type == "series"
    container_title = container.title if container else None
    mark = exported.mark(record)
    event = record.event
    notes = [mark, *(d.text for d in record.descriptions if d.type == "note")]
    found: dict[str, Any] = {
        "id": work.key,
        "type": exported.names("csl").get(record.type, "document"),
        "title": exported.title(work),
        **{name: [_name(c) for c in exported.people(record, *roles)] for name, roles in _ROLES.items()},
        "issued": date(record.issued),
        "submitted": date(_first(record, "submitted")),
        "container-title": None if series else container_title,
        "collection-title": container_title if series else None,
        "container-title-short": container.short_title if container else None,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages or record.article_number,
        "number": record.article_number,
        "edition": record.edition,
        "publisher": record.publisher,
        "publisher-place": record.place,
        "genre": next(iter(record.type_raw), None) if record.type in _WITH_GENRE else None,
        "event-title": event.name if event else None,
        "event-place": event.place if event else None,
        "event-date": date(event.start) if event and event.start else None,
        "DOI": exported.identifier(record, "doi"),
        "ISSN": ", ".join(exported.numbers(record, "issn", "eissn")),
        "ISBN": ", ".join(exported.numbers(record, "isbn")),
        "PMID": exported.identifier(record, "pmid"),
        "PMCID": exported.identifier(record, "pmcid"),
        "URL": exported.link(record),
        "language": record.language[0] if record.language else None,
        "abstract": exported.abstract(record),
        "keyword": ", ".join(dict.fromkeys([s.term for s in record.subjects])),
        "status": exported.MARKS[record.update_status][0] if record.update_status in exported.MARKS else None,
        "note": "\n".join([n for n in notes if n]),
    }
    return {name: value for name, value in found.items() if value}


_WITH_GENRE: Final = frozenset(
    {"thesis", "doctoral-thesis", "report", "policy-report", "working-paper", "studentship", "case-study"}
)


def date(edtf: str | None) -> dict[str, Any] | None:
    """A CSL date with the precision that EDTF has; what date-parts cannot say is given as it stands in ``raw``.

    >>> date("2020-09"), date("2020-21"), date("1985~")
    ({'date-parts': [[2020, 9]]}, {'date-parts': [[2020]], 'season': 1}, {'date-parts': [[1985]], 'circa': True})
    >>> date("2019-11/2024-10"), date("199X")
    ({'date-parts': [[2019, 11], [2024, 10]]}, {'raw': '199X'})
    """
    if not edtf:
        return None
    found = [_DATE.fullmatch(part) for part in edtf.split("/")]
    if len(found) > 2 or not all(found):
        return {"raw": edtf}
    matches = [m for m in found if m]
    parts = [[int(p) for p in m.groups()[:3] if p] for m in matches]
    said: dict[str, Any] = {}
    if len(parts) == 1 and len(parts[0]) == 2 and parts[0][1] in _SEASONS:
        said["season"] = parts[0].pop() - 20
    if any(len(p) > 1 and not 1 <= p[1] <= 12 for p in parts):
        return {"raw": edtf}
    if any(m[4] for m in matches):
        said["circa"] = True
    return {"date-parts": parts, **said}


def _name(contributor: Contributor) -> dict[str, str]:
    c = contributor
    if c.kind == "organisation" or not c.family:
        return {"literal": c.name}
    return {k: v for k, v in (("family", c.family), ("given", c.given), ("suffix", c.suffix)) if v}


def _first(record: Record, date_type: str) -> str | None:
    return next((d.value for d in record.dates if d.type == date_type and d.value), None)
