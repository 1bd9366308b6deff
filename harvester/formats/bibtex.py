"""Works as BibTeX, in UTF-8, for biber and any BibTeX of this century.

Titles stand in double braces, so that no style changes their case. Keys are made of name, year and the work's number: unique
without a look at the others, and the same in every export.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from harvester.formats import exported
from harvester.record import Contributor, Record, Work

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# fmt: off
_ESCAPES: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
})
# fmt: on
_VERBATIM: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
_CONTAINED: Final = frozenset({"incollection", "inproceedings", "inbook"})


def write(works: Iterable[Work]) -> Iterator[str]:
    """One entry a work, with an empty line after it."""
    for work in works:
        yield entry(work)


def entry(work: Work) -> str:
    record = work.record
    kind = exported.names("bibtex").get(record.type, "misc")
    container = record.container
    place = container.title if container else None
    if kind == "article" and not place:
        kind = "misc"
    if container is not None and container.type == "series" and kind not in _CONTAINED:
        holder = "series"
    else:
        holder = "journal" if kind == "article" else "booktitle" if kind in _CONTAINED else "howpublished"
    awarding = next((i.name for i in record.institutions if i.role in ("awarding", "host") and i.name), None)
    thesis, report = kind in ("phdthesis", "mastersthesis"), kind == "techreport"
    doi = exported.identifier(record, "doi")
    url = exported.link(record)
    texts: list[tuple[str, str | None]] = [
        (holder, place),
        ("volume", record.volume),
        ("number", record.issue),
        ("pages", _pages(record)),
        ("edition", record.edition),
        (
            "school" if thesis else "institution" if report else "publisher",
            awarding if thesis and awarding else record.publisher,
        ),
        ("address", record.place),
        ("issn", ", ".join(exported.numbers(record, "issn", "eissn"))),
        ("isbn", ", ".join(exported.numbers(record, "isbn"))),
        ("language", ", ".join(record.language)),
        ("keywords", ", ".join(dict.fromkeys([s.term for s in record.subjects]))),
        ("abstract", exported.abstract(record)),
        ("note", exported.mark(record)),
    ]
    lines = [f"title = {{{{{escape(exported.title(work))}}}}}"]
    for field, role in (("author", "author"), ("editor", "editor")):
        if names := [_name(c) for c in exported.people(record, role)]:
            lines.append(f"{field} = {{{' and '.join(names)}}}")
    if year := exported.year(record):
        lines.append(f"year = {{{year}}}")
    if month := _month(record.issued):
        lines.append(f"month = {month}")
    lines += [f"{field} = {{{escape(value)}}}" for field, value in texts if value]
    for field, value in (("doi", doi), ("url", url)):
        if value:  # taken as they are, also by biblatex: nothing is escaped but what would end the field
            lines.append(f"{field} = {{{exported.one_line(value).translate(_VERBATIM)}}}")
    inner = ",\n".join([f"  {line}" for line in lines])
    return f"@{kind}{{{key(work)},\n{inner}\n}}\n\n"


def key(work: Work) -> str:
    """``Aufegger2020w17``: letters and digits only."""
    people = exported.people(work.record, "author", "editor")
    name = (people[0].family or people[0].name) if people else exported.title(work)
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    first = re.search(r"[A-Za-z]+", letters)
    return f"{first[0][:30] if first else 'work'}{exported.year(work.record) or ''}w{work.id}"


def escape(text: str) -> str:
    """Text that TeX sets as it is. Braces become commands: BibTeX counts even those with a backslash before them.

    >>> escape("R&D: 100% of {x}_1")
    'R\\\\&D: 100\\\\% of \\\\textbraceleft{}x\\\\textbraceright{}\\\\_1'
    """
    return exported.one_line(text).translate(_ESCAPES)


def _name(contributor: Contributor) -> str:
    """``Family, Suffix, Given``; an organisation in braces, so that it is not taken apart."""
    c = contributor
    if c.kind == "organisation" or not c.family:
        return f"{{{escape(c.name)}}}"
    parts = [_whole(p) for p in (c.family, c.suffix, c.given) if p]
    return ", ".join(parts) if len(parts) > 1 else f"{{{parts[0]}}}"


def _whole(part: str) -> str:
    """A part of a name; in braces where a comma or ``and`` in it would divide it."""
    escaped = escape(part)
    return f"{{{escaped}}}" if "," in escaped or re.search(r"\band\b", escaped, re.IGNORECASE) else escaped


def _pages(record: Record) -> str | None:
    if record.start_page and record.end_page and record.start_page != record.end_page:
        return f"{record.start_page}--{record.end_page}"
    return record.pages or record.article_number


def _month(edtf: str | None) -> str | None:
    found = re.match(r"\d{4}-(0[1-9]|1[0-2])(?![\d/])", edtf or "")
    return _MONTHS[int(found[1]) - 1] if found and "/" not in (edtf or "") else None
