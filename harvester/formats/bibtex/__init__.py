"""BibTeX and biblatex: read from whatever program wrote it; written in UTF-8, for biber and any BibTeX of this century.

Titles stand in double braces, so that no style changes their case. Keys are made of name, year and the work's number: unique
without a look at the others, and the same in every export.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias
from urllib.parse import quote

from harvester import schemas
from harvester.clean import identifiers, latex, roles, types
from harvester.clean.edtf import is_plain
from harvester.formats import exported
from harvester.formats.bibtex.entries import MONTHS, Entry, slices
from harvester.formats.bibtex.entries import entry as parsed
from harvester.formats.bibtex.rules import HIDDEN
from harvester.formats.crosswalk import crosswalk, take
from harvester.formats.draft import begin
from harvester.formats.encodings import decode
from harvester.formats.rules.preprints import settle_preprint
from harvester.formats.rules.theses import settle_thesis
from harvester.record import Contributor, RawRecord, Record, Step, Work

__all__ = ["entry", "key", "read", "slices", "write"]


# --- in --------------------------------------------------------------------------------------------------------------

_IN_LATEX: Final = ("people", "bodies")
"""Rules that read LaTeX: the braces in names mean something."""
_VERBATIM: Final = frozenset(
    {"doi", "url", "eprint", "link", "pdf", "handle", "howpublished", "date", "origdate", "eventdate"}
)
"""Fields that biblatex takes as they are, dates in EDTF too; only escapes are undone in them."""
_TITLES: Final = {
    "title": ("title", "subtitle"),
    "journal": ("journal", "journaltitle", "journalsubtitle"),
    "booktitle": ("booktitle", "booksubtitle"),
    "maintitle": ("maintitle", "mainsubtitle"),
}
"""Row -> the fields that are read together in it."""
_DATE: Final = ("date", "year", "month", "day")
_NUMBERS: Final = ("eid", "art_number", "articleno", "article-number")
_FIRST: Final = ("author", "journal-full", "fjournal", "journal", "booktitle", "shortjournal", "address", *_NUMBERS)
"""Rows on which others depend: many write the number of an article once more as its pages."""


def read(raw: RawRecord, dialect: str, trace: list[Step] | None = None) -> Record:
    """One entry, with the @string definitions and the entry that it refers to. The dialect is the group of its type."""
    found = parsed(decode(raw.payload)[0])
    kind = found.kind
    table = crosswalk("bibtex", _group(kind))
    draft = begin(raw, dialect, trace)
    draft.type_raw.append(kind)
    if (known := types.named("bibtex", kind)) is not None and known != "other":
        draft.types.append((1, known))
    if found.key and found.key != raw.identifier:
        draft.identify("local", found.key, "version")
    if found.key.startswith("PMID:") and (number := identifiers.pmid(found.key)) is not None:
        draft.identify("pmid", number)  # Europe PMC
    for name, value in _rows(found):
        row = table.field(name)
        plain = value if row is not None and row.rule.startswith(_IN_LATEX) else _plain(name, value)
        if plain:
            take(draft, row, name, plain, None)
    if "title" not in draft.container and "short_title" in draft.container:
        draft.container["title"] = draft.container["short_title"]
    if _group(kind) == "book" and any(draft.container.get("title") == each.title for each in draft.titles):
        del draft.container["title"]  # a whole collection has its own title as its booktitle too
    settle_preprint(draft)
    settle_thesis(draft)
    return draft.finish()


def _group(kind: str) -> str:
    groups: dict[str, list[str]] = schemas.table("crosswalks/bibtex")["kinds"]
    return next((name for name, known in groups.items() if kind in known), "")


def _rows(found: Entry) -> list[tuple[str, str]]:
    """(row of the table, value), fields that belong together joined; those first on which others depend."""
    fields = dict(found.fields)
    rows: dict[str, str] = {}
    for row, (*names, sub) in _TITLES.items():
        main = next((fields[name] for name in names if fields.get(name)), fields.get(sub, "") if row == sub else "")
        below = fields.get(sub, "") if sub not in names else ""
        if main:
            rows[row] = (
                f"{main}{' ' if main.rstrip('}')[-1:] in ':?!' else ': '}{below}"
                if below and below not in main
                else main
            )
        for name in (*names, sub):
            fields.pop(name, None)
    if "title" not in rows and "booktitle" in rows and _group(found.kind) == "book":
        rows["title"] = rows.pop("booktitle")  # of @proceedings that others refer to
    if when := _date(fields):
        rows["date"] = when
    if fields.get("eprint"):
        kind = fields.get("eprinttype") or fields.get("archiveprefix") or ""
        rows["eprint"] = f"{kind.lower()}\t{fields.pop('eprint')}"
    rows |= {name: value for name, value in fields.items() if name not in _DATE}
    for name in ("editor", "editora", "editorb", "editorc"):
        role = roles.role(fields.get(f"{name}type", "editor")) or "editor"
        if name in rows and role != "editor":
            row = role if role in ("translator", "compiler", "illustrator", "advisor") else "contributor"
            rows[row] = " and ".join([each for each in (rows.get(row), rows.pop(name)) if each])
    return sorted(rows.items(), key=lambda row: _FIRST.index(row[0]) if row[0] in _FIRST else len(_FIRST))


def _date(fields: dict[str, str]) -> str:
    """biblatex's date, else year with month and day: ``2020-09-28``; months come as macros, words, numbers, ``sep # "~28"``."""
    if whole := fields.get("date", ""):
        return whole
    year, month, day = (_bare(fields.get(name, "")) for name in ("year", "month", "day"))
    if not year:
        return ""
    if re.search(r"[^\W\d_]", month):
        month = _DAYS.sub("", month).strip(" ,.")  # jun # "~1--3": the days of a conference
    if not re.search(r"\d", month):
        month = re.sub(r"\s*(?:,|&|\band\b)\s*", "/", month)  # nov, dec
    if month.isdigit() and 1 <= int(month) <= 12 and year.isdigit():
        return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day.isdigit() and 1 <= int(day) <= 31 else "")
    return " ".join([part for part in (day, month, year) if part])


