"""References to DOIs: what Crossref has under a DOI, or finds for the words of a line; believed only where it is certain.

Certain is: the titles agree on both sides, the years differ by one at most (online and in print), the first author is the
same, and so are journal, volume and first page as far as both name them: a statement may appear in five journals under one title.
Where a line lacks the year or the author, all that it has must agree, and two of them at least; a title such as ``Editorial`` or
``Leadership`` tells no work from another, and must be found in its place.
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
from harvester.formats import crossref, exported
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
_TELLING = 20
"""Letters of a title that few works share."""
_MONTHS = 6
"""Between the day that a line names and those that Crossref knows."""
_SPELT: Final = 85.0
"""Of 100: ``organisation`` and ``organization``, ``leadreship``."""
_NUMBERS = re.compile(r"\d+|\b(?:[ivx]+|one|two|three|four|five|first|second|third|fourth|fifth)\b")
_ANOTHER = re.compile(
    r"\b(?:protocol|response|reply|rejoinder|comment|commentary|discussion|correction|corrigendum|erratum|retraction|letter|editorial"
    r"|abstract|summary|interview|infographic|podcast|appendix|supplement|update|part|volume|pilot)\b|\d|\b[ivx]{2,}\b"
)
"""A subtitle with one of these is that of another work."""
_SMALL_WORDS = frozenset({"the", "of", "and", "in", "for", "a", "an", "on", "de", "la", "der", "und", "et"})


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
    update: str | None = None
    """What happened to it since: ``Retracted 2010-02-06: https://doi.org/10.1016/...``."""

    def __str__(self) -> str:
        if self.verdict == "matched":
            return f"matched {self.doi}" + (f"; {self.update}" if self.update else "")
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
        outcome = _found(reference, client)
        if reference.doi and outcome.verdict == "matched":
            why = f"the line says {reference.doi}, which Crossref does not have"
            return Outcome(reference, "unsure", best=outcome.best, reason=why)
        return outcome
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
        return Outcome(reference, "matched", doi, candidate, type=record.type, update=exported.mark(record))
    given = doi == reference.doi
    agreed = given and candidate.likeness >= _ALIKE and "title" not in " ".join(candidate.against)
    if agreed:  # the line itself says so, and its title is that of the work
        return Outcome(reference, "matched", doi, candidate, type=record.type, update=exported.mark(record))
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
        return Outcome(reference, "matched", candidate.doi, candidate, type=record.type, update=exported.mark(record))
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
    when = _when(reference, record)
    who = _who(reference, record)
    where, placed = _where(reference, record)
    against += [why for why in (when, who, where) if why]
    agreed = (when is not None) + (who is not None)
    if not against and len(text.title_key(reference.title)) < _TELLING and not placed:
        against.append("its title is short, and volume and page do not confirm it")
    if not against and agreed < 2:
        against.append("the line says too little to be sure")
    if record.type in ("correction", "retraction-notice", "peer-review", "paratext", "dataset") and not text.notice(
        reference.title
    ):
        against.append(f"it is a {record.type.replace('-', ' ')}")
    return Candidate(doi, record.title or "", round(likeness, 1), tuple(against))


def _when(reference: Reference, record: Record) -> str | None:
    """What is against it, '' where the times agree, None where one of the two has none."""
    known = [d.value for d in record.dates if d.value and d.type in ("print", "online", "issued", "posted")]
    years = [year for value in known if (year := dates.year(value)) is not None]
    if reference.year is None or not years:
        return None
    if not any(abs(reference.year - year) <= 1 for year in years):
        return f"its year is {min(years)}, not {reference.year}"
    own, theirs = _month(reference.date or ""), [month for value in known if (month := _month(value))]
    if len(reference.date or "") == 10 and own and theirs and min(abs(own - month) for month in theirs) > _MONTHS:
        return f"its date is {min(known, key=len)}, not {reference.date}"
    return ""


def _month(value: str) -> int | None:
    """Months since the year 0; None for a year alone and for seasons."""
    match = re.match(r"(\d{4})-(0[1-9]|1[0-2])(?!\d)", value)
    return int(match[1]) * 12 + int(match[2]) if match else None


