"""References to DOIs: what Crossref has under a DOI, or finds for the words of a line; believed only where it is certain.

Certain is: the titles agree on both sides, the years differ by one at most (online and in print), and the first author is the
same. Where a line lacks the year or the author, all that it has must agree, and two of them at least.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct
from rapidfuzz import fuzz

from harvester.cite.reference import Reference
from harvester.clean import dates, text
from harvester.clean.organisations import unaccented
from harvester.errors import RecordError, SourceError
from harvester.formats import crossref
from harvester.record import RawRecord, Record

if TYPE_CHECKING:
    from harvester.sources.crossref.client import Client

Verdict = Literal["matched", "unsure", "none", "unasked", "failed"]
_ROWS: Final = 5
_ALIKE: Final = 95.0
"""Of 100: titles that differ by a slip or by punctuation."""
_ENOUGH: Final = 25
"""Letters of a title that may stand without its subtitle."""
_LIKELY: Final = 75.0
"""Below it a candidate is none."""
_NUMBERS = re.compile(r"\d+")


class Candidate(Struct, frozen=True):
    doi: str
    title: str
    likeness: float
    """Of the titles, 0 to 100."""
    against: tuple[str, ...]
    """What does not agree, in words; empty: certain."""


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What was found out about one line."""

    reference: Reference
    verdict: Verdict
    doi: str | None = None
    """Only where it is certain."""
    best: Candidate | None = None
    reason: str = ""
    type: str | None = None
    """Of the work that was matched."""

    def __str__(self) -> str:
        if self.verdict == "matched":
            return f"matched {self.doi}"
        if self.verdict == "unsure" and self.best is not None:
            why = "; ".join(self.best.against) or self.reason
            return f"not certain: best candidate {self.best.doi} ({self.best.title}): {why}"
        if self.verdict == "unsure":
            return f"not certain: {self.reason}"
        return {"none": "no candidate", "unasked": "not asked for", "failed": f"could not be asked for: {self.reason}"}[
            self.verdict
        ]


def offline(references: Iterable[Reference]) -> list[Outcome]:
    """Nothing is asked; a DOI in a line stays unconfirmed."""
    return [Outcome(r, "unasked") for r in references]


def resolve(reference: Reference, client: Client) -> Outcome:
    """Ask Crossref for one line. Never raises for what it answers or does not."""
    try:
        for doi in filter(None, (reference.doi, reference.candidate)):
            outcome = _under(reference, doi, client)
            if outcome is not None:
                return outcome
        return _found(reference, client)
    except SourceError as error:
        return Outcome(reference, "failed", reason=str(error))


def _under(reference: Reference, doi: str, client: Client) -> Outcome | None:
    """The work of a DOI that the line gives or implies; None where Crossref has none."""
    item = client.work(doi)
    record = _read(item) if item is not None else None
    if record is None:
        return None
    candidate = compare(reference, doi, record)
    if not candidate.against:
        return Outcome(reference, "matched", doi, candidate, type=record.type)
    given = doi == reference.doi
    agreed = given and candidate.likeness >= _ALIKE and "title" not in " ".join(candidate.against)
    if agreed:  # the line itself says so, and its title is that of the work
        return Outcome(reference, "matched", doi, candidate, type=record.type)
    return Outcome(reference, "unsure", best=candidate)