_DAYS = re.compile(r"(?<!\d)\d{1,2}\s?(?:-{1,2}|\u2013)\s?\d{1,2}(?!\d)")


def _bare(sent: str) -> str:
    """A part of a date: ``{19--}`` keeps its hyphens, ``28~`` loses its tie."""
    found = latex.text(sent) if "\\" in sent else re.sub(r"[{}~]", " ", sent)
    return " ".join(found.split()).strip(".,")


_URL = re.compile(r"\{*\\url\s*\{([^{}]*)\}")
"""Its tilde is one: ``\\url{https://example.org/~bell}``."""


_MENDELEYS: Final = r"$\backslash$n"
"""A line break as Mendeley writes it."""


def _plain(name: str, value: str) -> str:
    if name in _VERBATIM:
        bare = re.sub(r"\\([_&%#$~{}^])", r"\1", _URL.sub(r"\1", value).strip("{} "))
        return latex.text(bare) if re.search(r"\\[a-zA-Z]", bare) else bare
    if name in ("keywords", "keyword"):
        value = _in_braces(value)
    if _MENDELEYS in value:
        value = value.replace(_MENDELEYS, "\n")
    if "\n" in value:
        value = re.sub(r"\n[ \t]*\n\s*", "\n\n", re.sub(r"(?<!\n)\n(?!\s*\n)\s*", " ", value))
    return latex.text(value)


def _in_braces(keywords: str) -> str:
    """Keywords with the marks hidden that braces hold together; braces around them all are those of the Web of Science."""
    parts: list[str] = []
    depth, start, ends = 0, 0, 0
    for match in re.finditer(r"\\.|[{},;]", keywords, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        ends += match[0] == "}" and depth == 0 and match.end() < len(keywords)
        if match[0] in HIDDEN and depth > 0:
            parts += [keywords[start : match.start()], HIDDEN[match[0]]]
            start = match.end()
    found = "".join([*parts, keywords[start:]])
    return found if ends or not keywords.startswith("{") else found.replace(HIDDEN[";"], ";")


# --- out -------------------------------------------------------------------------------------------------------------

Encode: TypeAlias = Callable[[str], str]
"""Text -> how TeX is to read it."""

# fmt: off
_ESCAPES: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "`": r"\textasciigrave{}",
})
# fmt: on
_LIGATURE = re.compile(r"(?<=([-'<>,]))(?=\1)")
"""Two of a kind that TeX would set as one sign."""
_VERBATIM_ESCAPES: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
_CONTAINED: Final = frozenset({"incollection", "inproceedings", "inbook"})
_PEOPLE: Final = ("author", "editor", "translator", "advisor", "illustrator")