def _who(reference: Reference, record: Record) -> str | None:
    """The same of the first author, or of the first editor where the line names editors."""
    people = [c for c in record.contributors if c.role == ("editor" if reference.edited else "author")]
    if not reference.authors or not people:
        return None
    own, first = reference.authors[0], people[0]
    if own.kind == first.kind == "organisation":
        same = _words(own.name) == _words(first.name)
    else:
        same = _surname(own.family or own.name) == _surname(first.family or first.name)
        initials = [unaccented(given)[:1] for given in (own.given, first.given) if given]
        same = same and len(set(initials)) < 2
    return "" if same else f"its first {'editor' if reference.edited else 'author'} is {first.name}"


def _where(reference: Reference, record: Record) -> tuple[str, bool]:
    """(what is against it, whether the volume and the page confirm it)."""
    names = [n for n in (record.container.title, record.container.short_title) if n] if record.container else []
    if reference.container and names and not any(same_journal(reference.container, name) for name in names):
        return f"it is in {names[0]}", False
    if record.type in ("preprint", "chapter") and not reference.container and not _named_in(reference.raw, names):
        return f"it is a {record.type}", False
    if reference.container and not names and record.type == "preprint":
        return "it is a preprint", False
    start = (reference.pages or "").partition("-")[0]
    pages = [p for p in (record.start_page, record.article_number) if p]
    if reference.volume and record.volume and reference.volume != record.volume:
        return f"its volume is {record.volume}, not {reference.volume}", False
    if start.isdigit() and record.start_page and record.start_page.isdigit() and start != record.start_page:
        return f"its first page is {record.start_page}, not {start}", False
    return "", bool(reference.volume and reference.volume == record.volume and start in pages)


def _named_in(line: str, names: list[str]) -> bool:
    """Whether a line says where a chapter or a preprint is: it may mean the article of the same title."""
    said = set(_words(line))
    return any(said.issuperset(_journal(name)) for name in names) or bool(re.search(r"(?i)rxiv|preprint|ssrn", line))


def same_journal(one: str, other: str) -> bool:
    """Whether two names may be of one journal: word by word one is short for the other, or one has the other's initials.

    >>> same_journal("N Engl J Med", "The New England Journal of Medicine"), same_journal("BMJ", "BMJ Open")
    (True, False)
    >>> same_journal("JAMA", "Journal of the American Medical Association"), same_journal("PLoS Med", "BMJ")
    (True, False)
    """
    first, second = _journal(one), _journal(other)
    if len(first) == len(second):
        return all(_short_for(*sorted(pair, key=len)) for pair in zip(first, second, strict=True))
    return any(
        len(a) == 1 and a[0] == "".join(word[0] for word in b) for a, b in ((first, second), (second, first)) if b
    )


def _journal(name: str) -> list[str]:
    """Its words, without a place in brackets and a subtitle."""
    return _words(re.sub(r"\([^()]*\)|\s[:=].*|:\s.*", "", name))


def _words(name: str) -> list[str]:
    plain = re.sub(r"['’]", "", unaccented(name).casefold())
    return [word for word in re.findall(r"[^\W_]+", plain) if word not in _SMALL_WORDS]


def _short_for(short: str, long: str) -> bool:
    """``leadersh`` for ``leadership``, ``natl`` for ``national``."""
    rest = iter(long)
    return short[0] == long[0] and all(letter in rest for letter in short)


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
    short, long = sorted((one, other), key=lambda t: len(text.title_key(t)))
    head = re.split(r"\s*[:.?–—]\s+|\?\s*", long, maxsplit=1)[0]
    if len(text.title_key(short)) >= _ENOUGH and text.title_key(head) == text.title_key(short):
        return 98.0 if _ANOTHER.search(unaccented(long[len(head) :]).casefold()) is None else _LIKELY
    if len({tuple(_NUMBERS.findall(unaccented(title).casefold())) for title in (one, other)}) > 1:
        return 0.0
    likeness = float(fuzz.ratio(*keys))
    return likeness if _is_slip(one, other) else min(likeness, _ALIKE - 1)


def _is_slip(one: str, other: str) -> bool:
    """Whether the words in which two titles differ are spellings of the same: ``not`` and ``women`` are no slips."""
    first, second = _words(one), _words(other)
    left, right = ("".join(word for word in a if word not in b) for a, b in ((first, second), (second, first)))
    return left == right or fuzz.ratio(left, right) >= _SPELT


def _surname(name: str) -> str:
    """What can be compared of a surname: its last word, without particles and accents."""
    words = re.findall(r"[^\W\d_]+", unaccented(name))
    return words[-1] if words else ""
