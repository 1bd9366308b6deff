"""CSL-JSON, for citation processors and reference managers: items are read, and works are written.

The schema is https://github.com/citation-style-language/schema (1.0). Organisations are literal names; a retraction stands in
``status`` and ``note``. What is read goes through ``crosswalks/csl_json.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from harvester.clean import identifiers, types
from harvester.errors import RecordError
from harvester.formats import exported
from harvester.formats.csl_json.variables import table
from harvester.record import Contributor, Json, RawRecord, Record, Step, Work

_ROLES: Final = {
    "author": ("author",),
    "editor": ("editor",),
    "translator": ("translator",),
    "chair": ("chair",),
    "compiler": ("compiler",),
    "illustrator": ("illustrator",),
    "contributor": ("advisor", "reviewer", "leader", "participant", "other"),
}
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?")
_SEASONS: Final = range(21, 25)


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """The record of one item; an array of one is that item. RecordError where it is none."""
    # Imported where it is needed: an export loads no parser of XML.
    from harvester.formats.crosswalk import crosswalk
    from harvester.formats.csl_json.rules import settle
    from harvester.formats.draft import begin
    from harvester.formats.json_text import loaded
    from harvester.formats.rules import preprints, theses
    from harvester.formats.tree import branches, walk_json

    found = loaded(raw.payload)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(found, dict) and isinstance(found.get("itemData"), dict):
        found = found["itemData"]  # as word processors keep what was cited
    if not isinstance(found, dict):
        raise RecordError(f"is no object of JSON but {type(found).__name__}", element="type")
    first = {key: found[key] for key in _FIRST if key in found}
    if own := {key: found[key] for key in _CROSSREFS_OWN if found.get(key)}:
        found = {key: value for key, value in found.items() if key not in own} | {"crossref": own}
    draft = begin(raw, dialect, trace)
    walk_json(first | found, branches(crosswalk("csl_json", dialect)), draft)
    settle(draft)
    preprints.settle_preprint(draft)
    theses.settle_thesis(draft)
    return draft.finish()


_CROSSREFS_OWN: Final = ("update-to", "updated-by", "relation")
_FIRST: Final = ("type", "genre", "number", "article-number", "volume")
"""What other variables are read by: the publisher of a thesis is its university."""


def identify(item: dict[str, Json]) -> tuple[str, bool]:
    """What an item of a file calls itself, and whether no other item may be called so: DOI, PMID, else its ``id``."""
    doi, pmid, own = item.get("DOI"), item.get("PMID"), item.get("id", item.get("citation-key"))
    if isinstance(doi, str) and (found := identifiers.doi(doi)) is not None:
        return found, True
    if isinstance(pmid, str | int) and (number := identifiers.pmid(str(pmid))) is not None:
        return f"pmid:{number}", True
    return (str(own).strip(), False) if isinstance(own, str | int) else ("", False)


# --- writing ---------------------------------------------------------------------------------------------------------


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
    terms = list(dict.fromkeys([s.term for s in record.subjects]))
    notes = [mark, *(d.text for d in record.descriptions if d.type == "note")]
    found: dict[str, Any] = {
        "id": work.key,
        "type": exported.names("csl").get(record.type, "document"),
        "title": exported.title(record),
        "title-short": _other_title(record, "short"),
        "original-title": _other_title(record, "original"),
        **{name: [_name(c) for c in exported.people(record, *roles)] for name, roles in _ROLES.items()},
        "issued": date(record.issued),
        "submitted": date(exported.day(record, "submitted")),
        "available-date": date(exported.day(record, "available")),
        "container-title": None if series else container_title,
        "collection-title": container_title if series else None,
        "container-title-short": container.short_title if container else None,
        "collection-number" if series else "volume": record.volume,
        "issue": record.issue,
        "page": record.pages or record.article_number,
        "number": record.article_number or _number(record),
        "version" if record.type in ("software", "dataset") else "edition": record.edition,
        "part-number": record.part,
        "number-of-pages": _count(record, "pages") or exported.pages_counted(record),
        "number-of-volumes": _count(record, "volumes"),
        "medium": next(iter(record.media_types), None),
        "license": next((one.url or one.spdx for one in record.licenses), None),
        "publisher": record.publisher or _awarding(record),
        "publisher-place": record.place,
        "genre": types.label(record.type) if record.type in _WITH_GENRE else None,
        "event-title": event.name if event else None,
        "event-place": event.place if event else None,
        "event-date": date("/".join([day for day in (event.start, event.end) if day])) if event else None,
        "DOI": exported.identifier(record, "doi"),
        "ISSN": ", ".join(exported.numbers(record, "issn", "eissn")),
        "ISBN": ", ".join(exported.numbers(record, "isbn")),
        "PMID": exported.identifier(record, "pmid"),
        "PMCID": exported.identifier(record, "pmcid"),
        "URL": record.url or exported.link(record),
        "language": record.language[0] if record.language else None,
        "abstract": exported.abstract(record),
        "keyword": ("; " if any("," in term for term in terms) else ", ").join(terms),
        "status": exported.MARKS[record.update_status][0]
        if record.update_status in exported.MARKS
        else record.publication_status,
        "note": "\n".join([n for n in notes if n]),
    }
    return {name: value for name, value in found.items() if value}


_WITH_GENRE: Final = frozenset(
    {
        "thesis",
        "doctoral-thesis",
        "masters-thesis",
        "bachelors-thesis",
        "policy-report",
        "working-paper",
        "studentship",
        "case-study",
        "preprint",
    }
)
"""Types that CSL has one name for among several, and whose own name styles print."""


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


def _other_title(record: Record, kind: str) -> str | None:
    return next((t.title for t in record.titles if t.type == kind), None)


def _count(record: Record, what: str) -> str | None:
    """The number in ``176 pages``."""
    found = [match[1] for one in record.extent if (match := re.fullmatch(rf"(\d{{1,6}}) {what}", one))]
    return found[0] if found else None


def _number(record: Record) -> str | None:
    """The number of a report, or that of a preprint in its archive; of an article it would be taken for its place."""
    if record.type in table("numbered")["types"]:
        return None
    arxiv = exported.identifier(record, "arxiv")
    return exported.identifier(record, "report-number") or (f"arXiv:{arxiv}" if arxiv else None)


def _awarding(record: Record) -> str | None:
    if record.type not in table("awarding")["types"]:
        return None
    return next((i.name for i in record.institutions if i.role == "awarding" and i.name), None)


def _name(contributor: Contributor) -> dict[str, str]:
    c = contributor
    if c.kind == "organisation" or not c.family:
        return {"literal": c.name}
    return {k: v for k, v in (("family", c.family), ("given", c.given), ("suffix", c.suffix)) if v}