def _found(reference: Reference, client: Client) -> Outcome:
    surnames = [a.family or a.name for a in reference.authors[:3]]
    words = " ".join(filter(None, (*surnames, reference.title, reference.container, str(reference.year or ""))))
    answer = client.works({}, {"query.bibliographic": words[:500]}, rows=_ROWS)
    read = [(raw, _read(raw)) for raw in answer.items]
    works = [(doi, record) for _, record in read if record is not None and (doi := _doi(record))]
    compared = [(compare(reference, doi, record), record) for doi, record in works]
    certain = [(c, r) for c, r in compared if not c.against]
    if len(certain) > 1:
        articles = [(c, r) for c, r in certain if r.type != "preprint"]
        certain = articles if len(articles) == 1 else certain
    if len(certain) == 1:
        candidate, record = certain[0]
        return Outcome(reference, "matched", candidate.doi, candidate, type=record.type)
    if certain:
        return Outcome(
            reference,
            "unsure",
            best=certain[0][0],
            reason=f"{len(certain)} works fit: {', '.join(c.doi for c, _ in certain)}",
        )
    likely = [c for c, _ in compared if c.likeness >= _LIKELY]
    if not likely:
        return Outcome(reference, "none")
    return Outcome(reference, "unsure", best=max(likely, key=lambda c: (c.likeness, -len(c.against))))


def _read(item: bytes) -> Record | None:
    try:
        return crossref.read(RawRecord(source="crossref", identifier="", format="crossref", payload=item), "")
    except RecordError:
        return None


def _doi(record: Record) -> str:
    return next((i.value for i in record.identifiers if i.scheme == "doi" and i.relation == "self"), "")


# --- how well they agree ---------------------------------------------------------------------------------------------


def compare(reference: Reference, doi: str, record: Record) -> Candidate:
    """A work of Crossref beside a line."""
    titles = [
        t
        for t in (
            record.title,
            *(t.title for t in record.titles if t.type in ("alternative", "translated", "original")),
        )
        if t
    ]
    likeness = max((title_likeness(reference.title, title) for title in titles), default=0.0)
    against: list[str] = []
    if likeness < _ALIKE:
        against.append("its title differs")
    agreed = 0
    years = {
        y
        for d in record.dates
        if d.value and d.type in ("print", "online", "issued", "posted") and (y := dates.year(d.value))
    }
    if reference.year is not None and years:
        agreed += 1
        if not any(abs(reference.year - year) <= 1 for year in years):
            against.append(f"its year is {min(years)}, not {reference.year}")
    authors = [c for c in record.contributors if c.role == "author"]
    if reference.authors and authors:
        agreed += 1
        if _surname(reference.authors[0].family or reference.authors[0].name) != _surname(
            authors[0].family or authors[0].name
        ):
            against.append(f"its first author is {authors[0].name}")
    if reference.volume and record.volume and reference.volume == record.volume and reference.pages and record.pages:
        agreed += reference.pages == record.pages
    if not against and agreed < 2:
        against.append("the line says too little to be sure")
    if record.type in ("correction", "retraction-notice", "peer-review", "paratext") and not text.notice(
        reference.title
    ):
        against.append(f"it is a {record.type.replace('-', ' ')}")
    return Candidate(doi, record.title or "", round(likeness, 1), tuple(against))


def title_likeness(one: str, other: str) -> float:
    """0 to 100. A title whose subtitle the other leaves out counts as the same where it is long enough to tell works apart.

    >>> title_likeness("Sharing leadership", "Sharing Leadership."), title_likeness("Phase 2 trial", "Phase 3 trial")
    (100.0, 0.0)
    """
    keys = text.title_key(one), text.title_key(other)
    if not all(keys):
        return 0.0
    if keys[0] == keys[1]:
        return 100.0
    if _NUMBERS.findall(keys[0]) != _NUMBERS.findall(keys[1]):
        return 0.0
    short, long = sorted((one, other), key=lambda t: len(text.title_key(t)))
    head = re.split(r"\s*[:.?–—]\s+|\?\s*", long, maxsplit=1)[0]
    if len(text.title_key(short)) >= _ENOUGH and text.title_key(head) == text.title_key(short):
        return 98.0
    return float(fuzz.ratio(*keys))


def _surname(name: str) -> str:
    """What can be compared of a surname: its last word, without particles and accents."""
    words = re.findall(r"[^\W\d_]+", unaccented(name))
    return words[-1] if words else ""
