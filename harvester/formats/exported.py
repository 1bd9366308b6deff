"""What the export formats have in common: names by role, the best identifiers, and the mark on retracted works."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from harvester import schemas
from harvester.clean import identifiers, types
from harvester.record import Contributor, Record

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

MARKS: Final[dict[str, tuple[str, str]]] = {
    status: (row["label"], row["by"][0])
    for status, row in schemas.table("vocabularies/updates").items()
    if row.get("status", True)
}
"""update_status -> what a reader is told, and the relation that names the notice."""


def mark(record: Record) -> str | None:
    """What happened to a work after it was published, for its note: ``Retracted 2010-02-06: https://doi.org/10.1016/...``.

    None where nothing is known to have happened.
    """
    if record.update_status is None:
        return None
    words, relation = MARKS.get(record.update_status, (record.update_status, ""))
    own = identifier(record, "doi")
    notices = [r for r in record.relations if r.type == relation]
    date = max((r.date for r in notices if r.date), default=None)
    links = [link for r in notices if r.target != own and (link := identifiers.link(r.scheme, r.target))]
    text = f"{words} {date}" if date else words
    return f"{text}: {', '.join(dict.fromkeys(links))}" if links else text


def read_mark(note: str) -> tuple[str, str | None, list[tuple[str, str]]] | None:
    """What ``mark`` wrote: (update_status, date, (scheme, target) of the notices); None for any other note.

    >>> read_mark("Retracted 2010-02-06: https://doi.org/10.5555/notice"), read_mark("Corrected proof")
    (('retraction', '2010-02-06', [('doi', '10.5555/notice')]), None)
    """
    for status, (words, _) in MARKS.items():
        match = re.fullmatch(
            rf"{words}\.?(?: ([0-9][0-9X~?%/-]{{3,20}}))?(?:: (\S+(?:, \S+)*))?", note.strip(), re.IGNORECASE
        )
        if match is not None and status != "new-version":
            targets = [identifiers.classify(link) for link in (match[2] or "").split(", ") if link]
            return status, match[1], [target for target in targets if target is not None]
    return None


def day(record: Record, kind: str) -> str | None:
    """The first date of a kind that could be read."""
    return next((d.value for d in record.dates if d.type == kind and d.value), None)


def identifier(record: Record, scheme: str, *relations: str) -> str | None:
    """The first identifier of a scheme; of the work itself unless other relations are named."""
    wanted = relations or ("self",)
    return next((i.value for i in record.identifiers if i.scheme == scheme and i.relation in wanted), None)


def numbers(record: Record, *schemes: str) -> list[str]:
    """ISSNs or ISBNs of the work or of what contains it, each once."""
    container = record.container
    found = [i.value for i in record.identifiers if i.scheme in schemes and i.relation in ("self", "container")]
    if container is not None:
        found += [n for n in (getattr(container, scheme) for scheme in schemes) if n]
    return list(dict.fromkeys(found))


def people(record: Record, *roles: str) -> list[Contributor]:
    return [c for c in record.contributors if c.role in roles]


def in_full(contributor: Contributor) -> str:
    """The display form of a name, with what distinguishes a son from his father: ``King, Martin Luther, Jr``."""
    c = contributor
    return f"{c.name}, {c.suffix}" if c.suffix and not c.name.endswith(c.suffix) else c.name


def awarding(record: Record) -> str | None:
    """The university that a thesis was accepted by: its publisher, where no other is known."""
    if not record.type.endswith("thesis"):
        return None
    return next((i.name for i in record.institutions if i.role == "awarding" and i.name), None)


def pages_counted(record: Record) -> str | None:
    """The number of pages that a work has: 176 of ``xii, 176 p.``"""
    found = [re.search(r"(\d+) ?p(?:ages|p|\.|$)", sent) for sent in record.extent]
    return next((match[1] for match in found if match), None)


def link(record: Record) -> str | None:
    """Where a reader finds it: by DOI, else its own URL, else its handle."""
    if (doi := identifier(record, "doi")) is not None:
        return identifiers.link("doi", doi)
    if record.url:
        return record.url
    handle = identifier(record, "handle")
    return identifiers.link("handle", handle) if handle else None


def links(record: Record) -> list[str]:
    """``link``, then its own page, its handle and its place at arXiv."""
    handle = identifier(record, "handle")
    arxiv = identifier(record, "arxiv")
    found = [
        link(record),
        record.url,
        handle and identifiers.link("handle", handle),
        arxiv and identifiers.link("arxiv", arxiv),
    ]
    return list(dict.fromkeys([each for each in found if each]))


def title(record: Record) -> str | None:
    """The title; nothing stands in for one that a work does not have: its readers would take that for the title."""
    return record.title if record.title and one_line(record.title) else None


def divided(title: str, record: Record) -> tuple[str, str | None]:
    """The title without its subtitle, and the subtitle, where it is known and stands at the end.

    >>> from harvester.record import Title
    >>> divided("Leadership: a study", Record(titles=(Title("a study", "subtitle"),)))
    ('Leadership', 'a study')
    """
    for other in record.titles:
        if other.type == "subtitle" and len(main := title.removesuffix(f": {other.title}")) < len(title):
            return main, other.title
    return title, None


def abstract(record: Record) -> str | None:
    """One abstract, for formats that have room for one: in the language of the work where it is known, else the first."""
    found = [d for kind in ("abstract", "summary") for d in record.descriptions if d.type == kind]
    same = [d for d in found if d.language and d.language in record.language[:1]]
    return next((d.text for d in (*same, *found)), None)


def year(record: Record) -> str | None:
    """The year of the citation date, where it is a single known year."""
    issued = record.issued or ""
    return issued[:4] if issued[:4].isascii() and issued[:4].isdigit() else None


@cache
def names(vocabulary: str) -> dict[str, str]:
    """Type -> its name in a scheme (see ``types.SCHEMES``): ``csl``, ``bibtex``, ``ris``."""
    return {id_: name for id_ in types.IDS if (name := types.name_in(vocabulary, id_)) is not None}


def one_line(text: str) -> str:
    """Text without line breaks and control characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())


_NOT_XML = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, however it is escaped, and the C1 controls, which XML may but nobody means."""


def xml_text(text: str) -> str:
    """Text without the characters that XML has no place for; an XML library escapes the rest.

    >>> xml_text("p < 0.05\\x00 & more")
    'p < 0.05 & more'
    """
    return text if text.isprintable() else _NOT_XML.sub("", text)