def write(works: Iterable[Work]) -> Iterator[str]:
    """One entry a work, with an empty line after it."""
    for work in works:
        yield entry(work)


def escape(text: str) -> str:
    """Text that TeX sets as it is. Braces become commands: BibTeX counts even those with a backslash before them.

    >>> escape("R&D: 100% of {x}_1"), escape("a -- b")
    ('R\\\\&D: 100\\\\% of \\\\textbraceleft{}x\\\\textbraceright{}\\\\_1', 'a -{}- b')
    """
    return _LIGATURE.sub("{}", exported.one_line(text).translate(_ESCAPES))


def entry(work: Work, encode: Encode = escape) -> str:
    record = work.record
    kind = _kind(record)
    title = exported.title(record)
    lines = [f"title = {{{{{encode(title)}}}}}"] if title else []
    people = [(role, [_name(c, encode) for c in exported.people(record, role)]) for role in _PEOPLE]
    lines += [f"{role} = {{{' and '.join(names)}}}" for role, names in people if names]
    lines += [f"{field} = {{{value}}}" for field, value in _when(record)]
    if month := _month(record.issued):
        lines.append(f"month = {month}")
    if pages := _pages(record):
        lines.append(f"pages = {{{encode(pages).replace('-{}-', '--')}}}")
    lines += [f"{field} = {{{encode(value)}}}" for field, value in _texts(record, kind) if value]
    if words := [_keyword(term, encode) for term in dict.fromkeys([s.term for s in record.subjects])]:
        lines.append(f"keywords = {{{', '.join(words)}}}")
    # taken as they are, also by biblatex: nothing is escaped but what would end the field
    lines += [f"{field} = {{{_verbatim(value, encode)}}}" for field, value in _addresses(record) if value]
    inner = ",\n".join([f"  {line}" for line in lines])
    return f"@{kind}{{{key(work)},\n{inner}\n}}\n\n"


def _kind(record: Record) -> str:
    kind = exported.names("bibtex").get(record.type, "misc")
    return "misc" if kind == "article" and not (record.container and record.container.title) else kind


def _when(record: Record) -> Iterator[tuple[str, str]]:
    if year := exported.year(record):
        yield "year", year
    if _month(record.issued) and (day := re.fullmatch(r"\d{4}-\d\d-(\d\d)", record.issued or "")):
        yield "day", str(int(day[1]))
    if record.issued and not is_plain(record.issued):
        yield "date", record.issued  # a season, a span, an estimate: biblatex reads EDTF, BibTeX the year


def _texts(record: Record, kind: str) -> Iterator[tuple[str, str | None]]:
    container, event = record.container, record.event
    series = container is not None and container.type == "series" and kind not in _CONTAINED
    holder = "journal" if kind == "article" else "booktitle" if kind in _CONTAINED else "howpublished"
    awarding = next((i.name for i in record.institutions if i.role in ("awarding", "host") and i.name), None)
    thesis, report = _group(kind) == "thesis", _group(kind) == "report"
    for name, wanted in (("shorttitle", "short"), ("origtitle", "original")):
        yield name, next((t.title for t in record.titles if t.type == wanted), None)
    yield "series" if series else holder, container.title if container else None
    yield "shortjournal", container.short_title if container and kind == "article" else None
    yield "volume", record.volume
    whole_or_part_of_book = _group(kind) in ("book", "section")  # where `number` is that in a series
    yield (
        "issue" if whole_or_part_of_book else "number",
        record.issue or (exported.identifier(record, "report-number") if report else None),
    )
    yield "eid", record.article_number
    yield "pagetotal", exported.pages_counted(record)
    yield "chapter" if kind in ("incollection", "inbook") else "part", record.part
    yield "version" if kind in ("software", "dataset") else "edition", record.edition
    yield "eventtitle", event.name if event else None
    yield "venue", event.place if event else None
    yield "eventdate", "/".join([d for d in (event.start, event.end) if d]) if event else None
    if thesis:
        yield "school", awarding or record.publisher
    else:
        yield "institution" if report else "publisher", record.publisher
    yield "address", record.place
    if record.publication_status not in (None, "published"):
        yield "pubstate", record.publication_status.replace("-", "")  # inpress is one of biblatex's words
    yield "type", _said_kind(record, kind)
    yield "issn", ", ".join(exported.numbers(record, "issn", "eissn"))
    yield "isbn", ", ".join(exported.numbers(record, "isbn"))
    yield "pmid", exported.identifier(record, "pmid")
    yield "pmcid", exported.identifier(record, "pmcid")
    yield "language", ", ".join(record.language)
    yield "abstract", exported.abstract(record)
    yield "annote", " ".join([d.text for d in record.descriptions if d.type == "note"])
    yield "contents", next((d.text for d in record.descriptions if d.type == "toc"), None)
    yield "note", exported.mark(record)
    yield "copyright", "; ".join(record.rights)
    yield "license", next((found for one in record.licenses if (found := one.spdx or one.url)), None)


def _addresses(record: Record) -> Iterator[tuple[str, str | None]]:
    arxiv, handle = exported.identifier(record, "arxiv"), exported.identifier(record, "handle")
    yield "doi", exported.identifier(record, "doi")
    yield "eprint", arxiv or handle
    yield "eprinttype", "arxiv" if arxiv else "hdl" if handle else None
    yield "url", record.url or exported.link(record) or next((file.url for file in record.files if file.url), None)


def _said_kind(record: Record, kind: str) -> str | None:
    """The type in words where that of BibTeX says less; a style prints it in place of ``Technical Report``."""
    broader = types.named("bibtex", kind) != record.type
    return types.label(record.type) if broader and record.type != "other" else None


def key(work: Work) -> str:
    """``Aufegger2020w17``: letters and digits only."""
    people = exported.people(work.record, "author", "editor")
    container = work.record.container
    name = (people[0].family or people[0].name) if people else exported.title(work.record)
    name = name or (container.title if container else None) or "work"
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    first = re.search(r"[A-Za-z]+", letters)
    return f"{first[0][:30] if first else 'work'}{exported.year(work.record) or ''}w{work.id}"


def _name(contributor: Contributor, encode: Encode) -> str:
    """``Family, Suffix, Given``; an organisation in braces, so that it is not taken apart."""
    c = contributor
    if c.kind == "organisation" or not c.family:
        return f"{{{encode(c.name)}}}"
    parts = [_whole(p, encode) for p in (c.family, c.suffix, c.given) if p]
    return ", ".join(parts) if len(parts) > 1 else f"{{{parts[0]}}}"


def _whole(part: str, encode: Encode) -> str:
    """A part of a name; in braces where a comma or ``and`` in it would divide it."""
    escaped = encode(part)
    return f"{{{escaped}}}" if "," in escaped or re.search(r"\band\b", escaped, re.IGNORECASE) else escaped


def _keyword(term: str, encode: Encode) -> str:
    return f"{{{encode(term)}}}" if "," in term or ";" in term else encode(term)


def _verbatim(value: str, encode: Encode) -> str:
    found = exported.one_line(value).translate(_VERBATIM_ESCAPES)
    return found if encode is escape or found.isascii() else quote(found, safe="%:/?#[]@!$&'()*+,;=~<>\"^|`")


def _pages(record: Record) -> str | None:
    if record.start_page and record.end_page and record.start_page != record.end_page:
        return f"{record.start_page}--{record.end_page}"
    return record.pages or record.article_number


def _month(edtf: str | None) -> str | None:
    found = re.match(r"\d{4}-(0[1-9]|1[0-2])(?![\d/])", edtf or "")
    return MONTHS[int(found[1]) - 1] if found and "/" not in (edtf or "") else None
